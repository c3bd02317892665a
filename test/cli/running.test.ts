/** The commands that speak to a running proxy, and those that run without one: status, logs, stop, simulate, demo. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runProgram, runToEnd, startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const env = { CROSSFEED_API_KEY: 'my-own-keyring' };

function ask(url: string, model: string) {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${env.CROSSFEED_API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello.' }] }),
  });
}

test('status: JSON, and columns for a pipe', async () => {
  const home = temporaryFolder();
  const program = await startProgram(home, ['--simulate'], env);
  await (await ask(program.url, 'no-such-model')).text();
  const { code, out } = await runToEnd(home, ['status', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    pid: program.pid,
    url: program.url,
    draining: false,
    openExchanges: 0,
    counters: { exchanges: 1, failed: 1, canceled: 0 },
    upstream: { credentialKind: 'ghu_', road: 'exchanged' },
    configFile: null,
  });
  const plain = (await runToEnd(home, ['status'])).out;
  expect(plain).toContain(`url\t${program.url}\n`);
  expect(plain).toContain('exchanges\t1 (1 failed, 0 canceled)\n');
});

test('logs: recent ones in columns or JSON, and with --follow each new one', async () => {
  const home = temporaryFolder();
  const program = await startProgram(home, ['--simulate'], env);
  await (await ask(program.url, 'claude-opus-5.5')).text();
  await (await ask(program.url, 'no-such-model')).text();

  const follower = runProgram(home, ['logs', '--follow']);
  await follower.says('model_not_found');
  await (await ask(program.url, 'claude-haiku-5.5')).text();
  await follower.says('claude-haiku-5.5');
  follower.kill('SIGINT');
  expect(await follower.exited).toBe(130);

  const rows = (await runToEnd(home, ['logs'])).out;
  expect(follower.out()).toBe(rows);
  expect(
    rows
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t').slice(2, 6)),
  ).toEqual([
    ['200', 'finished', '/v1/chat/completions', 'claude-opus-5.5'],
    ['404', 'failed', '/v1/chat/completions', ''],
    ['200', 'finished', '/v1/chat/completions', 'claude-haiku-5.5'],
  ]);
  const json = JSON.parse((await runToEnd(home, ['logs', '-n', '1', '--json'])).out) as unknown[];
  expect(json).toMatchObject([
    { askedModel: 'claude-haiku-5.5', status: 200, usage: { costNanoAiu: expect.any(Number) } },
  ]);
});

test('logs --follow ends with the proxy', async () => {
  const home = temporaryFolder();
  const program = await startProgram(home, ['--simulate'], env);
  await (await ask(program.url, 'no-such-model')).text();
  const follower = runProgram(home, ['logs', '--follow', '--json']);
  await follower.says('model_not_found');
  program.kill('SIGTERM');
  expect(await follower.exited).toBe(0);
});

test('stop ends the proxy and returns when it is gone; once more it says that nothing runs', async () => {
  const home = temporaryFolder();
  const program = await startProgram(home, ['--simulate'], env);
  expect(await runToEnd(home, ['stop'])).toEqual({ code: 0, out: 'Crossfeed has stopped.\n', err: '' });
  expect(await program.exited).toBe(0);
  expect((await runToEnd(home, ['stop', '--json'])).out).toContain('"stopped": false');
  expect((await runToEnd(home, ['status'])).code).toBe(1);
});

test('simulate: a proxy can be started on what it prints', async () => {
  const home = temporaryFolder();
  const readyFile = path.join(home, 'simulator.json');
  const simulator = runProgram(home, ['simulate', '--port', '0', '--ready-file', readyFile, '--json']);
  while (!existsSync(readyFile)) await wait(10);
  const { url, variables } = JSON.parse(simulator.out()) as { url: string; variables: Record<string, string> };
  expect(JSON.parse(readFileSync(readyFile, 'utf8'))).toMatchObject({ url });
  const program = await startProgram(home, [], { ...env, ...variables });
  const answer = await ask(program.url, 'claude-opus-5.5');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
  simulator.kill('SIGTERM');
  expect(await simulator.exited).toBe(0);
});

test('demo: a streamed answer, lines to paste that work, up until Ctrl-C, and nothing left behind', async () => {
  const home = temporaryFolder();
  const program = runProgram(home, ['demo', '--port', '0']);
  await program.says('/v1/chat/completions -H');
  expect(program.out()).toMatch(/simulated Copilot/);
  const [, url = '', key = ''] = /ANTHROPIC_BASE_URL=(\S+) ANTHROPIC_AUTH_TOKEN=(\S+)/.exec(program.out()) ?? [];
  const models = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
  expect(models.status).toBe(200);
  const [link = ''] = /http:\S+\/ui\/sign-in\?code=\S+/.exec(program.out()) ?? [];
  expect((await fetch(link, { redirect: 'manual' })).headers.get('set-cookie')).toMatch(/^crossfeed_ui_/);
  program.kill('SIGINT');
  expect(await program.exited).toBe(0);
  expect(readdirSync(home)).toEqual([]);
});

test('demo --json: address, key, model and answer as one object', async () => {
  const program = runProgram(temporaryFolder(), ['demo', '--port', '0', '--json']);
  await program.says('\n}\n');
  const { url, key, answer } = JSON.parse(program.out()) as { url: string; key: string; answer: string };
  expect(answer).toMatch(/simulated Copilot/);
  expect((await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
  program.kill('SIGINT');
  expect(await program.exited).toBe(0);
});
