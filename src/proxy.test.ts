/** Tests of the whole proxy: what it says of itself to those who have no key. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { silentLogger } from '../test/support/silent-logger.ts';
import { testAccount } from '../test/support/test-account.ts';
import { systemClock } from './base/clock.ts';
import { defaultConfig } from './config/config.ts';
import { createKeyRegistry } from './http/key-registry.ts';
import { createProxy } from './proxy.ts';
import { openStore } from './store/open-store.ts';

test('a login that GitHub quotes while it refuses it is neither in /readyz nor in the status', async () => {
  const githubToken = 'a-login-without-a-known-prefix';
  const github = http.createServer((request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: `Bad credentials: ${request.headers.authorization}` }));
  });
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void github.close());
  const githubApiUrl = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
  const store = await openStore({ path: ':memory:', clock: systemClock, onFault: () => undefined });
  const proxy = createProxy({
    config: {
      ...defaultConfig,
      server: { ...defaultConfig.server, port: 0 },
      upstream: { ...defaultConfig.upstream, githubUrl: githubApiUrl, githubApiUrl },
    },
    keys: createKeyRegistry({
      defaultKey: { key: 'cf_key-of-the-proxy-test', accountName: testAccount.name },
      clock: systemClock,
    }),
    accounts: [{ account: testAccount, githubToken }],
    store,
    log: silentLogger,
    version: '0.0.0-test',
  });
  const { url } = await proxy.listen();
  onTestFinished(() => proxy.closeNow());
  await vi.waitFor(() => expect(proxy.status().upstream.problem).not.toBeNull());
  const ready = await (await fetch(`${url}/readyz`)).text();
  expect(ready).toContain('Bad credentials');
  expect(ready + JSON.stringify(proxy.status())).not.toContain(githubToken);
});
