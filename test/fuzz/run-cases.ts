/** Plays numbered cases, some side by side, and says which of them found something: each can be played alone again. */
import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createRandom, type Random } from './random.ts';

/** `FUZZ_RUNS`, `FUZZ_SEED` and `FUZZ_CASE` of the environment: how many, which, and one alone; `FUZZ_REPORT` is a file. */
export function fuzzSettings(runs: number) {
  const only = process.env['FUZZ_CASE'];
  return {
    runs: Number(process.env['FUZZ_RUNS'] ?? runs),
    seed: Number(process.env['FUZZ_SEED'] ?? 20_261_123),
    only: only === undefined ? undefined : Number(only),
  };
}

export type FuzzSettings = ReturnType<typeof fuzzSettings>;

/** What one case found: a sentence each, and what shows it. */
export interface Finding {
  readonly at: number;
  readonly faults: readonly string[];
  readonly shown: string;
}

export interface FuzzRig {
  /** Undefined if all is well. */
  play(random: Random, at: number): Promise<Omit<Finding, 'at'> | undefined>;
  close(): Promise<{ readonly rows: number }>;
}

const patienceMs = 60_000;

/** An answer that never ends is a finding too. */
const late = async () => {
  await wait(patienceMs, undefined, { ref: false });
  return { faults: [`no end within ${patienceMs} ms`], shown: 'play it alone: FUZZ_CASE' };
};

const together = 16;
/** A proxy of its own for so many: what one keeps is seen at its end, and the memory of the test is bounded. */
const perRig = 5_000;
const enough = 25;

export interface FuzzResult {
  readonly findings: readonly Finding[];
  readonly cases: number;
  /** Of the ledger. */
  readonly rows: number;
}

export async function runCases({ runs, seed, only }: FuzzSettings, start: () => Promise<FuzzRig>): Promise<FuzzResult> {
  const findings: Finding[] = [];
  const uncaught = (thrown: unknown) =>
    void findings.push({ at: -1, faults: ['nobody caught this'], shown: String((thrown as Error).stack ?? thrown) });
  process.on('uncaughtException', uncaught).on('unhandledRejection', uncaught);
  let cases = 0;
  let rows = 0;
  const end = only === undefined ? runs : only + 1;
  try {
    for (let first = only ?? 0; first < end && findings.length < enough; first += perRig) {
      const rig = await start();
      const numbers = Array.from({ length: Math.min(end - first, perRig) }, (_, index) => first + index).values();
      const worker = async () => {
        for (const at of numbers) {
          cases += 1;
          const found = await Promise.race([rig.play(createRandom(seed, at), at), late()]);
          if (found !== undefined) findings.push({ at, ...found });
          if (findings.length >= enough) return;
        }
      };
      await Promise.all(Array.from({ length: together }, worker));
      try {
        rows += (await rig.close()).rows;
      } catch (thrown) {
        findings.push({ at: first, faults: ['something stayed behind'], shown: String(thrown) });
      }
    }
  } finally {
    process.off('uncaughtException', uncaught).off('unhandledRejection', uncaught);
  }
  const report = process.env['FUZZ_REPORT'];
  if (report !== undefined) writeFileSync(report, JSON.stringify({ seed, cases, rows, findings }, null, 2));
  return { findings, cases, rows };
}
