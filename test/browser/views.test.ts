/** Every view with nothing in it, with something, while it loads, and when the proxy does not answer. */
import type { Page, Route } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { ownKey, someTraffic, useDashboard, viewNames, type ViewName } from './dashboard-stage.ts';

const stage = useDashboard();

const say = (page: Page, text: string | RegExp) => page.getByText(text).filter({ visible: true }).first().waitFor();
const answerAll = (page: Page, answer: (route: Route) => Promise<void>) =>
  page.route(/\/ui\/api\/(?!csrf|live)/, answer);

const reply = (route: Route, answer: object) =>
  route.fulfill({ contentType: 'application/json', body: JSON.stringify(answer) });

describe('before anybody asked anything', () => {
  test.each<[view: ViewName, words: (string | RegExp)[]]>([
    ['now', ['No call is under way', 'Nothing yet since the start', 'ready']],
    ['cost', ['Nothing was spent in this time', 'No budget is set']],
    ['sessions', ['No session yet']],
    ['exchanges', ['No exchange yet']],
    ['approvals', ['Nothing waits for your word']],
    ['keys', ['A new key', 'default']],
    ['settings', ['Nothing was learned']],
  ])('%s says so', async (view, words) => {
    const page = await stage().open({ view });
    for (const text of words) await say(page, text);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('models says so where the seat lists none', async () => {
    const page = await stage().open();
    await answerAll(page, (route) => reply(route, { ok: true, result: [] }));
    await stage().goTo(page, 'models');
    await say(page, 'The seat lists no models');
  });
});

describe('with calls', () => {
  beforeAll(() => someTraffic(stage().proxy.url));

  test.each<[view: ViewName, words: (string | RegExp)[]]>([
    ['now', ['Just ended', 'claude-code', 'gpt-6-luna', /model_not_found/]],
    ['cost', [/credits left/i, 'Credits by day and model', 'claude-sonnet-5.5', 'Where it went unseen']],
    ['sessions', ['claude-haiku-5.5', 'site']],
    ['exchanges', ['gpt-4.1', /model_not_found/]],
    ['models', ['claude-sonnet-5.5', '/v1/messages']],
    ['keys', ['default', 'valid']],
    ['settings', ['limits.drainMs', 'server.port']],
  ])('%s shows them', async (view, words) => {
    const page = await stage().open({ view });
    for (const text of words) await say(page, text);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.content()).not.toContain(ownKey);
  });

  test('a session opens with its calls, and a call with what was done to it', async () => {
    const page = await stage().open({ view: 'sessions' });
    await page.locator('tbody a').first().click();
    await say(page, 'Call by call');
    await say(page, /would have cost/);
    await page.locator('.timeline a').first().click();
    await say(page, 'What the client sent');
    await say(page, /on the way/);
    await page.goBack();
    await say(page, 'Call by call');
  });

  test.each<[view: ViewName, id: string, words: string]>([
    ['sessions', 'ffffffffffffffff', 'There is no such session'],
    ['exchanges', 'never', 'There is no such exchange'],
  ])('%s/%s is said not to be there', async (view, id, words) => {
    const page = await stage().open();
    await stage().goTo(page, view, id);
    await say(page, words);
  });

  test('the log is searched', async () => {
    const page = await stage().open({ view: 'exchanges' });
    await page.getByRole('searchbox').fill('gpt-6-luna');
    await expect.poll(() => page.locator('.virtual tbody tr:not(.gap)').count()).toBe(1);
    await page.getByRole('searchbox').fill('nothing-is-called-so');
    await say(page, 'Nothing fits');
  });
});

const asking = viewNames.filter((view) => view !== 'now');

test.each(asking)('%s says that it loads', async (view) => {
  const page = await stage().open();
  await answerAll(page, () => new Promise(() => {}));
  await stage().goTo(page, view);
  await page.getByRole('status').filter({ hasText: 'Loading' }).first().waitFor();
});

test.each(asking)('%s says what failed, and comes back', async (view) => {
  const page = await stage().open();
  await answerAll(page, (route) =>
    reply(route, { ok: false, error: { code: 'failed', message: 'The ledger is under water.' } }),
  );
  await stage().goTo(page, view);
  const alerts = page.getByRole('alert').filter({ hasText: 'The ledger is under water.' });
  await alerts.first().waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  for (let tries = 0; (await alerts.count()) > 0 && tries < 10; tries += 1) {
    await alerts
      .getByRole('button')
      .first()
      .click({ timeout: 2000 })
      .catch(() => {});
    await page.waitForTimeout(100);
  }
  expect(await alerts.count()).toBe(0);
});

test('now says that it loads, and that nobody answers', async () => {
  const loading = await stage().visit();
  await loading.route('**/ui/api/live', () => new Promise(() => {}));
  await loading.goto(await stage().link());
  await say(loading, 'Loading …');
  const lost = await stage().visit({ expected: /Failed to load resource/ });
  await lost.route('**/ui/api/live', (route) => route.abort());
  await lost.goto(await stage().link());
  await say(lost, 'The proxy does not answer. Is it running?');
});
