/**
 * Changes one word of the code at a time, in a copy, and says which changes no test notices:
 * `npm run mutate -- src/http/origin-guard.ts --tests src/http --count 40 --seed 1`. A report, never a condition.
 * `npm run mutate -- --rooms --count 20 --minutes 30` takes a sample of the rooms below and writes docs/reliability.md.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { figureTable, measuredWith, writeSection } from './reliability-section.ts';
import { root } from './steps.ts';

interface Mutant {
  readonly file: string;
  readonly at: number;
  readonly was: string;
  readonly now: string;
}

/** Texts, patterns and comments are taken first, so that nothing inside them is found. */
const words =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"|(?<=[(=,:?&|] )\/(?:[^/\\\n]|\\.)+\/[a-z]*|===|!==|<=|>=|(?<= )[<>](?= )|&&|\|\||\?\?|\+=|-=|(?<= )[+-](?= )|\b(?:true|false)\b|(?<![\w.$])\d[\d_]*(?![\w.])/g;
const instead: ReadonlyMap<string, string> = new Map([
  ['===', '!=='],
  ['!==', '==='],
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
  ['&&', '||'],
  ['||', '&&'],
  ['+', '-'],
  ['-', '+'],
  ['+=', '-='],
  ['-=', '+='],
  ['true', 'false'],
  ['false', 'true'],
]);

function mutantsOf(file: string): readonly Mutant[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(words)].flatMap(({ 0: was, index: at }) => {
    const now = /^\d/.test(was) ? String(Number(was.replaceAll('_', '')) + 1) : instead.get(was);
    return now === undefined ? [] : [{ file, at, was, now }];
  });
}

/** The same sample for the same seed. */
function sample(all: readonly Mutant[], count: number, seed: number): readonly Mutant[] {
  let state = seed;
  const rank = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
  const ranked = all.map((mutant) => ({ mutant, by: rank() })).toSorted((a, b) => a.by - b.by);
  return ranked.slice(0, count).map(({ mutant }) => mutant);
}

/** What most depends on, and the tests that answer for it. */
const rooms: readonly { readonly name: string; readonly files: RegExp; readonly tests: readonly string[] }[] = [
  { name: 'framing', files: /^src\/framing\//, tests: ['src/framing'] },
  {
    name: 'auth',
    files: /^src\/http\/(?:caller-auth|key-registry|origin-guard|wrong-key-limiter|bind-policy)\.ts$/,
    tests: ['src/http', 'test/client-rows.test.ts'],
  },
  { name: 'limits', files: /^src\/limits\//, tests: ['src/limits', 'test/budgets.test.ts', 'test/queue.test.ts'] },
  { name: 'codecs', files: /^src\/protocols\//, tests: ['src/protocols', 'test/laws', 'test/translated-rows.test.ts'] },
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tests: { type: 'string', multiple: true, default: [] },
    count: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    rooms: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '720' },
  },
});
const lastStartMs = performance.now() + Number(values.minutes) * 60_000;
const count = Number(values.count);
const seed = Number(values.seed);
const copy = mkdtempSync(join(tmpdir(), 'crossfeed-mutants-'));

interface Noticed {
  readonly tried: number;
  readonly survived: number;
}

function noticed(mutants: readonly Mutant[], tests: readonly string[]): Noticed {
  const passes = (timeout: number) => {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', '--bail', '1', ...tests];
    return spawnSync(process.execPath, args, { cwd: copy, stdio: 'ignore', timeout }).status === 0;
  };
  const startMs = performance.now();
  if (!passes(900_000)) throw new Error('the tests fail without any change');
  // One that never ends is noticed as well; a busy machine is slow without any change.
  const timeoutMs = 60_000 + 3 * Math.round(performance.now() - startMs);
  let survived = 0;
  let tried = 0;
  for (const { file, at, was, now } of mutants) {
    if (performance.now() > lastStartMs) break;
    const text = readFileSync(join(root, file), 'utf8');
    writeFileSync(join(copy, file), text.slice(0, at) + now + text.slice(at + was.length));
    tried += 1;
    if (passes(timeoutMs)) {
      survived += 1;
      const line = text.slice(0, at).split('\n').length;
      console.log(`${file}:${line} ${was} as ${now}: ${text.split('\n')[line - 1]?.trim()}`);
    }
    writeFileSync(join(copy, file), text);
  }
  console.log(`${tried} changes, ${survived} that no test noticed`);
  return { tried, survived };
}

try {
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((name) => /^(?:src|test|scripts|schema|web|docs)\/|^[^/]+\.(?:ts|json)$/.test(name));
  for (const name of listed) cpSync(join(root, name), join(copy, name));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  if (!values.rooms) noticed(sample(positionals.flatMap(mutantsOf), count, seed), values.tests);
  const rows: (readonly [string, string])[] = [];
  for (const { name, files, tests } of values.rooms ? rooms : []) {
    if (performance.now() > lastStartMs) break;
    const sources = listed.filter((file) => files.test(file) && file.endsWith('.ts') && !file.endsWith('.test.ts'));
    const possible = sources.flatMap(mutantsOf);
    const { tried, survived } = noticed(sample(possible, count, seed), tests);
    if (tried === 0) break;
    rows.push([`${name}: ${tried} of ${possible.length} possible changes`, `${tried - survived} noticed`]);
    writeSection(
      'mutants',
      `${measuredWith(`npm run mutate -- --rooms --count ${count} --seed ${seed}`)}\n\n${figureTable(rows)}`,
    );
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
