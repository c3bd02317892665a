/** Every tool has its page, whose first lines are commands that there are, and that name it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runProgram } from '../src/cli/program.ts';
import { toolIds, tools } from '../src/connect/tools.ts';
import { fakeCliContext } from './support/fake-cli-context.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const pages = new URL('../docs/clients/', import.meta.url);

test('there is a page for every tool and for nothing else', () => {
  expect(readdirSync(pages).toSorted()).toEqual(toolIds.map((id) => `${id}.md`).toSorted());
});

test('the table of tools links every page, by how well it is known', () => {
  const table = readFileSync(new URL('../docs/connect.md', import.meta.url), 'utf8');
  const row = (word: string) => table.split('\n').find((line) => line.startsWith('|') && line.includes(word)) ?? '';
  for (const { id, tier, binaries } of tools) {
    const word = {
      A: 'proven by',
      B: binaries.length > 0 ? 'not run here' : 'variables alone',
      C: 'steps are printed',
    }[tier];
    expect([id, row(word).includes(`(clients/${id}.md)`)]).toEqual([id, true]);
  }
});

test.each(tools)('$id: the lines of its page come first, and run', async ({ id, title, tier, binaries }) => {
  const file = new URL(`${id}.md`, pages);
  expect(existsSync(file)).toBe(true);
  const text = readFileSync(file, 'utf8');
  const [, block = ''] = new RegExp(`^# ${title}\n\n\`\`\`sh\n([^\`]*)\`\`\`\n`).exec(text) ?? [];
  const lines = block.trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  const commands = lines.map((line) => (line.split(/ {2,}# /)[0] ?? '').trim());
  const ours = commands.flatMap((line) =>
    [...line.matchAll(/(?:^|\$\()crossfeed\b([^)]*)/g)].map(([, rest = '']) => rest),
  );
  expect(ours.join(' ')).toContain(id);
  for (const rest of ours) {
    const context = fakeCliContext({ env: { CROSSFEED_HOME: temporaryFolder(), CROSSFEED_API_KEY: 'my-own-keyring' } });
    const words = rest
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    // What starts or asks a proxy is read alone; the words are understood or refused all the same.
    const args = words[0] === 'env' ? words : [...words, '--help'];
    expect([rest, await runProgram(args, context), context.err()]).toEqual([rest, 0, '']);
  }
  if (binaries.length > 0 && tier !== 'C') expect(commands.at(-1)?.split(' ')[0]).toBe(binaries[0]);
  // A tool that nobody ran says so.
  if (tier !== 'A' && !id.endsWith('-sdk')) expect(text).toContain('Not run here');
});
