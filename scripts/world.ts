/** `npm run world`: what happens to networks, machines and disks, often, and its section of `docs/reliability.md`. */
import os from 'node:os';
import { runLongForm } from './long-form.ts';
import { measuredWith, writeSection } from './reliability-section.ts';

const kept = runLongForm('test/second/world', { WORLD: 'long' });
if (kept !== null) {
  const rows = [...kept]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(
      ([id, { what, rounds, figures }]) =>
        `| ${id.slice(0, 5)} | ${what} | ${Number(rounds).toLocaleString('en-US')} | ${figures} |`,
    );
  writeSection(
    'world',
    `${measuredWith('npm run world')} Load of the machine in the last minute: ${os.loadavg()[0]?.toFixed(1)}.
Each row was played so often, and each time what it asks for held.

| row | what happened | times | figures |
| --- | --- | ---: | --- |
${rows.join('\n')}

The aims for W-029 are 90 % of the goodput and twice the time. Proxy and callers are programs of their own and share the cores with
the upstream, so ten times the callers take from the proxy what it would need where there are few cores; and the figures are those
of the machine's other work too. Calls are shed by places and queue, by connections, by sizes and by how full the heap is.`,
  );
}
