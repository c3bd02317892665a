/** With `--manual` every call waits for its owner's word in the dashboard. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { callModel, useDashboard } from './dashboard-stage.ts';

const stage = useDashboard({ args: ['--manual'] });

const ask = (session: string) => callModel(stage().proxy.url, { headers: { 'x-session-id': session } });

async function say(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByText('Nothing waits for your word').waitFor();
}

test('a call waits, is counted on every view, and is allowed', async () => {
  const page = await stage().open({ view: 'now' });
  const answer = ask('one');
  await page.getByRole('link', { name: /^Approvals\s*1$/ }).click();
  const call = page.getByRole('region', { name: /^Call/ });
  await call.waitFor();
  expect(await call.innerText()).toMatch(/claude-haiku-5\.5 for default[\s\S]*denied in[\s\S]*credits, at most/);
  await say(page, 'Allow');
  expect((await answer).status).toBe(200);
});

test('denied, its caller hears so', async () => {
  const page = await stage().open({ view: 'approvals' });
  const answer = ask('two');
  await say(page, 'Deny');
  const { status } = await answer;
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
});

test('a session that is allowed is not asked again', async () => {
  const page = await stage().open({ view: 'approvals' });
  const answer = ask('three');
  await say(page, 'Allow this session');
  expect((await answer).status).toBe(200);
  expect((await ask('three')).status).toBe(200);
});

test('a word that was not heard is said to be so, and so is one that came too late', async () => {
  const page = await stage().open({ view: 'approvals' });
  const answer = ask('four');
  const answerWith = (body: object) =>
    page.route('**/ui/api/answerApproval', (route) =>
      route.fulfill({ contentType: 'application/json', body: JSON.stringify(body) }),
    );
  await answerWith({ ok: false, error: { code: 'failed', message: 'The ledger is under water.' } });
  await page.getByRole('button', { name: 'Deny' }).click();
  await page.getByRole('alert').filter({ hasText: 'not heard: The ledger is under water.' }).waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await answerWith({ ok: true, result: { answered: false } });
  await page.getByRole('button', { name: 'Deny' }).click();
  await page.getByRole('alert').filter({ hasText: 'waits no longer' }).waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await say(page, 'Allow');
  expect(await page.getByRole('alert').count()).toBe(0);
  expect((await answer).status).toBe(200);
});
