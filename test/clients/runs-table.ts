/** Writes what was run into `docs/clients.md`: a row a client and wire, a column a task. */
import { readFileSync, writeFileSync } from 'node:fs';
import { doesTask, type ClientCase } from './client-case.ts';
import type { Verdict } from './run-case.ts';
import { clientTasks } from './tasks.ts';

const page = new URL('../../docs/clients.md', import.meta.url);
const begin = '<!-- runs: written by `npm run test:clients -- --page` -->';
const end = '<!-- end of runs -->';

/** Throws for less than a whole run: a page that says nothing of a task must not look as if nothing was wrong. */
export function writeRuns(verdicts: readonly Verdict[], allCases: readonly ClientCase[]): void {
  const [before, rest] = readFileSync(page, 'utf8').split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/clients.md must hold ${begin} and ${end}`);
  const runs = allCases.flatMap((clientCase) => clientTasks.filter(({ id }) => doesTask(clientCase, id)));
  if (verdicts.length < runs.length) throw new Error('--page wants a whole run');
  const header = ['client', 'package', 'how', 'model', 'path', ...clientTasks.map(({ id }) => id)];
  const rows = allCases.map((clientCase) => {
    const { client, title, nextModel, route } = clientCase;
    const model = nextModel === undefined ? clientCase.model : `${clientCase.model}, then ${nextModel}`;
    const how = title.slice(client.length + 2);
    const results = clientTasks.map(({ id }) =>
      doesTask(clientCase, id)
        ? (verdicts.find((verdict) => verdict.clientCase === clientCase && verdict.task.id === id)?.result ?? '?')
        : '',
    );
    const released = `${clientCase.package} ${clientCase.version}`;
    return [client, `\`${released}\``, how, `\`${model}\``, `\`${route}\``, ...results];
  });
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  writeFileSync(page, `${before}${begin}\n\n${lines.join('\n')}\n\n${end}${after}`);
}
