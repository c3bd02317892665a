/** Writes the table that `crossfeed doctor` warns by: which releases of tools a run has shown to break, and which to work. */
import { readFileSync, writeFileSync } from 'node:fs';
import { compareVersions, knownBroken, type KnownBroken } from '../../src/connect/known-broken.ts';
import { toolIds } from '../../src/connect/tools.ts';
import type { ClientCase } from './client-case.ts';
import { tasksOf } from './matrix.ts';
import type { VerdictFile } from './verdict-file.ts';

const sourcePath = new URL('../../src/connect/known-broken.ts', import.meta.url);
const begin = '  // written by `npm run test:clients -- --page`\n';
const end = '  // end of what is written\n';

type Verdicts = Pick<VerdictFile, 'of'>;

/** What is known of the release that is pinned. */
interface Shown {
  readonly tool: string;
  readonly version: string;
  /** As `create (own provider, Claude)`. */
  readonly failed: readonly string[];
  /** Every task was done, and none failed. */
  readonly works: boolean;
}

export function writeKnownBroken(cases: readonly ClientCase[], verdicts: Verdicts): void {
  const text = readFileSync(sourcePath, 'utf8');
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error('src/connect/known-broken.ts has lost its marks');
  const rows = rowsAfter(knownBroken, cases, verdicts).map(rowText).join('');
  writeFileSync(sourcePath, `${before}${begin}${rows}${end}${after}`);
}

/** A release that breaks opens a row, and one that works closes what is older. */
export function rowsAfter(
  rows: readonly KnownBroken[],
  cases: readonly ClientCase[],
  verdicts: Verdicts,
): readonly KnownBroken[] {
  return shownReleases(cases, verdicts).reduce(afterRelease, rows);
}

function afterRelease(rows: readonly KnownBroken[], { tool, version, failed, works }: Shown): readonly KnownBroken[] {
  const isOpen = (row: KnownBroken) => row.tool === tool && row.worksFrom === null;
  const isOlder = ({ from }: KnownBroken) => compareVersions(from, version) < 0;
  if (works)
    return rows
      .filter((row) => !(isOpen(row) && row.from === version))
      .map((row) => (isOpen(row) && isOlder(row) ? { ...row, worksFrom: version } : row));
  if (failed.length === 0) return rows;
  const what = `what failed: ${failed.join(', ')}`;
  const known = rows.find((row) => isOpen(row) && compareVersions(row.from, version) <= 0);
  if (known === undefined) return [...rows, { tool, from: version, worksFrom: null, what }];
  return rows.map((row) => (row === known ? { ...row, what } : row));
}

function shownReleases(cases: readonly ClientCase[], verdicts: Verdicts): readonly Shown[] {
  return toolIds.flatMap((tool) => {
    const its = cases.filter(({ client }) => client === tool);
    const [first] = its;
    if (first === undefined) return [];
    const cells = its.flatMap((one) =>
      tasksOf(one)
        .filter((id) => one.cannot?.[id] === undefined)
        .map((id) => ({ name: `${id} (${one.title.slice(tool.length + 2)})`, result: verdicts.of(one, id)?.result })),
    );
    const failed = cells.filter(({ result }) => result === 'failed').map(({ name }) => name);
    const works = cells.every(({ result }) => result === 'passed');
    return [{ tool, version: first.version, failed, works }];
  });
}

function rowText({ tool, from, worksFrom, what }: KnownBroken): string {
  const works = worksFrom === null ? 'null' : quoted(worksFrom);
  const members = [`tool: ${quoted(tool)}`, `from: ${quoted(from)}`, `worksFrom: ${works}`, `what: ${quoted(what)}`];
  return ['  {\n', ...members.map((member) => `    ${member},\n`), '  },\n'].join('');
}

const quoted = (text: string) => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
