/** The one question of a sign-in, at a terminal: before the browser, or at a start where nobody is signed in. */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { createSimulator, defaultScenario, simulatedGithubToken } from '../../src/simulator/index.ts';
import { fakeCliContext } from '../support/fake-cli-context.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const terminal = { stdin: true, stdout: true, stderr: true };

async function atTerminal(env: Record<string, string> = {}) {
  const simulator = createSimulator({
    scenario: { device: { ...defaultScenario.device, pendingPolls: 0, intervalS: 0 } },
  });
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const home = temporaryFolder();
  const opened = path.join(home, 'opened');
  // A browser that notes what it was given, and what it could see.
  mkdirSync(path.join(home, 'bin'));
  const script = `#!/bin/sh\n{ echo "$1"; export -p; } > '${opened}.new'\n/bin/mv '${opened}.new' '${opened}'\n`;
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(path.join(home, 'bin', name), script);
    chmodSync(path.join(home, 'bin', name), 0o755);
  }
  const stdin = new PassThrough();
  const context = fakeCliContext({
    env: {
      CROSSFEED_HOME: home,
      CROSSFEED_GITHUB_URL: url,
      CROSSFEED_GITHUB_API_URL: url,
      CROSSFEED_API_KEY: 'marked-own-keyring',
      PATH: path.join(home, 'bin'),
      DISPLAY: ':0',
      ...env,
    },
    stdin,
    isTty: terminal,
    homedir: home,
  });
  const until = async (text: string) => {
    while (!(context.out() + context.err()).includes(text)) await wait(5);
  };
  return { context, stdin, until, opened, url, home };
}

test.skipIf(process.platform === 'win32')('the browser opens when the person agrees, and sees no secret', async () => {
  const { context, stdin, until, opened, url } = await atTerminal();
  const done = runProgram(['login'], context);
  await until('Open it in your browser? [Y/n]');
  stdin.write('\n');
  expect(await done).toBe(0);
  while (!existsSync(opened)) await wait(5);
  expect(readFileSync(opened, 'utf8').split('\n')[0]).toBe(`${url}/login/device`);
  expect(readFileSync(opened, 'utf8')).not.toContain('marked');
});

test.each([
  ['a person who would rather not', {}, 'n\n', []],
  ['--no-browser', {}, null, ['--no-browser']],
  ['SSH', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, null, []],
])('no browser opens with %s', async (_what, env, typed, flags) => {
  const { context, stdin, until, opened } = await atTerminal(env);
  const done = runProgram(['login', ...flags], context);
  if (typed !== null) {
    await until('[Y/n]');
    stdin.write(typed);
  }
  expect(await done).toBe(0);
  expect(context.err().includes('[Y/n]')).toBe(typed !== null);
  expect(existsSync(opened)).toBe(false);
});

test('a person who types the code elsewhere need not answer', async () => {
  const { context } = await atTerminal();
  expect(await runProgram(['login'], context)).toBe(0);
  expect(context.out()).toContain('Signed in as simulated-octocat');
});

test('a first start offers the login with one question, and then serves', async () => {
  const { context, stdin, until } = await atTerminal({ SSH_TTY: '/dev/pts/1' });
  const done = runProgram(['start', '-p', '0'], context);
  await until('Sign in now? [Y/n]');
  stdin.write('\n');
  await until('OPENAI_BASE_URL');
  context.signal('SIGTERM');
  expect(await done).toBe(0);
  expect(context.err().split('?').length - 1).toBe(1);
});

test('a first start where the person would rather not is exit 78', async () => {
  const { context, stdin, until } = await atTerminal();
  const done = runProgram(['start', '-p', '0'], context);
  await until('[Y/n]');
  stdin.write('n\n');
  expect(await done).toBe(78);
});

test('a start takes its token from standard input, before every variable, and keeps it nowhere', async () => {
  const { context, stdin, until, home } = await atTerminal({ CROSSFEED_GITHUB_TOKEN: 'ghu_notThisOne' });
  stdin.end(`${simulatedGithubToken}\n`);
  const done = runProgram(['start', '-p', '0', '--github-token-stdin'], context);
  await until('OPENAI_BASE_URL');
  context.signal('SIGTERM');
  expect(await done).toBe(0);
  for (const name of readdirSync(home).filter((one) => one !== 'bin')) {
    expect(readFileSync(path.join(home, name)).includes(simulatedGithubToken)).toBe(false);
  }
});
