/** The scripts, asked by the shells they are for; a shell that the machine lacks is skipped by name. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeCliContext } from '../../../test/support/fake-cli-context.ts';
import { runProgram } from '../program.ts';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'crossfeed-completion-'));
  for (const shell of ['bash', 'zsh', 'fish', 'powershell']) writeFileSync(place(shell), await script(shell));
});
afterAll(() => rmSync(folder, { recursive: true }));

const place = (shell: string) => path.join(folder, `crossfeed.${shell}`);

async function script(shell: string): Promise<string> {
  const context = fakeCliContext({});
  expect(await runProgram(['completion', shell], context)).toBe(0);
  return context.out();
}

const run = (shell: string, args: readonly string[]): string =>
  execFileSync(shell, args, { env: { ...process.env, HOME: folder } }).toString();

/** Each shell's own way to be asked what would be offered after `words`, the last of them being typed. */
const ask: Readonly<Record<string, (words: readonly string[]) => string>> = {
  bash: (words) =>
    run('bash', [
      '-c',
      `source '${place('bash')}'; COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _crossfeed; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      ...words,
    ]),
  zsh: (words) =>
    run('zsh', [
      '-fc',
      `compdef() { :; }; _files() { :; }; _describe() { local name="\${@[-1]}"; print -l -- "\${(@P)name}"; }
       source '${place('zsh')}'; words=("$@"); CURRENT=$#; _crossfeed`,
      'zsh',
      ...words,
    ]),
  fish: (words) => run('fish', ['--no-config', '-c', `source '${place('fish')}'; complete -C '${words.join(' ')}'`]),
};

describe.each(Object.keys(ask))('%s', (shell) => {
  const missing = spawnSync(shell, ['-c', 'true']).error !== undefined;
  test.skipIf(missing).each([
    ['a command', ['crossfeed', ''], 'usage', '--json'],
    ['a command by its other name', ['crossfeed', 'auth', '--'], '--no-browser', '--ollama'],
    ['a subcommand', ['crossfeed', 'keys', ''], 'revoke', 'usage'],
    ['a flag of a subcommand', ['crossfeed', 'keys', 'add', '--'], '--account', '--ollama'],
    ['a tool', ['crossfeed', 'env', ''], 'opencode', 'usage'],
    ['a tool after a flag with its value', ['crossfeed', 'env', '--shell', 'start', ''], 'opencode', '--lan'],
    ['a shell', ['crossfeed', 'completion', ''], 'fish', 'usage'],
  ])('offers %s', (_what, words, offered, not) => {
    const lines = ask[shell]!(words)
      .split('\n')
      .map((line) => line.split(/[\t:]/)[0]);
    expect(lines).toContain(offered);
    expect(lines).not.toContain(not);
  });
});

test('PowerShell is written from the same rows, and no text can end its quotes (not run here)', async () => {
  const text = await script('powershell');
  expect(text).toContain("'keys' = @{ words = @(,@('show'");
  expect(text).toContain("valued = @('--shell', '--model', '--url')");
  for (const line of text.split('\n')) expect(line.split("'").length % 2, line).toBe(1);
});

test('a shell nobody wrote for is a sentence', async () => {
  const context = fakeCliContext({});
  expect(await runProgram(['completion', 'tcsh'], context)).toBe(2);
  expect(context.err()).toContain('There is no completion for "tcsh"');
});
