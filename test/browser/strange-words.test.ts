/** Names, errors and prompts as somebody hostile writes them: shown as the text they are, in a page that stays whole. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { ExchangeRecord } from '../../src/canonical/exchange-record.ts';
import { sampleRecord } from '../support/sample-record.ts';
import { callModel, useDashboard, viewNames } from './dashboard-stage.ts';

const stage = useDashboard();
const mark = 'pwned-by-a-name';
const hostile = {
  'a script': `<script>document.title='${mark}'</script>`,
  'an attribute that ends': `"><img src=x onerror="document.title='${mark}'">`,
  'an address that runs': `javascript:document.title='${mark}'`,
  '10,000 letters': 'W'.repeat(10_000),
  'right to left': '\u202Eexe.tluser\u2066 שלום \u0000\u0007\u001B[31m\u0085\u2028',
} as const;

const names = Object.entries(hostile);

/** What a client says of itself reaches the ledger on the way of every call. */
beforeAll(async () => {
  for (const [, text] of names) {
    const word = encodeURIComponent(text).slice(0, 2_000);
    const headers = { 'x-session-id': word, 'x-crossfeed-project': word.slice(0, 64), 'user-agent': `${word}/1` };
    await (await callModel(stage().proxy.url, { model: text, text, headers })).text();
    await (await callModel(stage().proxy.url, { text, headers })).text();
  }
});

/** What makes the page wider than it is: the outermost alone says it best. */
const wider = `document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('main *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth && !one.closest('.scroll, pre'))
  .slice(0, 4).map((one) => one.outerHTML.slice(0, 80))`;

async function isWhole(page: Page): Promise<void> {
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(150);
  expect(await page.title()).not.toContain(mark);
  expect(await page.locator('main img, main script, main a[href^="javascript"]').count()).toBe(0);
  expect(await page.evaluate(wider)).toEqual([]);
}

test.each(viewNames)('%s shows what clients wrote as text, and is no wider for it', async (view) => {
  const page = await stage().open({ view, viewport: { width: 380, height: 800 } });
  await isWhole(page);
});

/** As a ledger would hold it that checked nothing at all: the page alone stands between. */
function record(text: string, at: number): ExchangeRecord {
  return {
    ...sampleRecord,
    id: `strange-${at}`,
    startedAt: Date.now() - at * 60_000,
    keyId: text,
    account: text,
    project: text,
    client: text,
    program: text,
    session: text,
    askedModel: text,
    model: text,
    initiator: 'user',
    kind: text,
    outcome: 'failed',
    errorCode: 'rate_limited',
    errorMessage: text,
    upstreamRequestId: text,
    edits: [{ rule: text, reason: text }],
    cache: { cause: 'changed', block: text, lostTokens: 9_000, costNanoAiu: 5, alarm: true },
  };
}

const records = names.map(([, text], at) => record(text, at));

const sums = {
  calls: 1,
  inputTokens: 1,
  cacheReadTokens: 1,
  cacheWriteTokens: 1,
  outputTokens: 1,
  reasoningTokens: 0,
  costNanoAiu: 5e9,
  estimatedNanoAiu: 0,
  unknownCalls: 0,
  alarms: 1,
  firstAt: 0,
  lastAt: 1,
};
const each = (make: (text: string, at: number) => object) => names.map(([, text], at) => make(text, at));
const session = (text: string) => ({ id: text, keyId: text, program: text, project: text, models: [text, text] });
const broken = { at: 1, cause: 'changed', change: 'changed', count: 2, lostTokens: 9, costNanoAiu: 1 };
const times = { createdAt: 1, lastUsedAt: 1, expiresAt: null };

/** By the question. */
const answers: Readonly<Record<string, unknown>> = {
  findExchanges: { rows: records, next: null },
  exchange: records[0],
  captured: null,
  sessions: each((text) => ({ ...session(text), ...sums })),
  session: { session: { ...session('x'), ...sums }, exchanges: records },
  promptCache: {
    breaks: each((text, at) => ({
      ...broken,
      exchangeId: `strange-${at}`,
      model: text,
      block: text,
      before: text,
      after: text,
    })),
  },
  spend: { rows: each((name) => ({ name, ...sums })), total: sums },
  spendDays: each((name) => ({ day: '2026-01-02', name, ...sums })),
  keys: {
    keys: each((text, at) => ({
      id: `k${at}`,
      label: text,
      project: text,
      account: text,
      state: 'valid',
      models: [text],
      ...times,
    })),
  },
  approvals: each((text, at) => ({
    id: `a${at}`,
    model: text,
    keyLabel: text,
    session: text,
    project: text,
    kind: text,
    reasons: [text],
    edits: [text],
    nanoAiu: 1,
    mostNanoAiu: 2,
    since: Date.now(),
    until: Date.now() + 60_000,
  })),
};

test.each([
  ['exchanges', ''],
  ['exchanges', 'strange-0'],
  ['sessions', ''],
  ['sessions', 'x'],
  ['cost', ''],
  ['keys', ''],
  ['approvals', ''],
] as const)('%s/%s shows what a ledger of hostile names holds as text', async (view, id) => {
  for (const width of [380, 1280]) {
    const page = await stage().open({ viewport: { width, height: 800 } });
    await page.route(/\/ui\/api\/(?!csrf|live)/, (route) => {
      const result = answers[new URL(route.request().url()).pathname.split('/').at(-1) ?? ''];
      if (result === undefined) return route.continue();
      return route.fulfill({ contentType: 'application/json', body: JSON.stringify({ ok: true, result }) });
    });
    await stage().goTo(page, view, id || undefined);
    await page.getByText('<script>', { exact: false }).filter({ visible: true }).first().waitFor();
    await page.evaluate(`document.querySelectorAll('main details').forEach((details) => (details.open = true))`);
    await isWhole(page);
  }
});
