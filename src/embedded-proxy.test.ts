/** Tests of the proxy in somebody else's program: what it reads, where it can be mounted, what it leaves open. */
import { existsSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { useSimulator } from '../test/support/use-simulator.ts';
import { systemClock } from './base/clock.ts';
import { createEmbeddedProxy, type EmbeddedOptions, type EmbeddedProxy } from './embedded-proxy.ts';
import { simulatedGithubToken } from './simulator/index.ts';
import { openStore } from './store/open-store.ts';

const simulator = useSimulator();
const apiKey = 'a-key-of-the-program';

async function embed(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedProxy> {
  const { url } = simulator();
  const proxy = await createEmbeddedProxy({
    githubToken: simulatedGithubToken,
    apiKey,
    ...options,
    settings: { 'server.port': 0, 'upstream.githubUrl': url, 'upstream.githubApiUrl': url, ...options.settings },
  });
  onTestFinished(() => proxy.closeNow());
  return proxy;
}

/** A server of the test's own in front of `listener`. */
async function serve(listener: http.RequestListener): Promise<string> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (url: string, content = 'Hello', headers: Readonly<Record<string, string>> = { 'x-api-key': apiKey }) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'gpt-5.2', messages: [{ role: 'user', content }] }),
  });

test('it listens, answers whoever has the key, tells its listeners, and books the call', async () => {
  const proxy = await embed();
  const seen: string[] = [];
  proxy.events.subscribe(({ type }) => seen.push(type));
  const { url } = await proxy.listen();
  expect((await ask(url, 'Hello', {})).status).toBe(401);
  const reply = await ask(url);
  expect(reply.status).toBe(200);
  expect(await reply.json()).toHaveProperty('choices');
  expect(seen).toEqual(expect.arrayContaining(['started', 'routed', 'usage', 'ended']));
  const found = await proxy.store.exchanges.find(reply.headers.get('x-crossfeed-exchange') ?? '');
  expect(found?.account).toBe('embedded');
});

test('its traces go where its program says, with what that collector wants to be told', async () => {
  const told: unknown[] = [];
  const collector = await serve((request, response) => {
    request.resume();
    told.push(request.headers['x-collector-key']);
    response.end('{}');
  });
  const log: string[] = [];
  const proxy = await embed({
    settings: { 'traces.endpoint': `${collector}/v1/traces` },
    traceHeaders: { 'x-collector-key': 'a-key-of-the-collector' },
    logTo: new Writable({ write: (chunk, _encoding, done) => (log.push(String(chunk)), done()) }),
  });
  const { url } = await proxy.listen();
  expect((await ask(url, 'Say a-key-of-the-collector')).status).toBe(200);
  await proxy.close();
  expect(told).toEqual(['a-key-of-the-collector']);
  expect(log.join('')).not.toContain('a-key-of-the-collector');
});

test('mounted below a path of another server, it answers there; a third argument means nothing', async () => {
  const proxy = await embed();
  const next = () => undefined;
  const url = await serve((request, response) => {
    if (!request.url?.startsWith('/ai/')) return void response.end('mine');
    request.url = request.url.slice('/ai'.length);
    (proxy.listener as (...args: readonly unknown[]) => void)(request, response, next);
  });
  expect(await (await fetch(`${url}/`)).text()).toBe('mine');
  expect((await ask(`${url}/ai`)).status).toBe(200);
  expect(proxy.status().url).toBeNull();
});

test('a close waits for the answers of the server that it is mounted in', async () => {
  const proxy = await embed();
  const url = await serve(proxy.listener);
  const begun = new Promise<void>((resolve) =>
    proxy.events.subscribe(({ type }) => void (type === 'routed' && resolve())),
  );
  simulator().simulator.addFault({ on: '*', skip: 2, do: { kind: 'slow-first-byte', delayMs: 300 } });
  const reply = ask(url);
  await begun;
  await proxy.close();
  expect(proxy.status().openExchanges).toBe(0);
  expect((await reply).status).toBe(200);
});

test('without a key everybody on this machine may call', async () => {
  const { url } = await (await embed({ apiKey: null })).listen();
  expect((await ask(url, 'Hello', {})).status).toBe(200);
});

test('a store that the program opened stays open', async () => {
  const store = await openStore({ path: ':memory:', clock: systemClock, onFault: () => undefined });
  onTestFinished(() => store.close());
  const proxy = await embed({ store });
  const { url } = await proxy.listen();
  await (await ask(url)).text();
  await proxy.close();
  expect(store.ledger.usage({ by: 'account', sinceMs: 0 }).rows).toHaveLength(1);
});

test('a store in a file outlives the proxy', async () => {
  const file = path.join(temporaryFolder(), 'ledger.db');
  const first = await embed({ store: file });
  await (await ask((await first.listen()).url)).text();
  await first.close();
  expect(existsSync(file)).toBe(true);
  const second = await embed({ store: file });
  expect(second.store.ledger.usage({ by: 'account', sinceMs: 0 }).rows).toHaveLength(1);
});

test('settings are checked, all at once, and each fault says what is allowed', async () => {
  const settings = { 'server.port': 70_000, 'server.prot': 1 } as EmbeddedOptions['settings'];
  await expect(createEmbeddedProxy({ githubToken: null, apiKey, ...(settings && { settings }) })).rejects.toMatchObject(
    {
      problems: [expect.stringContaining('0 to 65535'), expect.stringContaining('did you mean "server.port"')],
    },
  );
});

test('the log goes where it is told, as JSON, without key and token', async () => {
  const lines: string[] = [];
  const logTo = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const proxy = await embed({ logTo });
  const { url } = await proxy.listen();
  await (await ask(url, `my key is ${apiKey}`)).text();
  await proxy.close();
  const logged = lines.join('').trim().split('\n');
  expect(logged.map((line) => JSON.parse(line) as unknown).length).toBeGreaterThan(0);
  expect(lines.join('')).not.toContain(apiKey);
  expect(lines.join('')).not.toContain(simulatedGithubToken);
});
