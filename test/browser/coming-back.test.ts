/** The page and a proxy that goes away, comes back, or knows another session: it says what is so, and goes on by itself. */
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { createSimulator, simulatedGithubToken } from '../../src/simulator/index.ts';
import { dashboardLink } from '../support/dashboard-client.ts';
import { spawnProxy, type SpawnedProxy } from '../support/spawn-proxy.ts';
import { ownKey, useDashboard } from './dashboard-stage.ts';

const stage = useDashboard();
const connection = (page: Page, words: string) => page.getByRole('status').filter({ hasText: words }).first().waitFor();
const canSteer = async (page: Page) => {
  await page.getByRole('button', { name: 'Pause new calls' }).click();
  await page.getByRole('button', { name: 'Let calls go on' }).click();
  await page.getByRole('button', { name: 'Pause new calls' }).waitFor();
};

test('started anew on its port, the proxy is found again: away, signed out, and back with a new link', async () => {
  const simulator = createSimulator();
  const { url: upstreamUrl } = await simulator.listen();
  onTestFinished(() => simulator.close());
  async function start(port: number): Promise<SpawnedProxy> {
    const args = ['--no-pace', '--port', String(port)];
    const proxy = await spawnProxy({ upstreamUrl, githubToken: simulatedGithubToken, apiKey: ownKey, args });
    onTestFinished(() => proxy.close());
    return proxy;
  }
  const first = await start(0);
  const page = await stage().visit({ expected: /Failed to load resource|ERR_/ });
  await page.goto(await dashboardLink(first.home));
  await connection(page, 'Live');
  await first.close();
  await connection(page, 'The proxy does not answer');
  const second = await start(first.port);
  await page.getByText('You are signed out').waitFor();
  await (await page.context().newPage()).goto(await dashboardLink(second.home));
  // Back from that tab, as the browser tells it.
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
  await connection(page, 'Live');
  await canSteer(page);
});

test('signed in once more in another tab, the page that was open still steers', async () => {
  const page = await stage().open({ view: 'now', expected: /403/ });
  await canSteer(page);
  await (await page.context().newPage()).goto(await stage().link());
  await canSteer(page);
});

test('a feed that breaks off is taken up again by the page itself', async () => {
  const page = await stage().visit({ expected: /Failed to load resource|ERR_/ });
  let refusals = 0;
  await page.route('**/ui/api/live', (route) => {
    refusals += 1;
    return refusals > 2 ? route.continue() : route.fulfill({ status: 503, body: 'Too many pages look on.' });
  });
  await page.goto(await stage().link());
  await connection(page, 'The proxy does not answer');
  await connection(page, 'Live');
  expect(refusals).toBeGreaterThan(2);
});
