/** `npm run screenshots`: pictures of every view of the dashboard, in both schemes, from made-up traffic in a temporary home. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { systemClock } from '../src/base/clock.ts';
import { environmentAccount } from '../src/cli/environment-account.ts';
import { launch, type Launched } from '../src/cli/launch.ts';
import { defaultConfig, type Config } from '../src/config/config.ts';
import { simulatedGithubToken } from '../src/simulator/index.ts';
import { openStore } from '../src/store/open-store.ts';
import { fakeCliContext } from '../test/support/fake-cli-context.ts';
import { chromiumArgs, findChromium } from './find-chromium.ts';
import { madeUpDays } from './made-up-days.ts';
import { root, runStep } from './steps.ts';

const maxBytes = 120 * 1024;
const key = 'cf_a-key-for-the-pictures';
const views = ['now', 'cost', 'sessions', 'exchanges', 'models', 'approvals', 'keys', 'settings'] as const;
const out = process.argv[2] ?? join(root, 'docs/images');
const hour = 60 * 60 * 1000;

/** Keys, budgets, and nine days in the ledger. */
async function fill(home: string): Promise<void> {
  const { name } = environmentAccount(simulatedGithubToken);
  const store = await openStore({
    path: join(home, 'crossfeed.db'),
    clock: systemClock,
    onFault: (error) => console.error(error),
  });
  const add = (label: string, project: string | null, days: number | null) =>
    store.callerKeys.add({
      label,
      project,
      digest: label.padEnd(64, '0'),
      accountName: name,
      models: null,
      expiresAt: days === null ? null : Date.now() + days * 24 * hour,
    });
  const keyIds = { laptop: add('laptop', 'web-shop', 90).id, ci: add('ci', 'nightly-review', null).id };
  store.callerKeys.revoke(add('old-desktop', null, null).id);
  for (const record of madeUpDays({ nowMs: Date.now(), keyIds, account: name })) store.exchanges.record(record);
  store.exchanges.flush();
  const budgets = [
    { id: 'month', of: { kind: 'all' }, per: 'month', nanoAiu: 6000e9, mode: 'hard' },
    { id: 'day key=ci', of: { kind: 'key', keyId: keyIds.ci }, per: 'day', nanoAiu: 40e9, mode: 'ask' },
    { id: 'session soft', of: { kind: 'all' }, per: 'session', nanoAiu: 150e9, mode: 'soft' },
  ] as const;
  for (const budget of budgets) store.spend.budgets.put({ ...budget, source: 'command' });
  store.close();
}

function start(home: string): Promise<Launched> {
  const config: Config = {
    ...defaultConfig,
    server: { ...defaultConfig.server, port: 0 },
    log: { ...defaultConfig.log, level: 'error' },
    limits: { ...defaultConfig.limits, approval: 'above', approvalAboveCredits: 20 },
    capture: { ...defaultConfig.capture, enabled: true },
  };
  return launch({
    context: fakeCliContext({ homedir: home, env: { CROSSFEED_HOME: home } }),
    home,
    config,
    configFile: join('~', '.config', 'crossfeed', 'config.jsonc'),
    sources: new Map([
      ['server.port', 'flag'],
      ['limits.approval', 'file'],
      ['limits.approvalAboveCredits', 'file'],
      ['capture.enabled', 'file'],
    ]),
    apiKey: key,
    accounts: () => Promise.resolve([]),
    simulate: { eventDelayMs: 400, spentCredits: 4310.4 },
  });
}

interface Asked {
  readonly model: string;
  readonly text: string;
  readonly client: string;
  readonly project: string;
}

/** Left open: they stream, or wait for their owner's word, until the proxy ends. */
function ask(url: string, { model, text, client, project }: Asked): void {
  const isClaude = model.startsWith('claude');
  fetch(url + (isClaude ? '/v1/messages' : '/v1/chat/completions'), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'user-agent': client,
      'x-crossfeed-project': project,
      'x-session-id': `${client} ${model} ${text.length}`,
    },
    body: JSON.stringify({ model, max_tokens: 400, stream: true, messages: [{ role: 'user', content: text }] }),
  }).then(
    (reply) => reply.text(),
    () => undefined,
  );
}

const words = 'Why does the checkout charge twice when the customer presses the button again? ';
const calls: readonly Asked[] = [
  { model: 'claude-haiku-5.5', text: words, client: 'claude-cli/2.1.330 (external, cli)', project: 'web-shop' },
  { model: 'gpt-6-luna', text: words.repeat(3), client: 'codex_cli_rs/0.169.0', project: 'billing-api' },
  { model: 'gemini-3.8-flash', text: words.repeat(9), client: 'opencode/1.18.4', project: 'web-shop' },
];
const dear: readonly Asked[] = [
  {
    model: 'claude-opus-5.5',
    text: words.repeat(4000),
    client: 'claude-cli/2.1.330 (external, cli)',
    project: 'web-shop',
  },
  { model: 'claude-sonnet-5.5', text: words.repeat(6000), client: 'opencode/1.18.4', project: 'nightly-review' },
];

async function shoot(page: Page, name: string): Promise<void> {
  // A row under the mouse looks as if it were chosen.
  await page.mouse.move(0, 0);
  await page.waitForTimeout(900);
  const file = join(out, `${name}.png`);
  // A few colours will do for text and bars, and are a third of the size.
  const { size } = await sharp(await page.screenshot())
    .png({ palette: true, colours: 64, effort: 10 })
    .toFile(file);
  if (size > maxBytes) throw new Error(`${name}.png has ${Math.round(size / 1024)} kB`);
}

async function picture(
  url: string,
  link: string,
  scheme: 'light' | 'dark',
  narrow: boolean,
  page: Page,
): Promise<void> {
  const suffix = narrow ? `narrow-${scheme}` : scheme;
  await page.goto(link);
  for (const view of views) {
    await page.goto(`${url}/ui/#/${view}`);
    await shoot(page, `${view}-${suffix}`);
    if (view !== 'sessions' && view !== 'exchanges') continue;
    const marked = page.locator('tbody tr').filter({ hasText: 'cache break' });
    const rows = view === 'sessions' && (await marked.count()) > 0 ? marked : page.locator('tbody tr:not(.gap)');
    await rows.locator(`a[href^="#/${view}/"]`).first().click();
    await shoot(page, `${view === 'sessions' ? 'session' : 'exchange'}-${suffix}`);
  }
  await page.goto(`${url}/ui/#/cost`);
  await page.getByText('Set the budget').scrollIntoViewIfNeeded();
  await shoot(page, `budgets-${suffix}`);
}

const home = mkdtempSync(join(tmpdir(), 'crossfeed-pictures-'));
mkdirSync(out, { recursive: true });
const built = await runStep({ name: 'page', command: ['npm', 'run', '--silent', 'build:web'] });
if (!built.passed) throw new Error(built.output);
await fill(home);
const launched = await start(home);
const browser = await chromium.launch({ executablePath: findChromium() ?? 'chromium', args: [...chromiumArgs()] });
try {
  for (const one of dear) ask(launched.url, one);
  for (const scheme of ['light', 'dark'] as const)
    for (const narrow of [false, true]) {
      if (narrow && scheme === 'dark') continue;
      for (const one of calls) ask(launched.url, one);
      const viewport = narrow ? { width: 380, height: 800 } : { width: 1280, height: 860 };
      const context = await browser.newContext({ colorScheme: scheme, viewport, locale: 'en-GB', timezoneId: 'UTC' });
      const link = launched.proxy.dashboardLink() ?? '';
      await picture(launched.url, link, scheme, narrow, await context.newPage());
      await context.close();
    }
} finally {
  await browser.close();
  await launched.closeNow();
  rmSync(home, { recursive: true, force: true });
}
console.log(`${readdirSync(out).length} pictures in ${out}`);
// Callers whose answers were cut are of no interest any more.
process.exit(0);
