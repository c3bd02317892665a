/** /metrics: figures for Prometheus, who may read them, and what they never say. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StoredKey } from '../src/http/key-registry.ts';
import { doorRoutes } from './corpora/door-routes.ts';
import { sendRaw } from './support/raw-client.ts';
import { startProxy, type StartedProxy } from './support/start-proxy.ts';
import { testAccount } from './support/test-account.ts';

const digest = (key: string) => createHash('sha256').update(key).digest('hex');
const bare = {
  accountName: testAccount.name,
  models: null,
  project: 'secret-project',
  expiresAt: null,
  revokedAt: null,
};
const further = new Map<string, StoredKey>([
  [digest('cf_plain'), { ...bare, id: 'key-plain', label: 'plain-label' }],
  [digest('cf_figures'), { ...bare, id: 'key-figures', label: 'figures-label', metricsOnly: true }],
]);

let started: StartedProxy;
afterEach(() => started.close());
const start = async (metrics: { enabled?: boolean; port?: number | null }) => {
  started = await startProxy({ metrics, findByDigest: (hex) => further.get(hex) });
};
const read = (key: string, path = '/metrics', method = 'GET') =>
  fetch(started.url + path, { method, headers: { authorization: `Bearer ${key}` } });

async function call(path: string, body: object, key = 'cf_plain') {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'user-agent': 'secret-tool/1.0',
  };
  const reply = await fetch(started.url + path, {
    method: 'POST',
    headers: { ...headers, 'x-session-id': 'secret-session' },
    body: JSON.stringify(body),
  });
  await reply.text();
  return reply.status;
}

const hello = { model: 'gpt-5.2', stream: true, messages: [{ role: 'user', content: 'Hello.' }] };

/** The value of one sample, by its name and labels as they stand there. */
function sample(text: string, name: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? Number.NaN : Number(line.slice(name.length + 1));
}

describe('switched on', () => {
  beforeEach(() => start({ enabled: true, port: 0 }));

  test('calls, errors, tokens and credits are those of the ledger', async () => {
    expect(await call('/v1/chat/completions', hello)).toBe(200);
    const asked = { model: 'claude-haiku-5.5', max_tokens: 99, messages: [{ role: 'user', content: 'Hello.' }] };
    expect(await call('/v1/messages', asked)).toBe(200);
    expect(await call('/v1/chat/completions', { ...hello, model: 'no-such-model' })).toBe(404);
    const reply = await read(started.key);
    expect(reply.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await reply.text();
    expect(text).toMatch(
      /crossfeed_exchanges_total\{protocol="openai-chat",operation="generate",model="gpt-5\.2",lane="\w+",outcome="finished"\} 1\n/,
    );
    expect(text).toMatch(/crossfeed_errors_total\{protocol="openai-chat",code="model_not_found"\} 1\n/);
    const { total, rows } = started.store.ledger.usage({ by: 'model' });
    expect(total.calls).toBe(3);
    const credits = rows.map(({ name }) => sample(text, `crossfeed_credits_total{model="${name}",source="reported"}`));
    expect(credits.filter((found) => found > 0)).toHaveLength(2);
    expect(Math.round(credits.reduce((sum, found) => sum + (found || 0), 0) * 1e9)).toBe(total.costNanoAiu);
    for (const { name, outputTokens } of rows.filter((row) => row.outputTokens > 0))
      expect(sample(text, `crossfeed_tokens_total{model="${name}",kind="output"}`)).toBe(outputTokens);
    expect(text).toMatch(/crossfeed_first_token_seconds_count\{protocol="openai-chat",lane="\w+"\} 1\n/);
    expect(sample(text, 'crossfeed_queue_seconds_count')).toBe(2);
    expect(sample(text, 'crossfeed_seat_ready{seat="1"}')).toBe(1);
    expect(sample(text, 'crossfeed_open_exchanges')).toBe(0);
    expect(sample(text, 'crossfeed_ledger_writable')).toBe(1);
    expect(sample(text, 'crossfeed_ledger_dropped_exchanges')).toBe(0);
    expect(text).toContain('process_cpu_seconds_total');
  });

  test('no label names a key, an account, a project, a session or a program', async () => {
    await call('/v1/chat/completions', hello);
    await call('/v1/chat/completions', { ...hello, model: 'my-secret-model-name' });
    const text = await (await read(started.key)).text();
    expect(text).toContain('crossfeed_exchanges_total{');
    expect(text).not.toMatch(/secret|plain-label|key-plain/);
    expect(text).not.toMatch(new RegExp(`"${testAccount.name}"`));
  });

  test('a key for figures reads them and opens nothing else; other keys do not read them', async () => {
    expect((await read('cf_figures')).status).toBe(200);
    for (const { path } of doorRoutes.filter(({ access, path: of }) => access === 'keyed' && of !== '/metrics'))
      for (const method of ['GET', 'POST'])
        expect([path, (await read('cf_figures', path, method)).status]).toEqual([path, 403]);
    const refused = await read('cf_plain');
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ error: { code: 'key_not_allowed' } });
    expect((await read('cf_wrong')).status).toBe(401);
    expect((await fetch(`${started.url}/metrics`)).status).toBe(401);
    expect((await read(started.key, '/metrics', 'POST')).status).toBe(405);
  });

  test('their own port asks for no key, shows nothing else, and keeps pages and foreign names out', async () => {
    const { metricsUrl } = started.proxy.status();
    expect(metricsUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    const { origin, port } = new URL(metricsUrl ?? '');
    expect(await (await fetch(metricsUrl ?? '')).text()).toContain('crossfeed_build_info{version="0.0.0-test"} 1');
    const withKey = { headers: { authorization: `Bearer ${started.key}` } };
    for (const path of ['/v1/models', '/crossfeed/v1/status', '/api/tags'])
      expect([path, (await fetch(origin + path, withKey)).status]).toEqual([path, 403]);
    const asked = { ...withKey, method: 'POST', body: JSON.stringify(hello) };
    expect((await fetch(`${origin}/v1/chat/completions`, asked)).status).toBe(403);
    expect((await fetch(metricsUrl ?? '', { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    const rebound = await sendRaw(Number(port), `GET /metrics HTTP/1.1\r\nHost: evil.example:${port}\r\n\r\n`);
    expect(rebound.status).toBe(403);
  });
});

test('on a port of their own alone, the data port has no such page', async () => {
  await start({ port: 0 });
  expect((await fetch(started.proxy.status().metricsUrl ?? '')).status).toBe(200);
  expect((await read(started.key)).status).toBe(404);
});

test('nothing is there unless it is switched on', async () => {
  await start({});
  expect((await read(started.key)).status).toBe(404);
  expect(started.proxy.status().metricsUrl).toBeNull();
});
