/** What happens is seen as it happens, and the owner steers it: stop, pause, approve, budget, keys. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { callModel, useDashboard } from './dashboard-stage.ts';

const stage = useDashboard();
const url = () => stage().proxy.url;

const say = (page: Page, text: string | RegExp) => page.getByText(text).filter({ visible: true }).first().waitFor();

/** A stream that goes on until somebody ends it. */
function heldStream(): Promise<Response> {
  stage().simulator.addFault({ on: '/v1/messages', do: { kind: 'stall', afterEvents: 6 } });
  return callModel(url(), { stream: true, headers: { 'user-agent': 'claude-cli/2.1.330' } });
}

test('a stream is seen while it runs, and stopped: its caller reads why', async () => {
  const page = await stage().open({ view: 'now' });
  await say(page, 'No call is under way');
  const answer = await heldStream();
  const row = page.getByRole('row').filter({ hasText: 'claude-haiku-5.5' });
  await row.filter({ hasText: 'streaming' }).waitFor();
  const text = await row.innerText();
  expect(text).toMatch(/claude-code\s+default/);
  expect(text).toMatch(/(raw|patched)/);
  expect(text).toMatch(/\d (tokens|B|kB)\t/);
  await row.getByRole('button', { name: 'Stop' }).click();
  await row.getByRole('group', { name: 'Stop this call?' }).getByRole('button', { name: 'Stop' }).click();
  expect(await answer.text()).toMatch(/event: error\n.*stopped/);
  await say(page, 'No call is under way');
  await say(page, /stopped_by_owner/);
});

test('an answer grows in tokens and credits while it streams', async () => {
  // What a token takes in bytes is learned from answers that ended.
  await (await callModel(url(), { stream: true, text: '[[sim:long 150]]' })).text();
  const page = await stage().open({ view: 'now' });
  const answer = await callModel(url(), { stream: true, text: '[[sim:long 150]] [[sim:slow 60]]' });
  const cells = page.getByRole('row').filter({ hasText: 'streaming' }).getByRole('cell');
  const tokens = async () => Number(/^about (\d+) tokens$/.exec(await cells.nth(5).innerText())?.[1] ?? 0);
  await expect.poll(tokens).toBeGreaterThan(0);
  const early = await tokens();
  await expect.poll(tokens).toBeGreaterThan(early + 5);
  expect(await cells.nth(6).innerText()).toMatch(/^about [\d.]+ of [\d.]+$/);
  await answer.body?.cancel();
  await say(page, 'No call is under way');
});

test('what is asked to be kept is not stopped', async () => {
  const page = await stage().open({ view: 'now' });
  const answer = await heldStream();
  const row = page.getByRole('row').filter({ hasText: 'streaming' });
  await row.getByRole('button', { name: 'Stop' }).click();
  await row.getByRole('button', { name: 'Keep' }).click();
  await row.getByRole('button', { name: 'Stop' }).waitFor();
  await answer.body?.cancel();
  await say(page, 'No call is under way');
});

test('paused, a call waits in sight; let go on, it is answered', async () => {
  const page = await stage().open({ view: 'now' });
  await page.getByRole('button', { name: 'Pause new calls' }).click();
  await say(page, 'paused: new calls wait');
  const answer = callModel(url());
  await say(page, 'waiting to start');
  await page.getByRole('button', { name: 'Let calls go on' }).click();
  expect((await answer).status).toBe(200);
  await page.getByRole('button', { name: 'Pause new calls' }).waitFor();
});

test('a budget stops the next call; raised or removed it lets go on', async () => {
  const page = await stage().open({ view: 'cost' });
  await say(page, 'No budget is set');
  const form = page.locator('form').filter({ hasText: 'Set the budget' });
  await form.getByRole('spinbutton').fill('0.01');
  await form.getByRole('combobox').first().selectOption('day');
  await form.getByRole('button', { name: 'Set the budget' }).click();
  const budget = page.getByRole('listitem').filter({ hasText: 'per day for everybody' });
  await budget.waitFor();
  await budget.getByRole('meter').waitFor();
  const refused = await callModel(url(), { text: 'Many words. '.repeat(5000) });
  expect(refused.status).toBe(402);
  await stage().goTo(page, 'now');
  await say(page, /insufficient_quota/);
  await stage().goTo(page, 'exchanges');
  const stopped = page.locator('.virtual tbody tr').filter({ hasText: 'insufficient_quota' });
  await stopped.getByRole('link').click();
  await say(page, /ended before its turn came/);
  await stage().goTo(page, 'cost');
  await budget.getByRole('button', { name: 'Raise by a quarter' }).click();
  await say(page, '0.013');
  await budget.getByRole('button', { name: 'Remove' }).click();
  await budget.getByRole('group').getByRole('button', { name: 'Remove' }).click();
  await say(page, 'No budget is set');
  expect((await callModel(url())).status).toBe(200);
});

test('a key is shown once, and never again: not in the page, nor in any answer', async () => {
  const page = await stage().open({ view: 'keys' });
  const answers: string[] = [];
  page.on(
    'response',
    (response) =>
      void response.text().then(
        (text) => answers.push(text),
        () => {},
      ),
  );
  await page.getByLabel('Label').fill('laptop');
  await page.getByLabel('Project').fill('site');
  await page.getByLabel('Ends after days').fill('30');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const key = await page.locator('.secret').innerText();
  expect(key).toMatch(/^cf_[\w-]{43}$/);
  expect((await callModel(url(), { key })).status).toBe(200);
  await page.getByRole('button', { name: 'Done' }).click();
  expect(await page.content()).not.toContain(key);
  answers.length = 0;
  for (const view of ['now', 'cost', 'settings', 'exchanges', 'keys'] as const) {
    await stage().goTo(page, view);
    await page.waitForTimeout(200);
    expect(await page.content()).not.toContain(key);
  }
  await page.reload();
  const row = page.getByRole('row').filter({ hasText: 'laptop' });
  await row.filter({ hasText: 'valid' }).waitFor();
  expect(answers.join('')).not.toContain(key);
  expect(answers.length).toBeGreaterThan(5);
  await row.getByRole('button', { name: 'Revoke' }).click();
  await row.getByRole('group').getByRole('button', { name: 'Revoke' }).click();
  await row.filter({ hasText: 'revoked' }).waitFor();
  expect((await callModel(url(), { key })).status).toBe(401);
});

test('a label that is taken or wrong is refused in words', async () => {
  const page = await stage().open({ view: 'keys' });
  await page.getByLabel('Label').fill('default');
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByRole('alert').filter({ hasText: 'A label has up to 64' }).waitFor();
});

test('settings say what differs, and who said so', async () => {
  const page = await stage().open({ view: 'settings' });
  await page.getByRole('checkbox').check();
  const row = page.getByRole('row').filter({ hasText: 'server.port' });
  expect(await row.innerText()).toMatch(/server\.port\s+0\s+flag/);
  expect(await page.getByRole('row').filter({ hasText: 'limits.drainMs' }).count()).toBe(0);
});
