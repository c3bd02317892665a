/** The dashboard in a real Chromium, on the whole program over a simulated GitHub; what the browser complains of is kept. */
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { chromiumArgs, findChromium } from '../../scripts/find-chromium.ts';
import {
  createSimulator,
  simulatedGithubToken,
  type Simulator,
  type SimulatorOptions,
} from '../../src/simulator/index.ts';
import { dashboardLink } from '../support/dashboard-client.ts';
import { spawnProxy, type SpawnedProxy } from '../support/spawn-proxy.ts';

export const viewNames = ['now', 'cost', 'sessions', 'exchanges', 'models', 'approvals', 'keys', 'settings'] as const;
export type ViewName = (typeof viewNames)[number];

export const ownKey = 'cf_key-of-the-browser-tests';

export interface OpenOptions extends BrowserContextOptions {
  readonly view?: ViewName;
  /** Complaints of the browser that the test provokes. */
  readonly expected?: RegExp;
}

export interface DashboardStage {
  readonly simulator: Simulator;
  readonly proxy: SpawnedProxy;
  readonly browser: Browser;
  /** A page of its own, signed in. */
  open(options?: OpenOptions): Promise<Page>;
  /** A page of its own that nobody signed in. */
  visit(options?: Omit<OpenOptions, 'view'>): Promise<Page>;
  link(): Promise<string>;
  goTo(page: Page, view: ViewName, id?: string): Promise<void>;
}

export interface StageOptions {
  readonly simulator?: SimulatorOptions;
  readonly args?: readonly string[];
}

const tellViolations = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('refused by the policy: ' + event.violatedDirective + ' ' + event.blockedURI))`;

/** One program and one browser for all tests of a file. Every test fails where its pages complained. */
export function useDashboard(options: StageOptions = {}): () => DashboardStage {
  let stage: DashboardStage | undefined;
  let complaints: string[] = [];

  beforeAll(async () => {
    const simulator = createSimulator(options.simulator);
    const { url } = await simulator.listen();
    const args = ['--no-pace', ...(options.args ?? [])];
    const proxy = await spawnProxy({ upstreamUrl: url, githubToken: simulatedGithubToken, apiKey: ownKey, args });
    const browser = await chromium.launch({ executablePath: findChromium() ?? 'chromium', args: [...chromiumArgs()] });
    const link = () => dashboardLink(proxy.home);

    async function visit({ expected, ...context }: Omit<OpenOptions, 'view'> = {}): Promise<Page> {
      const opened = await browser.newContext({ locale: 'en-GB', ...context });
      opened.setDefaultTimeout(10_000);
      const page = await opened.newPage();
      const complain = (text: string) => expected?.test(text) || complaints.push(text);
      page.on('console', (message) => message.type() === 'error' && complain(message.text()));
      page.on('pageerror', (error) => complain(String(error)));
      // As text: what runs in the browser is not held to the types of Node.
      await page.addInitScript({ content: tellViolations });
      return page;
    }

    async function goTo(page: Page, view: ViewName, id?: string): Promise<void> {
      await page.goto(`${proxy.url}/ui/#/${view}${id === undefined ? '' : `/${encodeURIComponent(id)}`}`);
      await page.locator('h1').waitFor();
    }

    stage = {
      simulator,
      proxy,
      browser,
      link,
      visit,
      goTo,
      async open({ view, ...wanted } = {}) {
        const page = await visit(wanted);
        await page.goto(await link());
        if (view) await goTo(page, view);
        return page;
      },
    };
  });

  afterEach(async () => {
    for (const context of stage?.browser.contexts() ?? []) await context.close();
    const found = complaints;
    complaints = [];
    expect(found).toEqual([]);
  });

  afterAll(async () => {
    await stage?.browser.close();
    await stage?.proxy.close();
    await stage?.simulator.close();
  });

  return () => {
    if (stage === undefined) throw new Error('the dashboard runs only inside tests');
    return stage;
  };
}

export interface Call {
  readonly model?: string;
  readonly text?: string;
  readonly stream?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: string;
}

/** A call of a client: `claude-…` over Messages, others over Chat Completions. */
export function callModel(url: string, call: Call = {}): Promise<Response> {
  const { model = 'claude-haiku-5.5', text = 'Hello.', stream = false, headers, key = ownKey } = call;
  const isClaude = model.startsWith('claude');
  return fetch(url + (isClaude ? '/v1/messages' : '/v1/chat/completions'), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model, max_tokens: 200, stream, messages: [{ role: 'user', content: text }] }),
  });
}

/** Some sessions of two programs, with one call that fails. */
export async function someTraffic(url: string): Promise<void> {
  const claude = { 'user-agent': 'claude-cli/2.1.330 (external, cli)', 'x-crossfeed-project': 'site' };
  const codex = { 'user-agent': 'codex_cli_rs/0.169' };
  const long = 'An explanation of crossfeed valves in airliners. '.repeat(400);
  for (const session of ['s1', 's2'])
    for (const model of ['claude-haiku-5.5', 'claude-sonnet-5.5', 'gpt-4.1'])
      await (await callModel(url, { model, text: long, headers: { ...claude, 'x-session-id': session } })).text();
  await (await callModel(url, { model: 'gpt-6-luna', stream: true, headers: codex })).text();
  await (await callModel(url, { model: 'no-such-model', headers: codex })).text();
}
