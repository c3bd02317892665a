/** Every finding, provoked: for each kind of each check a world in which it is found, and one in which all is well. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { sampleModel } from '../../test/support/sample-model.ts';
import { sampleStatus } from '../../test/support/sample-status.ts';
import type { Budget, BudgetState } from '../canonical/budget.ts';
import type { Quota } from '../canonical/quota.ts';
import { ConfigError } from '../config/config-error.ts';
import { defaultConfig } from '../config/config.ts';
import { brokenRow } from '../connect/known-broken.ts';
import type { ConnectedTool } from '../connect/connected-tools.ts';
import { checkOfError } from '../errors/error-check.ts';
import { errorTable } from '../errors/error-table.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { allChecks } from './all-checks.ts';
import type { Check } from './check.ts';
import { createToolsCheck } from './checks/tools.ts';
import type { DoctorWorld, GithubLook } from './doctor-world.ts';
import { runChecks } from './run-checks.ts';

const nowMs = Date.UTC(2026, 10, 23);
const status = sampleStatus;
const answered = {
  kind: 'answered',
  origin: 'https://api.github.com',
  status: 200,
  isGithub: true,
  dateMs: nowMs,
} as const satisfies GithubLook;
const failed = (reason: Extract<GithubLook, { kind: 'failed' }>['reason']): GithubLook => ({
  kind: 'failed',
  origin: 'https://api.github.com',
  reason,
  words: 'the words of the system',
});
const quota = (percentRemaining: number, overagePermitted = false): Quota => ({
  login: 'octocat',
  plan: 'individual_pro',
  sku: null,
  tokenBasedBilling: true,
  resetDate: null,
  snapshots: [
    {
      id: 'premium_models',
      unlimited: false,
      entitlement: 100,
      remaining: percentRemaining,
      percentRemaining,
      overagePermitted,
      overageCount: 0,
    },
  ],
});
const budget = (spent: number, mode: Budget['mode'] = 'hard'): BudgetState => ({
  budget: { id: 'b', of: { kind: 'all' }, per: 'day', nanoAiu: 100, mode, source: 'command' },
  spentNanoAiu: spent,
  reservedNanoAiu: 0,
  beginsAnewAt: null,
});
const tool: ConnectedTool = {
  tool: 'codex',
  title: 'Codex',
  projectDir: null,
  url: 'http://127.0.0.1:4141',
  keyId: 'k',
  keyLabel: 'connect/codex',
  connectedAt: 1,
  state: 'connected',
  files: [{ file: '/h/.codex/config.toml', state: 'ours', drifted: [] }],
};
const loaded = { config: defaultConfig, sources: new Map(), file: null, warnings: [] };

const well: DoctorWorld = {
  version: '1.2.3',
  nodeVersion: 'v24.21.0',
  env: {},
  nowMs: () => nowMs,
  config: async () => loaded,
  home: async () => ({ path: '/h/.crossfeed', isThere: true, open: [], freeBytes: 1e12 }),
  store: async () => 'ok',
  server: async () => status,
  port: async () => 'proxy',
  key: async () => 'kept',
  github: async () => answered,
  accounts: async () => status.accounts,
  quota: async () => quota(80),
  models: async () => [sampleModel('m', { policyState: 'enabled' })],
  budgets: async () => [budget(10)],
  learned: async () => [],
  tools: async () => [tool],
  toolVersion: async () => '0.169.0',
};

const account = status.accounts[0]!;
const rejects = (error: Error) => async (): Promise<never> => {
  throw error;
};
const server = { ...defaultConfig.server, requireKey: false };
const fault = { kind: 'full', message: 'the disk is full: make room', sinceMs: 1 } as const;

/** What is changed in the well world, by the finding that it leads to. */
const worlds: Readonly<Record<string, Partial<DoctorWorld>>> = {
  'node/too-old': { nodeVersion: 'v22.18.0' },
  'config/broken': { config: rejects(new ConfigError(['config.jsonc:1:2: server.port: "x" does not fit.'])) },
  'config/suspicious': { config: async () => ({ ...loaded, warnings: ['CROSSFEED_PROT is not known.'] }) },
  'home/open': { home: async () => ({ path: '/h', isThere: true, open: ['/h/crossfeed.db'], freeBytes: 1e12 }) },
  'store/damaged': { store: async () => 'row 3 missing from index' },
  'store/unwritten': { server: async () => ({ ...status, store: { ...status.store, fault } }) },
  'store/incomplete': { server: async () => ({ ...status, store: { ...status.store, droppedRows: 3 } }) },
  'disk/full': { home: async () => ({ path: '/h', isThere: true, open: [], freeBytes: 5_000 }) },
  'server/other-version': { version: '1.3.0' },
  'server/ending': { server: async () => ({ ...status, draining: true }) },
  'port/taken': { port: async () => 'other' },
  'key/unreadable': { key: rejects(new Error('CROSSFEED_API_KEY is a sample key.')) },
  'key/none': { config: async () => ({ ...loaded, config: { ...defaultConfig, server } }) },
  'network-proxy/unusable': { env: { HTTPS_PROXY: 'proxy.corp:8080 ' } },
  'network-proxy/loopback': { env: { HTTPS_PROXY: 'http://proxy.corp:8080' } },
  'github/dns': { github: async () => failed('dns') },
  'github/tls': { github: async () => failed('tls') },
  'github/network-proxy': { github: async () => failed('proxy') },
  'github/timeout': { github: async () => failed('timeout') },
  'github/unreachable': { github: async () => failed('unreachable') },
  'github/other-page': { github: async () => ({ ...answered, isGithub: false }) },
  'github/failing': { github: async () => ({ ...answered, status: 503 }) },
  'clock/wrong': { nowMs: () => nowMs + 20 * 60_000 },
  'login/none': { accounts: rejects(new Error('There is no GitHub login.')) },
  'seat/signed-out': { quota: rejects(new ProxyError('upstream_sign_in_required', 'Bad credentials')) },
  'seat/refused': { quota: rejects(new ProxyError('upstream_forbidden', 'No access to Copilot')) },
  'seat/unreachable': { quota: rejects(new ProxyError('upstream_unreachable', 'connect ECONNREFUSED')) },
  'seat/used-up': { quota: async () => quota(0) },
  'seat/low': { quota: async () => quota(4) },
  'models/unavailable': { models: rejects(new ProxyError('upstream_error', 'answered 500')) },
  'models/none': { models: async () => [sampleModel('m', { policyState: 'disabled' })] },
  'models/terms': {
    models: async () => [
      sampleModel('m', { policyState: 'enabled' }),
      sampleModel('m', { policyState: 'unconfigured' }),
    ],
  },
  'block/blocked': {
    accounts: async () => [{ ...account, upstream: { ...account.upstream, blockedSince: nowMs } }],
  },
  'budget/reached': { budgets: async () => [budget(100)] },
  'budget/unknown': { budgets: async () => [{ ...budget(0), spentNanoAiu: null }] },
  'budget/near': { budgets: async () => [budget(95), budget(120, 'soft')] },
  'tools/changed': {
    tools: async () => [
      { ...tool, state: 'drifted', files: [{ file: '/c.toml', state: 'drifted', drifted: ['model_provider'] }] },
    ],
  },
  'tools/elsewhere': { server: async () => ({ ...status, url: 'http://127.0.0.1:4242' }) },
};

const clock = createFakeClock();
const run = (world: DoctorWorld, checks: readonly Check[] = allChecks) =>
  runChecks(checks, world, { clock, patienceMs: 10_000, clean: (text) => text });

test('where all is well every check says so', async () => {
  const findings = await run(well);
  expect(findings.map(({ check, state }) => [check, state])).toEqual(allChecks.map(({ id }) => [id, 'ok']));
});

test.each(Object.entries(worlds))('%s', async (id, changed) => {
  const findings = await run({ ...well, ...changed });
  const found = findings.filter((one) => one.id === id);
  expect(found.length).toBeGreaterThan(0);
  for (const { cause, cure, seen } of found) {
    expect(cause).toMatch(/\.$/);
    expect(cure).toMatch(/\.$/);
    expect(seen).not.toBe('');
  }
});

test('every kind that a check declares is provoked above, or below with versions of tools', () => {
  const kinds = allChecks.flatMap(({ id, kinds: own }) => Object.keys(own).map((kind) => `${id}/${kind}`));
  expect(kinds.filter((id) => !(id in worlds))).toEqual(['tools/broken-version']);
});

test('tools/broken-version', async () => {
  const rows = [{ tool: 'codex', from: '0.160.0', worksFrom: '0.169.10', what: 'loses tool calls' }];
  const findings = await run(well, [createToolsCheck(rows)]);
  expect(findings).toMatchObject([
    { id: 'tools/broken-version', seen: 'codex 0.169.0: loses tool calls; works from 0.169.10 on' },
  ]);
  expect(brokenRow('codex', '0.169.10', rows)).toBeUndefined();
  expect(brokenRow('codex', '0.169.9', rows)).toBeDefined();
  expect(brokenRow('codex', '0.159.99', rows)).toBeUndefined();
  expect(brokenRow('opencode', '0.165.0', rows)).toBeUndefined();
  expect(brokenRow('codex', 'codex-cli v1.0', [{ ...rows[0]!, worksFrom: null }])).toBeDefined();
});

test('a seat that may go beyond its credits is not used up', async () => {
  const findings = await run({ ...well, quota: async () => quota(-3, true) });
  expect(findings.filter(({ check }) => check === 'seat')).toMatchObject([{ id: 'seat/low' }]);
});

test('what cannot be looked at is no verdict, and no check waits for another for ever', async () => {
  const never = new Promise<never>(() => undefined);
  const answer = run({ ...well, store: rejects(new Error('odd')), github: () => never });
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(10_000);
  const findings = await answer;
  expect(findings.find(({ check }) => check === 'store')).toMatchObject({ state: 'skipped', cause: null });
  expect(findings.find(({ check }) => check === 'github')).toMatchObject({
    state: 'skipped',
    seen: 'not looked at: no answer within 10 s',
  });
  expect(findings.find(({ check }) => check === 'clock')).toMatchObject({ state: 'skipped' });
  expect(findings.find(({ check }) => check === 'node')).toMatchObject({ state: 'ok' });
});

test('every error names a check that exists, or none', () => {
  const ids = new Set(allChecks.map(({ id }) => id));
  expect(Object.keys(checkOfError).toSorted()).toEqual(Object.keys(errorTable).toSorted());
  for (const check of Object.values(checkOfError)) expect(check === null || ids.has(check)).toBe(true);
});
