/**
 * Changes one word of the code at a time, in a copy, and says which changes no test notices:
 * `npm run mutate -- src/http/origin-guard.ts --tests src/http --count 40 --seed 1`. A report, never a condition.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tests: { type: 'string', multiple: true, default: [] },
    count: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
  },
});
const copy = mkdtempSync(join(tmpdir(), 'crossfeed-mutants-'));
try {
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  for (const name of listed
    .split('\0')
    .filter((name) => /^(?:src|test|scripts|schema|web|docs)\/|^[^/]+\.(?:ts|json)$/.test(name)))
    cpSync(join(root, name), join(copy, name));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const mutants = sample(positionals.flatMap(mutantsOf), Number(values.count), Number(values.seed));
  const passes = () => {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', '--bail', '1', ...values.tests];
    // One that never ends is noticed as well.
    return spawnSync(process.execPath, args, { cwd: copy, stdio: 'ignore', timeout: 120_000 }).status === 0;
  };
  if (!passes()) throw new Error('the tests fail without any change');
  let survived = 0;
  for (const { file, at, was, now } of mutants) {
    const text = readFileSync(join(root, file), 'utf8');
    writeFileSync(join(copy, file), text.slice(0, at) + now + text.slice(at + was.length));
    if (passes()) {
      survived += 1;
      const line = text.slice(0, at).split('\n').length;
      console.log(`${file}:${line} ${was} as ${now}: ${text.split('\n')[line - 1]?.trim()}`);
    }
    writeFileSync(join(copy, file), text);
  }
  console.log(`${mutants.length} changes, ${survived} that no test noticed`);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
