/** `--manual` on a real terminal: a pseudo-terminal of the system holds the program, and a person's letters are typed. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Ready } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
/** Of the system: it gives a program a terminal. */
const terminal = 'script';
const key = 'my-own-keyring';
const soon = { timeout: 20_000, interval: 20 };

/** A program as a person starts it, with what it shows and a keyboard. */
function onTerminal(home: string, args: readonly string[]) {
  const command = `exec ${[process.execPath, main, ...args].map((word) => `'${word}'`).join(' ')}`;
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, CROSSFEED_HOME: home, CROSSFEED_API_KEY: key };
  const child = spawn(terminal, ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
    env: { ...env, TERM: 'dumb', NO_COLOR: '1', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
  return {
    exited,
    says: (text: string | RegExp) => vi.waitFor(() => expect(shown).toMatch(text), soon),
    type: (text: string) => void child.stdin.write(text),
  };
}

async function startOnTerminal(...flags: readonly string[]) {
  const home = temporaryFolder();
  const readyFile = path.join(home, 'ready.json');
  const terminal = onTerminal(home, ['start', '--simulate', '--port', '0', '--ready-file', readyFile, ...flags]);
  await vi.waitFor(() => expect(existsSync(readyFile)).toBe(true), soon);
  const { url } = JSON.parse(readFileSync(readyFile, 'utf8')) as Ready;
  return {
    ...terminal,
    home,
    ask: (session: string, model = 'claude-haiku-5.5', content = 'Hello.') =>
      fetch(`${url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'application/json', 'x-claude-code-session-id': session },
        body: JSON.stringify({ model, max_tokens: 100, messages: [{ role: 'user', content }] }),
      }),
  };
}

test.skipIf(process.platform !== 'linux')(
  'allow, deny, allow this session, by a letter and a number; Ctrl-C still ends the proxy, also while a call waits',
  async () => {
    const terminal = await startOnTerminal('--manual');
    const first = terminal.ask('one');
    await terminal.says(/\? #1 claude-haiku-5\.5, about [\d.]+ .*every call is asked about/);
    terminal.type('a\r');
    expect((await first).status).toBe(200);
    await terminal.says('#1 is allowed.');
    const second = terminal.ask('two');
    await terminal.says('? #2 ');
    const third = terminal.ask('three');
    await terminal.says('? #3 ');
    terminal.type('maybe\r');
    await terminal.says('with several, add the number');
    terminal.type('d 3\r');
    await terminal.says('#3 is denied.');
    terminal.type('s\r');
    await terminal.says('#2 is allowed.');
    expect([(await second).status, (await third).status]).toEqual([200, 403]);
    const fourth = terminal.ask('four');
    await terminal.says('? #4 ');
    terminal.type('\u0003');
    expect((await fourth).status).toBe(529);
    expect(await terminal.exited).toBe(0);
  },
  60_000,
);

test.skipIf(process.platform !== 'linux')(
  '--manual=session asks once a session, --manual=N what is expected to cost more',
  async () => {
    const bySession = await startOnTerminal('--manual=session');
    const first = bySession.ask('one');
    await bySession.says('a session that was not asked about yet');
    bySession.type('y\r');
    expect((await first).status).toBe(200);
    expect((await bySession.ask('one')).status).toBe(200);
    const dear = await startOnTerminal('--manual=0.1');
    expect((await dear.ask('one')).status).toBe(200);
    const asked = dear.ask('two', 'claude-opus-5.5', 'many words '.repeat(2_000));
    await dear.says('it is expected to take more than 0.1 credits');
    dear.type('n\r');
    expect((await asked).status).toBe(403);
  },
  60_000,
);

test.skipIf(process.platform !== 'linux')(
  'in another terminal, over the control socket: `approvals watch` shows calls and takes the same letters',
  async () => {
    const proxy = await startOnTerminal('--manual');
    const watch = onTerminal(proxy.home, ['approvals', 'watch']);
    const first = proxy.ask('one');
    await watch.says('#1 claude-haiku-5.5');
    watch.type('a\r');
    expect((await first).status).toBe(200);
    await watch.says('Call #1 may go up.');
    const second = proxy.ask('two');
    await watch.says('#2 claude-haiku-5.5');
    watch.type('d 2\r');
    expect((await second).status).toBe(403);
    // The terminal of the proxy knows of both.
    await proxy.says('#2 is denied.');
    watch.type('\u0003');
    expect(await watch.exited).toBe(0);
  },
  60_000,
);
