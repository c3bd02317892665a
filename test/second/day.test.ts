/** A day in the life (`npm run day`): eight hours of agents, and all that goes wrong on one; nobody has to do anything. */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { randomOf } from '../support/agent-sessions.ts';
import { createFastClock } from '../support/fast-clock.ts';
import { openNetworkGate } from '../support/network-gate.ts';
import { workAsAgent, type AgentKind, type TurnEnd } from '../support/patient-agent.ts';
import { startProxy } from '../support/start-proxy.ts';

/** How far a turn of the event loop takes the day: a second makes it a minute at most on an idle machine. */
const stepMs = Number(process.env['DAY_STEP_MS'] ?? 1000);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const creditsToSpend = Number(process.env['DAY_CREDITS'] ?? 800);

/** `upstream` is where its calls go up. */
const agents: readonly (AgentKind & { readonly upstream: string })[] = [
  {
    name: 'claude',
    path: '/v1/messages',
    upstream: '/v1/messages',
    model: 'claude-sonnet-5.5',
    lastWord: '"type":"message_stop"',
  },
  {
    name: 'codex',
    path: '/v1/responses',
    upstream: '/responses',
    model: 'gpt-6.1-sol',
    lastWord: '"type":"response.completed"',
  },
  {
    name: 'opencode',
    path: '/v1/chat/completions',
    upstream: '/chat/completions',
    model: 'gemini-3.8-flash',
    lastWord: '[DONE]',
  },
  {
    name: 'claude on GPT',
    path: '/v1/messages',
    upstream: '/responses',
    model: 'gpt-6.1-sol',
    lastWord: '"type":"message_stop"',
  },
];
const outages = [500, 502, 503, 529] as const;

test('eight hours of agents: nobody has to do anything until the budget stops', async () => {
  const random = randomOf(11);
  const clock = createFastClock(new Date(2026, 10, 23, 9).getTime(), stepMs);
  onTestFinished(() => clock.stop());
  const gate = await openNetworkGate();
  onTestFinished(() => gate.close());
  // A pause of this machine is minutes of that day: what bounds a silence is not what is shown here.
  const patient = { upstreamHeadMs: 12 * hourMs, silenceMs: 12 * hourMs, requestBodyMs: 12 * hourMs };
  const started = await startProxy({
    clock,
    simulator: { clock, scenario: { spentCredits: 0, entitlementCredits: creditsToSpend * 1.02 } },
    upstream: { githubUrl: gate.url, githubApiUrl: gate.url },
    limits: { ...patient, budgets: [`${creditsToSpend} per month`] },
    pace: { maxWaitMs: 12 * hourMs },
  });
  onTestFinished(() => started.close());
  const { simulator, store, url, key } = started;
  gate.lead(started.upstreamUrl);

  const ends: TurnEnd[] = [];
  const tokens = new Set<number>();
  const stopped = new Map<string, TurnEnd>();
  const beganMs = clock.now();
  const hourOf = (at: number) => (at - beganMs) / hourMs;
  const hour = () => hourOf(clock.now());
  const isOver = () => stopped.size === agents.length;
  async function until(atHour: number) {
    while (hour() < atHour && !isOver()) {
      await wait(20);
      // The simulator keeps its latest thousand requests.
      for (const { number } of simulator.requestsTo('token')) tokens.add(number);
    }
  }
  let failures = 0;
  let isDownHour = false;
  const fail = (on: string) => {
    const status = outages[failures % outages.length] ?? 500;
    failures += 1;
    const body = { error: { message: 'The upstream is not available.' } };
    simulator.addFault({ on, do: { kind: 'status', status, body } });
  };
  const work = agents.map((kind) => {
    let inRow = 0;
    return workAsAgent(kind, {
      url,
      key,
      clock,
      random,
      beforeAttempt() {
        // Half of them, and never more in a row than any tool has patience for.
        inRow = isDownHour && random() < 0.5 && inRow < 6 ? inRow + 1 : 0;
        if (inRow > 0) fail(kind.upstream);
      },
      isOver: () => stopped.has(kind.name),
      told(end) {
        if (/^40[02] .*Budget/s.test(end.shown ?? '')) stopped.set(kind.name, end);
        else ends.push(end);
      },
    });
  });

  // GitHub lets go of all tokens before their time, beside those that run out every half hour.
  await until(1);
  simulator.revokeTokens();
  // The lid is closed over lunch, in the middle of answers: no connection lives afterwards.
  await until(2);
  gate.setDown(true);
  clock.sleepThrough(45 * minuteMs);
  gate.setDown(false);
  // From the office to the train: nothing goes through for a minute and a half.
  await until(3.5);
  gate.setDown(true);
  await until(3.5 + 1.5 / 60);
  gate.setDown(false);
  // An hour in which every second call fails, and tokens cannot be had at once either.
  await until(4.5);
  isDownHour = true;
  for (const atHour of [4.5, 4.8, 5.1, 5.4]) {
    await until(atHour);
    fail('token');
  }
  await until(5.5);
  isDownHour = false;
  // Streams that break in the middle.
  for (const { upstream } of agents)
    simulator.addFault({ on: upstream, do: { kind: 'cut', afterEvents: 3, reset: true } });
  await until(8);
  const within = ends.length;
  // They go on until there is nothing left to spend.
  await Promise.all(work);

  const acts = ends.filter(({ shown }) => shown !== null);
  const retried = ends.filter(({ attempts }) => attempts > 1).length;
  const bill = Number(simulator.state.ledger['spentNanoAiu']) / 1e9;
  const { total } = store.ledger.usage({ by: 'model' });
  const stops = [...stopped.values()].map(({ at }) => hourOf(at));
  console.log(
    [
      `${within} turns of ${agents.length} agents in eight hours, ${ends.length} until the budget stopped`,
      `times that a person had to act before the budget stopped: ${acts.length}`,
      `turns that a tool tried again by itself: ${retried}, at most ${Math.max(...ends.map(({ attempts }) => attempts))} attempts`,
      `tokens fetched: ${tokens.size}; calls failed in the bad hour: ${failures}; connections broken: ${gate.broken}`,
      `billed ${bill} credits, in the ledger ${total.costNanoAiu / 1e9}, of answers that broke ${total.estimatedNanoAiu / 1e9} estimated`,
      `the budget of ${creditsToSpend} stopped the agents at hour ${stops.map((at) => at.toFixed(2)).join(', ')}`,
      ...[...new Set(started.complaints)].map((line) => `warned: ${line}`),
      ...acts.map(({ agent, at, shown }) => `shown: ${agent} at hour ${hourOf(at).toFixed(2)}: ${shown}`),
    ].join('\n'),
  );
  expect(acts).toEqual([]);
  expect(simulator.breaches).toEqual([]);
  // The day was one: all of it happened, and was told.
  expect(Math.min(...stops)).toBeGreaterThan(6);
  expect(tokens.size).toBeGreaterThan(16);
  expect([failures > 20, retried > 20, gate.broken > 4]).toEqual([true, true, true]);
  for (const warning of [/^80 % of a budget/, /^8\d.* % of the credits/, /token could not be renewed/])
    expect(started.complaints).toContainEqual(expect.stringMatching(warning));
  // What broke off was billed without a word: it is estimated, and never left out.
  const ledger = total.costNanoAiu / 1e9;
  expect(ledger).toBeLessThanOrEqual(bill);
  expect(ledger + total.estimatedNanoAiu / 1e9).toBeGreaterThanOrEqual(bill);
});
