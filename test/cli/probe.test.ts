/** `crossfeed probe` against simulators that differ from the reference in one point each, and against their recordings. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { runProgram } from '../../src/cli/program.ts';
import { playedScenario } from '../../src/cli/played-scenario.ts';
import { allPoints } from '../../src/probe/all-points.ts';
import { probeBundleVersion } from '../../src/probe/probe-bundle.ts';
import {
  createSimulator,
  defaultModels,
  playedPoints,
  scenarioNamed,
  simulatedGithubToken,
  simulatedOauthToken,
} from '../../src/simulator/index.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/open-store.ts';
import { fakeCliContext } from '../support/fake-cli-context.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Bundle {
  readonly credits: number | null;
  readonly findings: readonly { readonly id: string; readonly seen: string | null; readonly why: string | null }[];
  readonly simulatorIsWrong: readonly { readonly id: string; readonly expected: string; readonly seen: string }[];
}

async function seat(
  scenario: Partial<Scenario> = {},
  token = simulatedGithubToken,
  more: Readonly<Record<string, string>> = {},
) {
  const simulator = createSimulator({ scenario });
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const home = temporaryFolder();
  const env = {
    CROSSFEED_HOME: home,
    CROSSFEED_GITHUB_URL: url,
    CROSSFEED_GITHUB_API_URL: url,
    CROSSFEED_COPILOT_API_URL: url,
    CROSSFEED_GITHUB_TOKEN: token,
    CROSSFEED_LIMITS_PACE_ENABLED: 'false',
    ...more,
  };
  const file = join(home, 'bundle.json');
  const run = async (...args: string[]) => {
    const context = fakeCliContext({ env });
    const code = await runProgram(['probe', ...args], context);
    return { code, out: context.out(), err: context.err() };
  };
  const probe = async (...args: string[]) => {
    const { code, err } = await run('--yes', '--record', file, ...args);
    expect({ code, err }).toMatchObject({ code: 0 });
    return JSON.parse(readFileSync(file, 'utf8')) as Bundle;
  };
  return { simulator, run, probe, file, home };
}

const models = (change: Partial<(typeof defaultModels)[number]>) => ({
  models: defaultModels.map((spec) => ({ ...spec, ...change })),
});

test('the simulator as it is: every point is decided as the reference has it, for less than five credits', async () => {
  const { probe, simulator } = await seat();
  const bundle = await probe();
  expect(bundle.simulatorIsWrong).toEqual([]);
  expect(bundle.findings.filter(({ seen }) => seen === null).map(({ id }) => id)).toEqual([
    'free-chats',
    'foreign-exchange',
  ]);
  expect(bundle.credits).toBeGreaterThan(0);
  expect(bundle.credits).toBeLessThan(5);
  // What is disputed may be a breach; how we present ourselves may not.
  expect(simulator.breaches.map(({ rule }) => rule)).not.toContain('initiator-missing');
});

/** One planted difference a row. */
const planted: readonly (readonly [id: string, seen: string, scenario: Partial<Scenario>, token?: string])[] = [
  ['tool-choice-required', 'refused', { toolChoiceRequired: false }],
  ['url-images-on-messages', 'accepted', { urlImagesOnMessages: true }],
  ['images-in-tool-outputs', 'refused', { imagesInToolOutputs: false }],
  ['hour-long-cache', 'refused', { hourLongCache: false }],
  ['usage-on-responses', 'inside', { quirks: ['usage-inside-response'] }],
  ['unlisted-endpoint', 'accepted', { servesUnlistedEndpoints: true }],
  ['context-tier-on-messages', 'accepted', { contextTierOnMessages: true }],
  ['context-tier-on-responses', 'refused', { contextTierOnResponses: false }],
  ['context-management-and-cache', 'breaks', { contextManagementBreaksCache: true }],
  ['thinking-bound-to-prompt', 'free', models({ bindsPrefix: false })],
  ['api-versions', '2026-06-01 2025-10-01', { apiVersions: ['2026-06-01', '2025-10-01'] }],
  ['models-without-version', 'same', models({ needsApiVersion: false })],
  [
    'direct-lists-fewer',
    'fewer',
    { models: defaultModels.map((spec) => ({ ...spec, needsExchange: spec.backend === 'google' })) },
  ],
  ['editor-version-needed', 'not needed', { editorVersionNeeded: false }],
  ['integration-id-needed', 'not needed', { integrationIdNeeded: false }],
  ['cache-price-name', 'cache_price', { cachePriceRenamed: false }],
  ['auto-discount', 'absent', { autoDiscountListed: false }],
  ['auto-needs-newest-version', 'accepted', { autoNeedsNewestVersion: false }],
  ['foreign-exchange', '403', { foreignExchangeStatus: 403 }, simulatedOauthToken],
  ['billing', 'requests', { tokenBasedBilling: false }],
  // Of these three anything goes: they are recorded, and none is wrong.
  ['plan', 'individual_max monthly_max_quota', { plan: 'individual_max', sku: 'monthly_max_quota' }],
  ['monthly-credits', '20000', { entitlementCredits: 20_000 }],
  ['free-chats', '200', { ...scenarioNamed('free-plan'), freeQuotas: { chat: 200, completions: 2000 } }],
];

test('a difference is planted at every point', () => {
  const ids = allPoints.map(({ id }) => id);
  expect(planted.map(([id]) => id).toSorted()).toEqual(ids.toSorted());
  expect([...playedPoints].toSorted()).toEqual(ids.toSorted());
});

test.each(planted.map(([id, seen, scenario, token]) => ({ id, seen, scenario, token })))(
  '$id: seen $seen where that is planted, and again where the bundle is played',
  async ({ id, seen, scenario, token }) => {
    const first = await seat(scenario, token);
    const bundle = await first.probe('--only', id, 'plan');
    const found = ({ findings }: Bundle) => findings.find((one) => one.id === id)?.seen;
    expect(found(bundle)).toBe(seen);
    const { simulator } = allPoints.find((point) => point.id === id) ?? { simulator: null };
    expect(bundle.simulatorIsWrong).toEqual(simulator === null ? [] : [{ id, expected: simulator, seen }]);

    const again = await seat(await playedScenario('--scenario', first.file), token);
    expect(found(await again.probe('--only', id, 'plan'))).toBe(seen);
  },
);

test('many differences at once are played together', async () => {
  const first = await seat({
    toolChoiceRequired: false,
    hourLongCache: false,
    cachePriceRenamed: false,
    ...models({ bindsPrefix: false, needsApiVersion: false }),
  });
  const bundle = await first.probe();
  expect(bundle.simulatorIsWrong.map(({ id }) => id).toSorted()).toEqual([
    'cache-price-name',
    'hour-long-cache',
    'models-without-version',
    'thinking-bound-to-prompt',
    'tool-choice-required',
  ]);
  const again = await seat(await playedScenario('--scenario', first.file));
  expect((await again.probe()).findings).toEqual(bundle.findings);
});

test('nothing in a bundle names a person, a tenant or a secret', async () => {
  const { probe, file, simulator } = await seat({ login: 'canary-person' });
  const message = `no, canary-person <canary@mail.example> of canary-corp.ghe.com: ${simulatedGithubToken} at 10.1.2.3`;
  for (const on of ['/chat/completions', '/responses', '/v1/messages'])
    simulator.addFault({
      on,
      do: { kind: 'status', status: 400, body: { error: { message, code: 'canary-person' } } },
    });
  await probe();
  const text = readFileSync(file, 'utf8');
  expect(text).not.toMatch(/canary|ghu_simulated|tid=|127\.0\.0\.1|10\.1\.2\.3|Mona/);
  expect(text).toContain('no, [name]');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a user whose name is part of a word takes nothing out of what was seen', async () => {
  const { probe } = await seat({}, simulatedGithubToken, { USER: 'ac' });
  const plain = await (await seat()).probe();
  expect((await probe()).findings).toEqual(plain.findings);
});

test('the price comes first, and where nobody can be asked nothing is', async () => {
  const { run, simulator, file } = await seat();
  const { code, err } = await run('--record', file);
  expect(code).toBe(78);
  expect(err).toMatch(/points, \d+ model calls, at most \d+\.\d\d credits\.\n.*--yes, or CROSSFEED_YES=1/s);
  expect(simulator.requests.filter(({ method, path }) => method === 'POST' && path !== '/graphql')).toEqual([]);
  expect(existsSync(file)).toBe(false);
});

test('what costs nothing asks nothing', async () => {
  const { run } = await seat();
  expect(await run('--only', 'api-versions')).toMatchObject({ code: 0, out: 'The simulator agrees.\n' });
});

test('what does not fit into --max-credits is left out, and said', async () => {
  const { probe } = await seat();
  const { findings, credits } = await probe('--max-credits', '0.1');
  expect(credits).toBeLessThan(0.1);
  expect(findings.find(({ id }) => id === 'thinking-bound-to-prompt')).toMatchObject({
    seen: null,
    why: 'it would go beyond --max-credits',
  });
});

test('a block by GitHub ends it at once', async () => {
  const { run, simulator } = await seat({ abuseBlocked: false });
  simulator.addFault({ on: '/chat/completions', do: { kind: 'refusal', name: 'abuse_block' } });
  const { code, out } = await run('--yes', '--json');
  expect(code).toBe(77);
  const { findings } = JSON.parse(out) as Bundle;
  const after = findings.slice(findings.findIndex(({ id }) => id === 'tool-choice-required') + 1);
  expect(after.length).toBeGreaterThan(5);
  for (const { seen, why } of after) expect({ seen, why }).toMatchObject({ seen: null, why: /GitHub blocks/ });
  expect(simulator.requests.at(-1)?.path).toBe('/chat/completions');
});

test('its calls stand in the ledger', async () => {
  const { run, home } = await seat();
  const open = () => openStore({ path: join(home, 'crossfeed.db'), clock: systemClock, onFault: () => undefined });
  // Where no Crossfeed has been yet a question leaves nothing behind.
  (await open()).close();
  expect(await run('--yes', '--only', 'hour-long-cache', 'unlisted-endpoint')).toMatchObject({ code: 0 });
  const store = await open();
  const { rows } = store.ledger.usage({ by: 'client', sinceMs: 0 });
  expect(rows).toMatchObject([{ name: expect.stringMatching(/^crossfeed-probe/), calls: 2 }]);
  expect(rows[0]?.costNanoAiu).toBeGreaterThan(0);
  store.close();
});

test.each([
  ['nothing there', 'missing.json', null, /is not there/],
  ['no JSON', 'bundle.json', 'hello', /not a bundle/],
  ['another version', 'bundle.json', { kind: 'crossfeed-probe', version: probeBundleVersion + 1 }, /of version 2/],
  ['damaged', 'bundle.json', { kind: 'crossfeed-probe', version: 1, findings: [{ id: 5 }] }, /damaged/],
])('a bundle that cannot be played: %s', async (_, name, content, words) => {
  const file = join(temporaryFolder(), name);
  if (content !== null) writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  await expect(playedScenario('--scenario', file)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(words),
  });
});

test.each([
  [['--only', 'nonsense'], /There is no point "nonsense"/],
  [['--max-credits', 'many'], /--max-credits takes a number/],
  [['--account', 'nobody'], /nobody/],
])('a wrong flag: %j', async (args, words) => {
  const { run } = await seat();
  const { code, err } = await run(...args);
  expect(code).toBe(2);
  expect(err).toMatch(words);
});

test('the list says of every point what is asked, and what is believed', async () => {
  const { run, simulator } = await seat();
  const { out, code } = await run('--list');
  expect(code).toBe(0);
  for (const { id } of allPoints) expect(out).toContain(`${id} (§`);
  expect(simulator.requests).toEqual([]);
});
