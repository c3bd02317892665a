/**
 * Changes one word of the code at a time, in a copy, and says which changes no test notices:
 * `npm run mutate -- src/http/origin-guard.ts --tests src/http --count 40 --seed 1`. A report, never a condition.
 * `npm run mutate -- --rooms --count 40 --minutes 60` takes a sample of `mutants/mutant-rooms.ts` and writes
 * docs/reliability.md; `--only auth` takes one room, and leaves the figures of the others.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mutantsOf, sample } from './mutants/find-mutants.ts';
import { harmlessChanges } from './mutants/harmless-changes.ts';
import { mutantRooms, type MutantRoom } from './mutants/mutant-rooms.ts';
import { createRelatedTests } from './mutants/related-tests.ts';
import { createTestRunner } from './mutants/test-runner.ts';
import { measuredWith, readSection, writeSection } from './reliability-section.ts';
import { root } from './steps.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tests: { type: 'string', multiple: true, default: [] },
    count: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    rooms: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    minutes: { type: 'string', default: '720' },
    noticed: { type: 'boolean', default: false },
  },
});
os.setPriority(Math.max(10, os.getPriority()));
const lastStartMs = performance.now() + Number(values.minutes) * 60_000;
const { seed } = values;
const count = Number(values.count);

const copy = mkdtempSync(join(os.tmpdir(), 'crossfeed-mutants-'));
const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((name) => /^(?:src|test|scripts|schema|web|docs)\/|^[^/]+\.(?:ts|json)$/.test(name));
const testsOf = createRelatedTests(root, listed);
const runner = createTestRunner(copy);

interface RoomFigures {
  readonly name: string;
  readonly possible: number;
  readonly tried: number;
  readonly noticed: number;
  /** Why they are harmless. */
  readonly harmless: readonly string[];
  readonly open: number;
}

async function tryRoom({ name, files, near, far }: MutantRoom): Promise<RoomFigures> {
  const sources = listed.filter((file) => files.test(file) && !file.endsWith('.test.ts'));
  const found = sources.map((file) => mutantsOf(file, readFileSync(join(root, file), 'utf8')));
  const possible = found.flatMap(({ mutants }) => mutants);
  /** How long the tests of a file take without any change, as far as they were run. */
  const baselines = new Map<string, number>();

  /** Twice in a row, so that a busy machine is not taken for a test that notices. */
  async function failingTwice(file: string, tests: readonly string[], timeoutMs: number): Promise<string | null> {
    for (let tries = 0; tries < 3; tries += 1) {
      const failed = await runner.run(file, tests, timeoutMs);
      const again = tests.filter((test) => failed?.startsWith(test));
      if (failed === null || again.length === 0 || (await runner.run(file, again, timeoutMs)) !== null) return failed;
    }
    return null;
  }

  /** The first of the tests that fails; one that never ends is noticed as well. */
  async function failing(file: string, tests: readonly string[]): Promise<string | null> {
    if (tests.length === 0) return null;
    const key = tests.join(' ');
    let baseline = baselines.get(key);
    if (baseline === undefined) {
      const changed = readFileSync(join(copy, file));
      cpSync(join(root, file), join(copy, file));
      const startMs = performance.now();
      const failed = await failingTwice(file, tests, 1_200_000);
      if (failed !== null) throw new Error(`fails without any change: ${failed}`);
      baseline = performance.now() - startMs;
      baselines.set(key, baseline);
      writeFileSync(join(copy, file), changed);
    }
    return failingTwice(file, tests, 20_000 + Math.round(4 * baseline));
  }

  const figures = { tried: 0, noticed: 0, harmless: [] as string[], open: 0 };
  for (const { file, at, was, now, line, code } of sample(possible, count, `${seed} ${name}`)) {
    if (performance.now() > lastStartMs) break;
    figures.tried += 1;
    const known = harmlessChanges.find((one) => one.file === file && one.code === code && one.was === was);
    if (known !== undefined) {
      figures.harmless.push(known.why);
      continue;
    }
    const text = readFileSync(join(root, file), 'utf8');
    const related = testsOf(file);
    const nearTests = [...related].filter((test) => near.some((beginning) => test.startsWith(beginning)));
    const farTests = far.flatMap((beginning) => [...related].filter((test) => test.startsWith(beginning)));
    const startMs = performance.now();
    writeFileSync(join(copy, file), text.slice(0, at) + now + text.slice(at + was.length));
    const noticedBy = (await failing(file, nearTests)) ?? (await failing(file, [...new Set(farTests)]));
    writeFileSync(join(copy, file), text);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    const what = `${file}:${line} ${was} as ${now || 'nothing'}: ${code}`;
    if (noticedBy !== null) {
      figures.noticed += 1;
      if (values.noticed) console.log(`noticed in ${seconds} s: ${what}\n    by ${noticedBy}`);
      continue;
    }
    figures.open += 1;
    console.log(`NOT NOTICED in ${seconds} s: ${what}`);
  }
  const { tried, noticed, harmless, open } = figures;
  console.log(
    `${name}: ${tried} of ${possible.length} changes, ${noticed} noticed, ${harmless.length} harmless, ${open} open`,
  );
  return { name, possible: possible.length, ...figures };
}

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;

/** Rooms that were not asked for keep their lines. */
function writeFigures(rooms: readonly RoomFigures[]): void {
  const before = readSection('mutants').split('\n');
  const lines = mutantRooms.flatMap(({ name }) => {
    const figures = rooms.find((room) => room.name === name);
    if (figures === undefined) return before.filter((line) => line.startsWith(`| ${name} |`));
    const { possible, tried, noticed, harmless, open } = figures;
    return [row([name, possible, tried, noticed, harmless.length, open])];
  });
  const reasons = mutantRooms.flatMap(({ name }) => {
    const figures = rooms.find((room) => room.name === name);
    if (figures === undefined) return before.filter((line) => line.startsWith(`- ${name}: `));
    return [...new Set(figures.harmless)].map((why) => `- ${name}: ${why}`);
  });
  const head = [
    row(['room', 'possible', 'tried', 'noticed', 'harmless', 'open']),
    row(['---', '---:', '---:', '---:', '---:', '---:']),
  ];
  const why = reasons.length === 0 ? [] : ['', 'Why they are harmless:', '', ...reasons];
  const command = measuredWith(`npm run mutate -- --rooms --count ${count} --seed ${seed}`);
  writeSection('mutants', [command, '', ...head, ...lines, ...why].join('\n'));
}

process.once('exit', () => {
  runner.close();
  rmSync(copy, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

for (const name of listed) cpSync(join(root, name), join(copy, name));
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
if (positionals.length > 0) {
  const asked = new Set(positionals);
  const files = { test: (file: string) => asked.has(file) } as RegExp;
  await tryRoom({ name: positionals.join(' '), files, near: values.tests, far: [] });
}
const rooms: RoomFigures[] = [];
for (const room of mutantRooms) {
  if (!values.rooms && !values.only.includes(room.name)) continue;
  if (performance.now() > lastStartMs) break;
  const figures = await tryRoom(room);
  if (figures.tried > 0) rooms.push(figures);
}
if (rooms.length > 0) writeFigures(rooms);
process.exit();
