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
/** One that takes longer never ends: a busy machine is slow, too. */
const nearTimeoutMs = 90_000;
const farTimeoutMs = 900_000;

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
  /** Tests that pass without any change, as far as that was asked. */
  const sound = new Set<string>();

  /** A test fails twice in a row with the change, and passes without it: a busy machine is no test that notices. */
  async function isConfirmed(file: string, test: string): Promise<boolean> {
    if ((await runner.run(file, [test], nearTimeoutMs)) === null) return false;
    if (sound.has(test)) return true;
    const changed = readFileSync(join(copy, file));
    cpSync(join(root, file), join(copy, file));
    const failed = await runner.run(file, [test], nearTimeoutMs);
    writeFileSync(join(copy, file), changed);
    if (failed === null) sound.add(test);
    else console.log(`fails without any change: ${failed}`);
    return failed === null;
  }

  /** The first of the tests that fails; one that never ends is noticed as well. */
  async function failing(file: string, tests: readonly string[], timeoutMs: number): Promise<string | null> {
    let left = tests;
    while (left.length > 0) {
      const failed = await runner.run(file, left, timeoutMs);
      const test = left.find((one) => failed?.startsWith(one));
      if (failed === null || test === undefined || (await isConfirmed(file, test))) return failed;
      left = left.filter((one) => one !== test);
    }
    return null;
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
    const noticedBy =
      (await failing(file, nearTests, nearTimeoutMs)) ?? (await failing(file, [...new Set(farTests)], farTimeoutMs));
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
