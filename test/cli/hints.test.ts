/** Every command that a message sends people to is there, down to its subcommand and flags. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { fakeCliContext } from '../support/fake-cli-context.ts';

const root = new URL('../../', import.meta.url);

/** `crossfeed …` in backticks (also escaped ones), as messages, hints and comments write it. */
function mentions(): readonly (readonly [line: string, file: string])[] {
  const files = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => {
      const text = readFileSync(new URL(`src/${file}`, root), 'utf8');
      return [...text.matchAll(/\\?`crossfeed ([a-z][^`$\\\n|]*)/g)].map(
        (found) => [found[1]?.trim() ?? '', file] as const,
      );
    });
}

const program = await createProgram(
  fakeCliContext(),
  () => Promise.resolve(),
  () => true,
);
const unique = [...new Map(mentions())];

test('there are such messages', () => {
  expect(unique.length).toBeGreaterThan(15);
});

test.each(unique)('`crossfeed %s` (%s) is a command', (line) => {
  const [name = '', ...rest] = line.split(' ');
  const find = (commands: typeof program.commands, wanted: string | undefined) =>
    commands.find((one) => one.name() === wanted || one.aliases().includes(wanted ?? ''));
  const command = find(program.commands, name);
  expect(command?.name()).toBeDefined();
  const sub = find(command?.commands ?? [], rest[0]);
  const places = (sub ?? command)?.registeredArguments.length ?? 0;
  const words = (sub === undefined ? rest : rest.slice(1)).filter((word) => !word.startsWith('-'));
  const flags = rest.filter((word) => word.startsWith('-'));
  expect(words.length).toBeLessThanOrEqual(places + flags.length);
  const known = [...(command?.options ?? []), ...(sub?.options ?? [])].flatMap(({ short, long }) => [short, long]);
  for (const flag of flags) expect([...known, '--help']).toContain(flag);
});
