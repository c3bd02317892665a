/** `crossfeed start` as a whole process: ready file, signals, key, log, and what must not be seen. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { callControl } from '../../src/control/control-client.ts';
import { runToEnd, startProgram } from '../support/run-program.ts';
import type { Ready } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createSimulator, simulatedGithubToken } from '../../src/simulator/index.ts';
import type { Scenario } from '../../src/simulator/index.ts';

const apiKey = 'marked-caller-key-0001';

/** A simulator of this test, and the variables that lead to it. */
async function upstream(scenario: Partial<Scenario> = {}) {
  const simulator = createSimulator({ scenario });
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const env = {
    CROSSFEED_GITHUB_URL: url,
    CROSSFEED_GITHUB_API_URL: url,
    CROSSFEED_COPILOT_API_URL: url,
    CROSSFEED_GITHUB_TOKEN: simulatedGithubToken,
    CROSSFEED_API_KEY: apiKey,
  };
  return { simulator, env };
}

function ask({ url }: Pick<Ready, 'url'>, over: { readonly key?: string; readonly model?: string } = {}) {
  return fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': over.key ?? apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: over.model ?? 'claude-opus-5.5',
      max_tokens: 200,
      stream: true,
      messages: [{ role: 'user', content: 'Say something of several words.' }],
    }),
  });
}

test('the ready file has pid, port and origin; the proxy answers; SIGTERM ends it with 0 and takes the file away', async () => {
  const home = temporaryFolder();
  const { env } = await upstream();
  const program = await startProgram(home, [], env);
  const text = readFileSync(path.join(home, 'ready.json'), 'utf8');
  expect(JSON.parse(text)).toEqual({ pid: program.pid, port: program.port, url: `http://127.0.0.1:${program.port}` });
  expect(readdirSync(home).filter((name) => name.endsWith('.tmp'))).toEqual([]);

  const answer = await ask(program);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toMatch(/event: message_stop\ndata: .*\n\n$/);
  const refused = await ask(program, { key: 'wrong-key-0000' });
  expect(refused.status).toBe(401);
  expect(await refused.text()).toContain('crossfeed keys show');

  program.kill('SIGTERM');
  expect(await program.exited).toBe(0);
  expect(existsSync(path.join(home, 'ready.json'))).toBe(false);
  expect(program.err()).toBe('');
});

test('SIGTERM lets a running answer end, and takes no new one', async () => {
  const { env } = await upstream({ eventDelayMs: 40 });
  const home = temporaryFolder();
  const program = await startProgram(home, [], env);
  const answer = await ask(program);
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  program.kill('SIGTERM');
  await program.says('Stopping');
  await expect(ask(program)).rejects.toThrow('fetch failed');
  expect(await callControl({ home, env: {} }, 'status', {})).toMatchObject({ draining: true, openExchanges: 1 });
  let text = Buffer.from(first?.value ?? []).toString();
  for (let chunk = await reader?.read(); chunk?.value; chunk = await reader?.read()) {
    text += Buffer.from(chunk.value).toString();
  }
  expect(text).toMatch(/event: message_stop\ndata: .*\n\n$/);
  expect(await program.exited).toBe(0);
});

test('a second signal ends a running answer, with 130', async () => {
  const { env } = await upstream({ faults: [{ on: '/v1/messages', do: { kind: 'stall', afterEvents: 3 } }] });
  const program = await startProgram(temporaryFolder(), [], env);
  const answer = await ask(program);
  await answer.body?.getReader().read();
  program.kill('SIGTERM');
  await program.says('Stopping');
  program.kill('SIGTERM');
  expect(await program.exited).toBe(130);
});

test('running answers end when the time for draining is over', async () => {
  const { env } = await upstream({ faults: [{ on: '/v1/messages', do: { kind: 'stall', afterEvents: 3 } }] });
  const program = await startProgram(temporaryFolder(), ['--set', 'limits.drainMs=50'], env);
  const answer = await ask(program);
  const rest = answer.text();
  program.kill('SIGINT');
  expect(await rest).toMatch(/event: error\n/);
  expect(await program.exited).toBe(0);
});

test('with json, every line on stdout is JSON, and one of them is the exchange', async () => {
  const { env } = await upstream();
  const file = path.join(temporaryFolder(), 'logs', 'proxy.log');
  const program = await startProgram(temporaryFolder(), ['--verbose', '--log-file', file], {
    ...env,
    CROSSFEED_LOG_FORMAT: 'json',
  });
  await (await ask(program)).text();
  await (await ask(program, { model: 'no-such-model\r\n\u001b[2J' })).text();
  program.kill('SIGTERM');
  await program.exited;
  const lines = program.out().trimEnd().split('\n');
  const parsed = lines.map((line) => JSON.parse(line) as { msg: string; level: string; exchange?: object });
  expect(parsed[0]).toMatchObject({ msg: 'Ready', url: program.url, pid: program.pid });
  const exchanges = parsed.flatMap((line) => (line.exchange === undefined ? [] : [line.exchange]));
  expect(exchanges).toMatchObject([
    { route: '/v1/messages', status: 200, model: 'claude-opus-5.5', outcome: 'finished', errorCode: null },
    { route: '/v1/messages', status: 404, errorCode: 'model_not_found', hint: expect.any(String) },
  ]);
  expect(parsed.some((line) => line.level === 'debug')).toBe(true);
  expect(program.err()).toBe('');
  expect(readFileSync(file, 'utf8')).toBe(program.out());
});

test('no secret is in stdout, stderr, the log file or the arguments', async () => {
  const home = temporaryFolder();
  const deadToken = 'ghu_markedDeadToken000000000000000000';
  const { env } = await upstream();
  for (const [format, token] of [
    ['json', simulatedGithubToken],
    ['pretty', simulatedGithubToken],
    ['json', deadToken],
  ] as const) {
    const file = path.join(home, `${format}-${token.length}.log`);
    const program = await startProgram(home, ['-v', '--log-format', format, '--log-file', file], {
      ...env,
      CROSSFEED_GITHUB_TOKEN: token,
      // A proxy with a password, for a host that is never asked.
      NO_PROXY: '127.0.0.1',
      HTTPS_PROXY: 'http://me:marked-proxy-password@proxy.example:3128',
    });
    await (await ask(program)).text();
    await (await ask(program, { key: 'marked-wrong-key-0001' })).text();
    await (await ask(program, { model: `model-${apiKey}` })).text();
    await (await fetch(`${program.url}/v1/models?key=${apiKey}`)).text();
    if (process.platform === 'linux') {
      expect(readFileSync(`/proc/${program.pid}/cmdline`, 'utf8')).not.toMatch(/marked|ghu_/);
    }
    program.kill('SIGTERM');
    await program.exited;
    const seen = program.out() + program.err() + readFileSync(file, 'utf8');
    expect(seen.length).toBeGreaterThan(500);
    expect(seen).not.toContain('marked');
    expect(seen).not.toContain(simulatedGithubToken);
    expect(seen).not.toMatch(/tid=/);
  }
}, 60_000);

test('a port that is taken is said so: by whom, and with which flag to choose another', async () => {
  const { env } = await upstream();
  const first = await startProgram(temporaryFolder(), [], env);
  const second = await runToEnd(temporaryFolder(), ['start', '--port', String(first.port)], env);
  expect(second).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/Crossfeed of another home.*--port/) });
  const { port } = new URL(env.CROSSFEED_GITHUB_URL);
  const third = await runToEnd(temporaryFolder(), ['start', '--port', port], env);
  expect(third).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/Another program listens.*--port/) });
});

test('a fault that nobody caught: running answers end, it is logged without secrets, and the exit code is 70', async () => {
  const { env } = await upstream({ eventDelayMs: 20 });
  const thrown = `process.on('SIGUSR2',()=>{throw new Error('bad ${apiKey} ghu_markedmarked')})`;
  const program = await startProgram(temporaryFolder(), ['--log-format', 'json'], {
    ...env,
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(thrown)}`,
  });
  const answer = await ask(program);
  program.kill('SIGUSR2');
  expect(await answer.text()).toContain('event: message_stop');
  expect(await program.exited).toBe(70);
  const lines = program.out().trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
    expect.objectContaining({
      level: 'error',
      error: expect.objectContaining({ message: 'bad [redacted] [redacted]' }),
    }),
  );
  expect(program.out() + program.err()).not.toContain('marked');
});

test('a second proxy on the same home is refused, and the first goes on', async () => {
  const home = temporaryFolder();
  const { env } = await upstream();
  const first = await startProgram(home, [], env);
  const second = await runToEnd(home, ['start', '--port', '0', '--ready-file', path.join(home, 'ready.json')], env);
  expect(second).toMatchObject({ code: 1, out: '', err: expect.stringContaining(first.url) });
  expect(existsSync(path.join(home, 'ready.json'))).toBe(true);
  expect((await ask(first)).status).toBe(200);
});

test('a reader that leaves stdout does not end the proxy', async () => {
  const { env } = await upstream();
  const program = await startProgram(temporaryFolder(), ['-v'], env);
  program.closeStdout();
  for (let count = 0; count < 3; count += 1) expect((await (await ask(program)).text()).length).toBeGreaterThan(100);
  program.kill('SIGTERM');
  expect(await program.exited).toBe(0);
});

test('--simulate needs nothing, makes a key, and `keys show` prints it', async () => {
  const home = temporaryFolder();
  const program = await startProgram(home, ['--simulate']);
  const key = (await runToEnd(home, ['keys', 'show'])).out.trim();
  expect((await ask(program, { key })).status).toBe(200);
  expect(program.out()).toContain(program.url);
  expect(program.out()).not.toContain(key);
});

test.each<[string, readonly string[], Readonly<Record<string, string>>, number]>([
  ['no token', ['start', '-p', '0'], {}, 78],
  ['a flag that is none', ['start', '--nope'], {}, 2],
  ['a wide bind', ['start', '--simulate', '--host', '0.0.0.0', '-p', '0'], {}, 78],
  ['a log file that cannot be', ['start', '--simulate', '-p', '0', '--log-file', '/dev/null/x'], {}, 78],
])('%s: exit code and one sentence, nothing on stdout', async (_, args, env, code) => {
  const ended = await runToEnd(temporaryFolder(), args, env);
  expect(ended).toMatchObject({ code, out: '' });
  expect(ended.err).toMatch(/^crossfeed: /);
  expect(ended.err).not.toContain('    at ');
});
