/** What goes wrong on the day, and when. */
import { sleep } from '../../../src/base/clock.ts';
import type { StartedProxy } from '../start-proxy.ts';
import { minuteMs, type DayClock } from './day-clock.ts';
import type { NetworkGate } from './network-gate.ts';
import { dayTools } from './tools-of-the-day.ts';

/** A card finds its network again. */
const gapMs = 2_000;

/** What the troubles are made with. */
export interface TroubleStage {
  /** Waits for that hour of the day. */
  readonly until: (hour: number) => Promise<void>;
  readonly amidAnswers: (least: number) => Promise<void>;
  readonly audit: () => Promise<void>;
  readonly note: (what: string) => void;
  readonly clock: DayClock;
  readonly gate: NetworkGate;
  readonly started: StartedProxy;
  /** So many calls there are answered with a 5xx. */
  readonly fail: (on: string, times: number) => void;
  readonly setBadHour: (isBad: boolean) => void;
}

/** Until the eight hours are over. */
export async function playTroubles({
  until,
  amidAnswers,
  audit,
  note,
  clock,
  gate,
  started,
  fail,
  setBadHour,
}: TroubleStage): Promise<void> {
  const { simulator } = started;
  await until(1);
  simulator.revokeTokens();
  note('GitHub lets go of all tokens before their time, beside those that run out every half hour');

  await until(2);
  await audit();
  await amidAnswers(2);
  note(
    `the lid is closed for 45 minutes, in the middle of ${simulator.openStreams} answers; no connection outlives it`,
  );
  gate.setDown(true);
  clock.sleepThrough(45 * minuteMs);
  await sleep(clock, gapMs);
  gate.setDown(false);
  note('the lid is open, and the network is back after two seconds');

  await until(3.5);
  await amidAnswers(2);
  note(`another network: all connections die, in the middle of ${simulator.openStreams} answers`);
  gate.setDown(true);
  await sleep(clock, gapMs);
  gate.setDown(false);

  await until(4.5);
  note('a bad hour: every second turn meets failures, up to four in a row, and no token is to be had at once');
  setBadHour(true);
  for (const atHour of [4.5, 4.8, 5.1, 5.4]) {
    await until(atHour);
    fail('token', 1);
  }
  await until(5.5);
  setBadHour(false);
  note('the bad hour is over');

  await until(6);
  for (const on of new Set(dayTools.map(({ upstream }) => upstream)))
    simulator.addFault({ on, times: 2, do: { kind: 'cut', afterEvents: 3, reset: true } });
  note('two answers of each endpoint break off in the middle');

  await until(6.5);
  await audit();
  gate.silence();
  note('a router forgets all connections and tells nobody: what is sent on them never arrives');

  await until(7.5);
  await audit();
  await until(8);
  await audit();
  note('eight hours are over; the tools go on until there is nothing left to spend');
}
