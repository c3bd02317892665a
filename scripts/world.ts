/** `npm run world`: what happens to networks, machines and disks, often, and its section of `docs/reliability.md`. */
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
    `${measuredWith('npm run world')} Each row was played so often, and nobody but its figures noticed.

| row | what happened | times | figures |
| --- | --- | ---: | --- |
${rows.join('\n')}`,
  );
}
