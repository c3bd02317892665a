/** Writes `docs/compatibility.md`: a row a client, wire and model, a column a task, and what is known not to work. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { ClientCase, TaskId } from './client-case.ts';
import { tasksOf } from './matrix.ts';
import { clientTasks } from './tasks.ts';
import type { VerdictFile } from './verdict-file.ts';

const pagePath = new URL('../../docs/compatibility.md', import.meta.url);

type Verdicts = Pick<VerdictFile, 'of'>;

export function writeCompatibilityPage(cases: readonly ClientCase[], verdicts: Verdicts): void {
  let text = readFileSync(pagePath, 'utf8');
  for (const [name, written] of Object.entries(compatibilityTables(cases, verdicts)))
    text = replaced(text, name, written);
  writeFileSync(pagePath, text);
}

export function compatibilityTables(cases: readonly ClientCase[], verdicts: Verdicts) {
  return {
    summary: summary(cases, verdicts),
    versions: versionsTable(cases),
    runs: runsTable(cases, verdicts),
    limits: limitsTable(cases, verdicts),
  } as const;
}

function replaced(text: string, name: string, table: string): string {
  const begin = `<!-- ${name}: written by \`npm run test:clients -- --page\` -->`;
  const end = `<!-- end of ${name} -->`;
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`docs/compatibility.md must hold ${begin} and ${end}`);
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}

/** What a reader wants to know first: who works, with whose models, and how old that knowledge is. */
function summary(cases: readonly ClientCase[], verdicts: Verdicts): string {
  const clients = [...new Set(cases.map(({ client }) => client))];
  const rows = clients.map((client) => {
    const its = cases.filter((one) => one.client === client);
    const { passed, wanted, limits, days } = counts(its, verdicts);
    const protocols = [...new Set(its.map(({ route }) => protocolOf(route)))].join(', ');
    const families = [...new Set(its.map(({ family }) => family))].join(', ');
    return [client, `${passed} of ${wanted}`, String(limits || ''), protocols, families, days.at(-1) ?? ''];
  });
  const { passed, wanted, limits, failed, days } = counts(cases, verdicts);
  const shown = days.length < 2 ? `on ${days[0] ?? 'no day'}` : `from ${days[0]} to ${days.at(-1)}`;
  return [
    `${passed} of ${wanted} tasks passed, with ${clients.length} clients, shown ${shown}. ${failed} failed, ` +
      `${wanted - passed - failed} were not run, and ${limits} more cannot be: [known limits](#known-limits).`,
    '',
    table(['client', 'passed', 'cannot be', 'protocols', 'models of', 'last shown'], rows),
  ].join('\n');
}

function counts(cases: readonly ClientCase[], verdicts: Verdicts) {
  const cells = cases.flatMap((one) => tasksOf(one).map((id) => ({ one, id })));
  const able = cells.filter(({ one, id }) => one.cannot?.[id] === undefined);
  const known = able.flatMap(({ one, id }) => verdicts.of(one, id) ?? []);
  return {
    wanted: able.length,
    limits: cells.length - able.length,
    passed: known.filter(({ result }) => result === 'passed').length,
    failed: known.filter(({ result }) => result === 'failed').length,
    days: [...new Set(known.map(({ at }) => at.slice(0, 10)))].toSorted(),
  };
}

const protocols: readonly (readonly [string, string])[] = [
  ['ws:', 'Responses (WebSocket)'],
  ['/chat/completions', 'Chat'],
  ['/responses', 'Responses'],
  ['/messages', 'Messages'],
  ['GenerateContent', 'Gemini'],
  [':generateContent', 'Gemini'],
  ['/api/', 'Ollama'],
];

function protocolOf(route: string): string {
  return protocols.find(([part]) => route.includes(part))?.[1] ?? route;
}

function versionsTable(cases: readonly ClientCase[]): string {
  const clients = [...new Set(cases.map(({ client }) => client))];
  const coded = (names: readonly string[]) => [...new Set(names)].map((name) => `\`${name}\``).join(' ');
  const rows = clients.map((client) => {
    const its = cases.filter((one) => one.client === client);
    const packages = its.flatMap((one) => [`${one.package}@${one.version}`, ...(one.beside ?? [])]);
    const hosts = its.flatMap(({ asksFor = [] }) => asksFor.map((host) => host.replace(/:443$/, '')));
    return [client, coded(packages), coded(its.map(({ route }) => route)), coded(hosts)];
  });
  return table(['client', 'packages', 'paths that it came in by', 'asks for, and does without'], rows);
}

function runsTable(cases: readonly ClientCase[], verdicts: Verdicts): string {
  const ids = clientTasks.map(({ id }) => id);
  const rows = cases.map((one) => {
    const model = one.nextModel === undefined ? one.model : `${one.model}, then ${one.nextModel}`;
    return [
      one.client,
      one.title.slice(one.client.length + 2),
      `\`${model}\``,
      ...ids.map((id) => cell(one, id, verdicts)),
    ];
  });
  return table(['client', 'how', 'model', ...ids], rows);
}

function cell(clientCase: ClientCase, id: TaskId, verdicts: Verdicts): string {
  if (!tasksOf(clientCase).includes(id)) return '';
  if (clientCase.cannot?.[id] !== undefined) return 'no';
  return verdicts.of(clientCase, id)?.result ?? 'not run';
}

/** Why a cell says anything but `passed`. Those of one client with one reason share a row. */
function limitsTable(cases: readonly ClientCase[], verdicts: Verdicts): string {
  const groups = new Map<string, string[]>();
  for (const one of cases) {
    for (const id of tasksOf(one)) {
      const verdict = verdicts.of(one, id);
      const mended = one.mended?.map((rule) => `Breaks GitHub's rule \`${rule}\`; Crossfeed mends it.`).join(' ');
      const why = one.cannot?.[id] ?? (verdict?.result === 'passed' ? mended : verdict?.note);
      if (why === undefined) continue;
      const key = [one.client, id, why].join('\n');
      groups.set(key, [...(groups.get(key) ?? []), one.title.slice(one.client.length + 2)]);
    }
  }
  const rows = [...groups].map(([key, titles]) => {
    const [client = '', id = '', why = ''] = key.split('\n');
    return [client, id, titles.join('; '), why];
  });
  return rows.length === 0 ? 'None.' : table(['client', 'task', 'how', 'why'], rows);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
