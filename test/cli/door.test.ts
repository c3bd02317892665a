/** The program with an unusual door, as a child process on loopback: HTTPS, no key, names, the key in the path. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { createSimulator, simulatedGithubToken, type Simulator } from '../../src/simulator/index.ts';
import { fakeCliContext } from '../support/fake-cli-context.ts';
import { spawnProxy, type SpawnedProxy } from '../support/spawn-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testCertificate } from '../support/test-certificate.ts';

const apiKey = 'cf_key-of-the-door-tests';
let simulator: Simulator;
let upstreamUrl: string;
let program: SpawnedProxy;

beforeAll(async () => {
  simulator = createSimulator();
  upstreamUrl = (await simulator.listen()).url;
});
afterAll(() => simulator.close());
afterEach(() => program?.close());

async function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<SpawnedProxy> {
  program = await spawnProxy({ upstreamUrl, githubToken: simulatedGithubToken, apiKey, args, env });
  return program;
}

const modelsOf = (url: string, headers: Record<string, string> = {}) => fetch(`${url}/v1/models`, { headers });

test('with a certificate it speaks HTTPS, with the same keys', async () => {
  const { cert, key } = testCertificate(['localhost']);
  const folder = temporaryFolder();
  const at = (name: string) => path.join(folder, name);
  writeFileSync(at('c.pem'), cert);
  writeFileSync(at('k.pem'), key);
  const { url, port } = await start(['--tls-cert', at('c.pem'), '--tls-key', at('k.pem')]);
  expect(url).toBe(`https://127.0.0.1:${port}`);
  const statusWith = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = { ca: cert, headers, agent: false };
      https.get(`${url}/v1/models`, options, (reply) => resolve(reply.resume().statusCode)).on('error', reject);
    });
  expect(await statusWith({})).toBe(401);
  expect(await statusWith({ authorization: `Bearer ${apiKey}` })).toBe(200);
  await expect(modelsOf(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed');
});

test.each([
  ['by flag', ['--no-key'], {}],
  ['by variable', [], { CROSSFEED_NO_KEY: '1' }],
])('%s it needs no key on this machine, and says what that means', async (_how, args, env) => {
  const { url } = await start(args, env);
  expect((await modelsOf(url)).status).toBe(200);
  expect((await modelsOf(url, { authorization: 'Bearer whatever' })).status).toBe(200);
  expect((await modelsOf(url, { origin: 'https://evil.example' })).status).toBe(403);
  expect(program.output()).toContain('Callers need no key');
});

test.each([
  ['by flag', ['--ollama=0', '--ollama-no-key'], {}, 200],
  ['by variable', [], { CROSSFEED_OLLAMA: '0', CROSSFEED_OLLAMA_NO_KEY: '1' }, 200],
  ['with a key', ['--ollama', '0'], {}, 401],
])("%s it listens on a port for Ollama's tools, and says where", async (_how, args, env, status) => {
  const { url } = await start(args, env);
  const ollamaUrl = /"ollamaUrl":"(http:\/\/127\.0\.0\.1:\d+)"/.exec(program.output())?.[1];
  expect(await (await fetch(ollamaUrl ?? '')).text()).toBe('Ollama is running');
  expect((await fetch(`${ollamaUrl}/api/tags`)).status).toBe(status);
  expect((await fetch(`${url}/api/tags`)).status).toBe(401);
  expect(program.output().includes("Callers of Ollama's port need no key")).toBe(status === 200);
  program.signal('SIGTERM');
  expect(await program.exited).toBe(0);
});

test('where Ollama itself runs, its port is taken: one sentence, and nothing is left listening', async () => {
  const other = http.createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const context = fakeCliContext({ env: { CROSSFEED_HOME: temporaryFolder(), CROSSFEED_API_KEY: apiKey } });
  const code = await runProgram(['start', '--simulate', '--port', '0', `--ollama=${port}`], context);
  other.close();
  expect([code, context.err()]).toEqual([
    1,
    expect.stringContaining(
      `Another program listens on 127.0.0.1:${port}: stop it, or choose another port with --ollama=PORT`,
    ),
  ]);
});

test.each([
  [['--ollama-no-key'], /--ollama-no-key is of no use alone/],
  [['--ollama', '--ollama-no-key', '--host', '0.0.0.0', '--lan'], /only this machine can call/],
  [['--ollama=x'], /--ollama: .*no port/],
])('start %j is refused before anything listens', async (args, reason) => {
  const context = fakeCliContext({ env: { CROSSFEED_HOME: temporaryFolder(), CROSSFEED_API_KEY: apiKey } });
  expect(await runProgram(['start', '--simulate', ...args], context)).toBe(args[0] === '--ollama=x' ? 2 : 78);
  expect(context.err()).toMatch(reason);
});

test('without that a key is needed on loopback too, and the path may carry it', async () => {
  const { url } = await start([]);
  expect((await modelsOf(url)).status).toBe(401);
  expect((await modelsOf(`${url}/k/${apiKey}`)).status).toBe(200);
  const chat = await fetch(`${url}/k/${apiKey}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', referer: `${url}/k/${apiKey}/v1/chat/completions` },
    body: JSON.stringify({ model: 'gpt-5.2', messages: [{ role: 'user', content: 'Hello' }] }),
  });
  expect(chat.status).toBe(200);
  await chat.text();
  await vi.waitFor(() => expect(program.output()).toContain('/v1/chat/completions'), { timeout: 5_000 });
  expect(program.output()).not.toContain(apiKey);
});

test('--allow-host lets a name in, with its port where one is given', async () => {
  const { url, port } = await start(['--allow-host', 'box.example', '--allow-host', 'other.example:8443']);
  const statusOf = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { host, authorization: `Bearer ${apiKey}` };
      http.get(`${url}/v1/models`, { headers }, (reply) => resolve(reply.resume().statusCode)).on('error', reject);
    });
  expect(await statusOf('box.example')).toBe(200);
  expect(await statusOf(`box.example:${port}`)).toBe(200);
  expect(await statusOf('other.example:8443')).toBe(200);
  expect(await statusOf('other.example')).toBe(403);
  expect(await statusOf('host.docker.internal:4141')).toBe(200);
  expect(await statusOf('evil.example')).toBe(403);
});
