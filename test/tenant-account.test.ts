/** The account of a GHE tenant through the whole proxy: its token is offered to the tenant's hosts, and to no other one. */
import { createHash } from 'node:crypto';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProxy, type StartedProxy } from './support/start-proxy.ts';
import { testAccount } from './support/test-account.ts';

/** Every host that the proxy wanted to reach over TLS. Nobody is there: each is refused. */
const wanted: string[] = [];
let network: Server;
let proxy: StartedProxy;

beforeAll(async () => {
  network = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => {
      wanted.push(/^CONNECT (\S+) /.exec(bytes.toString('latin1'))?.[1] ?? 'no CONNECT');
      socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => network.listen(0, '127.0.0.1', resolve));
  const { port } = network.address() as AddressInfo;
  const tenant = (name: string, githubToken: string) => ({
    account: { ...testAccount, name, host: 'octocorp.ghe.com' },
    githubToken,
  });
  const row = (accountName: string) => ({
    id: accountName,
    label: accountName,
    accountName,
    models: null,
    project: null,
    expiresAt: null,
    revokedAt: null,
  });
  const names = ['exchanged', 'direct'];
  const rows = new Map(names.map((name) => [createHash('sha256').update(`cf_${name}-key`).digest('hex'), row(name)]));
  proxy = await startProxy({
    accounts: [tenant('exchanged', 'ghu_tokenOfATenant000000'), tenant('direct', 'gho_tokenOfATenant000000')],
    findByDigest: (digest) => rows.get(digest),
    proxyEnv: { HTTPS_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: '127.0.0.1' },
  });
});
afterAll(async () => {
  await proxy.close();
  await new Promise((resolve) => network.close(resolve));
});

test.each(['exchanged', 'direct'])('a call with a key of the %s account', async (name) => {
  wanted.length = 0;
  const reply = await fetch(`${proxy.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer cf_${name}-key` },
    body: JSON.stringify({ model: 'gpt-5.2', messages: [{ role: 'user', content: 'Hello' }] }),
  });
  expect([reply.status, await reply.json()]).toMatchObject([502, { error: { code: 'upstream_unreachable' } }]);
  expect(wanted.length).toBeGreaterThan(0);
  for (const host of wanted) expect(host).toMatch(/^(?:api|copilot-api)\.octocorp\.ghe\.com:443$/);
});

test('the simulator, which stands for github.com, never heard of them', () => {
  for (const { headers } of proxy.simulator.requests) expect(JSON.stringify(headers)).not.toContain('tokenOfATenant');
});
