/** Which cells a run of real clients does, and what the page makes of what came of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokenRow } from '../src/connect/known-broken.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { allCases } from './clients/all-cases.ts';
import type { ClientCase } from './clients/client-case.ts';
import { compatibilityTables } from './clients/compatibility-page.ts';
import { rowsAfter } from './clients/known-broken-rows.ts';
import { cellsOf, type Wish } from './clients/matrix.ts';
import { clientTasks } from './clients/tasks.ts';
import { openVerdictFile } from './clients/verdict-file.ts';

const sample = (title: string, more: Partial<ClientCase> = {}): ClientCase => ({
  title,
  client: title.split(',')[0] ?? '',
  package: 'sample',
  version: '1.0.0',
  model: 'gpt-5.2',
  family: 'GPT',
  depth: 'work',
  smoke: ['create'],
  route: '/v1/responses',
  launch: () => ({ program: '', args: [], env: {} }),
  ...more,
});

const cases = [
  sample('ant, own provider'),
  sample('ant, own provider, Claude', { smoke: [] }),
  sample('bee', { depth: 'smoke', cannot: { create: 'It has no hands.' } }),
  sample('cat, compacting', { compaction: 'declared', smoke: [] }),
  sample('cat, from GPT to Claude', { nextModel: 'claude-sonnet-5.5', smoke: [] }),
];

test.each<[string, Wish, string[]]>([
  ['one client', { only: ['cat'], tasks: ['turns'] }, ['cat, from GPT to Claude turns']],
  ['a list of clients', { only: ['bee, cat'], tasks: ['compact'] }, ['cat, compacting compact']],
  ['a title with commas', { only: ['ant, own provider, Claude'], tasks: ['edit'] }, ['ant, own provider, Claude edit']],
  ['the short run', { smoke: true }, ['ant, own provider create']],
  ['what is known not to work', { limits: true }, ['bee create']],
  [
    'the second half',
    { only: ['ant, own provider, Claude'], shard: '2/2' },
    ['ant, own provider, Claude edit', 'ant, own provider, Claude turns'],
  ],
])('%s', (_, wish, cells) => {
  expect(cellsOf(cases, wish).map(({ clientCase, task }) => `${clientCase.title} ${task.id}`)).toEqual(cells);
});

test('shards are the whole, each cell once', () => {
  const parts = ['1/3', '2/3', '3/3'].flatMap((shard) => cellsOf(allCases, { shard }));
  expect(new Set(parts)).toHaveLength(parts.length);
  expect(parts).toHaveLength(cellsOf(allCases).length);
  expect(() => cellsOf(allCases, { shard: '4/3' })).toThrow('--shard');
});

test('titles tell cases apart, and begin with their client', () => {
  expect(new Set(allCases.map(({ title }) => title))).toHaveLength(allCases.length);
  for (const { title, client } of allCases) expect(title.startsWith(client)).toBe(true);
});

test('what has to be done in full is: four CLIs, each on three families', () => {
  for (const client of ['claude-code', 'codex', 'opencode', 'gemini-cli']) {
    const its = allCases.filter((one) => one.client === client && one.depth === 'full');
    for (const family of ['Claude', 'GPT', 'Gemini']) expect(its.some((one) => one.family === family)).toBe(true);
  }
  expect(clientTasks).toHaveLength(16);
});

test('verdicts outlive a run that was cut short, and a newer release has to show it again', () => {
  const path = join(temporaryFolder(), 'verdicts.jsonl');
  const verdict = {
    title: 'bee',
    version: '1.0.0',
    task: 'create',
    result: 'failed',
    note: 'It stung.',
    at: '2026-11-22T21:00:00Z',
  } as const;
  openVerdictFile(path).add(verdict);
  openVerdictFile(path).add({ ...verdict, result: 'passed', note: '' });
  expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(2);
  const again = openVerdictFile(path);
  expect(again.of(sample('bee'), 'create')?.result).toBe('passed');
  expect(again.of(sample('bee', { version: '1.0.1' }), 'create')).toBeUndefined();
  again.clear();
  expect(openVerdictFile(path).of(sample('bee'), 'create')).toBeUndefined();
});

test('the page tells what failed, what cannot be, and what was not run', () => {
  const file = openVerdictFile(join(temporaryFolder(), 'verdicts.jsonl'));
  const note = (title: string, result: 'passed' | 'failed') =>
    file.add({ title, version: '1.0.0', task: 'edit', result, note: 'a | b', at: '2026-11-22T21:00:00Z' });
  note('ant, own provider', 'passed');
  note('ant, own provider, Claude', 'failed');
  const { summary, runs, limits } = compatibilityTables(cases, file);
  expect(summary).toContain(
    '1 of 10 tasks passed, with 3 clients, shown on 2026-11-22. 1 failed, 8 were not run, and 1 more',
  );
  expect(summary).toContain('| ant | 1 of 8 |  | Responses | GPT | 2026-11-22 |');
  expect(summary).toContain('| bee | 0 of 0 | 1 | Responses | GPT |  |');
  expect(runs).toContain('| ant | own provider | `gpt-5.2` | not run | passed | not run | not run |');
  expect(runs).toContain('| bee |  | `gpt-5.2` | no |');
  expect(limits).toContain('| bee | create |  | It has no hands. |');
  expect(limits).toContain(String.raw`| ant | edit | own provider, Claude | a \| b |`);
  expect(limits).not.toContain('command');
});

test('a release that fails a task is a row that the doctor warns by, until a later one does them all', () => {
  const file = openVerdictFile(join(temporaryFolder(), 'verdicts.jsonl'));
  const at = '2026-11-22T21:00:00Z';
  const release = (version: string) => [
    sample('codex, own provider', { version, depth: 'smoke' }),
    sample('codex, code mode', { version, depth: 'smoke', cannot: { create: 'It has no hands.' } }),
    sample('a client that is no tool', { version, depth: 'smoke' }),
  ];
  const show = (version: string, result: 'passed' | 'failed') => {
    for (const { title } of release(version)) file.add({ title, version, task: 'create', result, note: '', at });
  };
  expect(rowsAfter([], release('1.9.0'), file)).toEqual([]);
  show('1.9.0', 'failed');
  const broken = rowsAfter([], release('1.9.0'), file);
  const row = { tool: 'codex', from: '1.9.0', worksFrom: null, what: 'what failed: create (own provider)' };
  expect(broken).toEqual([row]);
  show('1.10.0', 'failed');
  expect(rowsAfter(broken, release('1.10.0'), file)).toEqual([row]);
  show('1.11.0', 'passed');
  const mended = rowsAfter(broken, release('1.11.0'), file);
  expect(mended).toEqual([{ ...row, worksFrom: '1.11.0' }]);
  expect(brokenRow('codex', 'codex-cli 1.10.4', mended)).toEqual(mended[0]);
  expect(brokenRow('codex', 'codex-cli 1.11.0', mended)).toBeUndefined();
  // It failed for a reason that is gone.
  show('1.9.0', 'passed');
  expect(rowsAfter(broken, release('1.9.0'), file)).toEqual([]);
});
