/** Where the dashboard opens in a real browser, and where it must not: TLS, a private network, a reverse proxy. */
import { writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { createSimulator, simulatedGithubToken } from '../../src/simulator/index.ts';
import { dashboardLink } from '../support/dashboard-client.ts';
import { spawnProxy, type SpawnedProxy } from '../support/spawn-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testCertificate } from '../support/test-certificate.ts';
import { ownKey, useDashboard } from './dashboard-stage.ts';

const stage = useDashboard();

async function start(args: readonly string[]): Promise<SpawnedProxy> {
  const simulator = createSimulator();
  const { url: upstreamUrl } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const options = { upstreamUrl, githubToken: simulatedGithubToken, apiKey: ownKey };
  const proxy = await spawnProxy({ ...options, args: ['--no-pace', ...args] });
  onTestFinished(() => proxy.close());
  return proxy;
}

/** A reverse proxy that ends TLS, as a caller on another machine comes through it. */
async function reverseProxy(upstreamPort: () => number, scheme: string): Promise<string> {
  const forward: RequestListener = (request, response) => {
    const headers = { ...request.headers, 'x-forwarded-for': '192.168.1.9', 'x-forwarded-proto': scheme };
    const { url, method } = request;
    const asked = httpRequest({ host: '127.0.0.1', port: upstreamPort(), path: url, method, headers });
    asked.on('response', (reply: IncomingMessage) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    asked.on('error', () => response.destroy());
    response.on('close', () => asked.destroy());
    request.pipe(asked);
  };
  const server = createServer(testCertificate(['localhost']), forward);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

async function steers(page: Page): Promise<void> {
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await page.getByRole('button', { name: 'Pause new calls' }).click();
  await page.getByRole('button', { name: 'Let calls go on' }).click();
  await page.getByRole('button', { name: 'Pause new calls' }).waitFor();
}

const cookieOf = async (page: Page) =>
  (await page.context().cookies()).find(({ name }) => name.startsWith('crossfeed'));

test('over TLS it opens, and its cookie goes over TLS alone', async () => {
  const { cert, key } = testCertificate(['localhost']);
  const folder = temporaryFolder();
  const [certFile, keyFile] = [path.join(folder, 'c.pem'), path.join(folder, 'k.pem')];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
  const proxy = await start(['--tls-cert', certFile, '--tls-key', keyFile]);
  const page = await stage().visit({ ignoreHTTPSErrors: true });
  await page.goto(await dashboardLink(proxy.home));
  await steers(page);
  expect(page.url()).toMatch(/^https:/);
  expect(await cookieOf(page)).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Strict' });
});

test('with --lan it opens on this machine', async () => {
  const proxy = await start(['--host', '0.0.0.0', '--lan']);
  const page = await stage().visit();
  await page.goto(await dashboardLink(proxy.home));
  await steers(page);
  expect(await cookieOf(page)).toMatchObject({ secure: false });
});

test.each([
  ['https', 303],
  ['http', 403],
] as const)('behind a reverse proxy that says %s, another machine gets %d', async (scheme, status) => {
  let port = 0;
  const outside = await reverseProxy(() => port, scheme);
  const { port: outsidePort } = new URL(outside);
  const proxy = await start(['--behind-proxy', '127.0.0.1', '--allow-host', `localhost:${outsidePort}`]);
  ({ port } = proxy);
  const { pathname, search } = new URL(await dashboardLink(proxy.home));
  const page = await stage().visit({ ignoreHTTPSErrors: true, expected: /403|404/ });
  const reply = await page.goto(outside + pathname + search);
  if (status === 303) {
    await steers(page);
    expect(await cookieOf(page)).toMatchObject({ secure: true });
  } else {
    expect(reply?.status()).toBe(403);
    expect(await page.content()).toContain('open to this machine, and over HTTPS');
    expect(await page.context().cookies()).toEqual([]);
  }
});
