/** What a seat has and may use, asked through a running proxy and, where none runs, of GitHub directly. */
import { readdirSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram as runInside } from '../../src/cli/program.ts';
import { createSimulator, simulatedGithubToken, simulatedOauthToken } from '../../src/simulator/index.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import { fakeCliContext } from '../support/fake-cli-context.ts';
import { startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A home whose GitHub is a simulator of this test, and the program on it. */
async function seat(scenario: Partial<Scenario> = {}, token: string | null = simulatedGithubToken) {
  const simulator = createSimulator({ scenario });
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const home = temporaryFolder();
  const env = {
    CROSSFEED_HOME: home,
    CROSSFEED_GITHUB_URL: url,
    CROSSFEED_GITHUB_API_URL: url,
    CROSSFEED_COPILOT_API_URL: url,
    CROSSFEED_API_KEY: 'my-own-keyring',
    ...(token === null ? {} : { CROSSFEED_GITHUB_TOKEN: token }),
  };
  const run = async (args: readonly string[], typed: string | null = null, more: Record<string, string> = {}) => {
    const tty = typed !== null;
    const stdin = new PassThrough();
    if (typed !== null) stdin.end(typed);
    const isTty = { stdin: tty, stdout: tty, stderr: tty };
    const context = fakeCliContext({ env: { ...env, ...more }, isTty, stdin });
    const code = await runInside(args, context);
    return { code, out: context.out(), err: context.err() };
  };
  return { simulator, home, env, run };
}

test('usage and check-usage, asked directly: figures, JSON, and no folder left behind', async () => {
  const { run, home } = await seat();
  const { code, out, err } = await run(['usage', '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const usage = JSON.parse(out) as { quota: object; ledger: object };
  expect(usage).toMatchObject({
    quota: { login: 'simulated-octocat', plan: 'individual_pro', tokenBasedBilling: true },
    ledger: { by: 'model', total: { calls: 0, costNanoAiu: 0 }, rows: [] },
  });
  expect(JSON.parse((await run(['check-usage', '--json'])).out)).toEqual(usage.quota);
  expect((await run(['usage'])).out).toMatch(/^premium_interactions\t6321(?:\.4)?\t7000\t90\.3\t\d{4}-\d\d-01T/);
  expect((await run(['check-usage'], '')).out).toMatch(/credits +\[#+-+\] 6,321(?:\.4)? left of 7,000 \(90\.3 %\)/);
  expect(readdirSync(home)).toEqual([]);
});

test('models, asked directly: a table for a person, exact columns for a pipe, JSON', async () => {
  const { run } = await seat();
  const columns = (await run(['models'])).out.split('\n').map((line) => line.split('\t'));
  expect(columns[0]).toHaveLength(8);
  expect(columns.find(([id]) => id === 'claude-opus-5.5')?.at(-1)).toBe('500 in, 2500 out');
  expect(columns.map(([id]) => id)).toContain('claude-opus-5.5');
  const table = (await run(['models'], '')).out;
  expect(table).toMatch(/^ID +VENDOR +KIND +ENDPOINTS +CONTEXT +OUTPUT +POLICY +PRICE\n/);
  expect(table).toContain('crossfeed models enable');
  expect(JSON.parse((await run(['models', '--json'])).out)).toContainEqual(
    expect.objectContaining({ id: 'gpt-6-astra', policyState: 'disabled' }),
  );
});

test('aliases of the settings, of keys and shipped ones: each with what it means now', async () => {
  const { run, home } = await seat();
  const more = { CROSSFEED_ALIASES: 'fast=gpt-6-luna,gone=gpt-9' };
  const rowsOf = async () => {
    const { out } = await run(['models', '--aliases'], null, more);
    return Object.fromEntries(out.split('\n').map((line) => [line.split('\t')[0], line.split('\t')]));
  };
  const rows = await rowsOf();
  expect(readdirSync(home)).toEqual([]);
  expect(rows['fast']).toEqual(['fast', 'gpt-6-luna', 'gpt-6-luna (/responses)', 'settings']);
  expect(rows['gone']?.[2]).toBe('nothing of this seat');
  expect(rows['background']?.[2]).toContain('claude-haiku-5.5 (/v1/messages)');
  for (const wrong of [
    ['--alias', 'nonsense'],
    ['--context-tier', 'huge'],
  ])
    expect(await run(['keys', 'add', 'editor', ...wrong])).toMatchObject({ code: 2 });
  await run(['keys', 'add', '--alias', 'mine=opus,dear=gpt-6.1-sol|opus', '--alias', 'x=sol', 'editor']);
  expect((await run(['keys', 'list'])).out).toMatch(/^key-\S+\teditor\t.*\tmine=opus dear=gpt-6\.1-sol\|opus x=sol$/m);
  expect((await rowsOf())['mine']).toEqual(['mine', 'opus', expect.stringContaining('claude-opus-5.5'), 'key editor']);
});

test('status, asked directly: what GitHub says, and exit 1 because nothing runs', async () => {
  const { run } = await seat();
  const { code, out, err } = await run(['status', '--roads']);
  expect(code).toBe(1);
  expect(err).toMatch(/not running.*crossfeed start/);
  expect(out).toContain('state\tnot running; GitHub was asked directly\n');
  expect(out).toContain('plan\tindividual_pro (yearly_subscriber_quota)\n');
  expect(out).toMatch(/^upstream\tready$/m);
  expect(out).toMatch(/^token\t\d+ s old/m);
  expect(out).toMatch(/^other road\tadds /m);
  expect(JSON.parse((await run(['status', '--json'])).out)).toMatchObject({
    running: false,
    accounts: [{ account: { name: 'environment' }, login: 'simulated-octocat', upstream: { ready: true } }],
  });
});

test('two accounts: directly both are asked; through a proxy who was not used yet is named', async () => {
  const { run, home, env } = await seat();
  expect(
    await run(['login', '--github-token-stdin', '--name', 'work', '--store', 'file'], simulatedOauthToken),
  ).toMatchObject({ code: 0 });
  const asked = JSON.parse((await run(['status', '--json'])).out) as { accounts: { account: { name: string } }[] };
  expect(asked.accounts.map(({ account }) => account.name)).toEqual(['environment', 'work']);
  expect(JSON.parse((await run(['usage', '--json', '--account', 'work'])).out)).toMatchObject({ ledger: { rows: [] } });
  await run(['keys', 'add', 'of-work', '--account', 'work']);
  await startProgram(home, [], env);
  const running = await run(['status']);
  expect(running.out).toContain('also\twork (signed in, not used yet)\n');
  await run(['models', '--account', 'work']);
  expect((await run(['status'])).out).toMatch(
    /^account\twork \(simulated-octocat\) on github\.com, from stdin, in the file, not the default$/m,
  );
});

test('without a login nothing is asked: status says so, the others are exit 78 with the cure', async () => {
  const { run, simulator } = await seat({}, null);
  expect(await run(['status'])).toMatchObject({ code: 1, out: expect.stringMatching(/^account\tnone: .*login/m) });
  for (const command of ['usage', 'check-usage', 'models']) {
    const { code, err } = await run([command]);
    expect(code).toBe(78);
    expect(err).toMatch(/crossfeed login/);
  }
  expect(simulator.requests).toEqual([]);
});

test('a login that GitHub refuses is exit 77, in GitHub’s words', async () => {
  const seatless = 'ghu_simulatedWithoutSeat00000000000000000';
  const { run } = await seat({ seatlessTokens: [seatless] }, seatless);
  const { code, err } = await run(['models']);
  expect(code).toBe(77);
  expect(err).toMatch(/^crossfeed: .*No access to GitHub Copilot found/);
});

test('models enable: nothing is accepted without a yes', async () => {
  const { run, simulator } = await seat();
  const posts = () => simulator.requests.filter(({ method }) => method === 'POST');
  expect(await run(['models', 'enable', 'gpt-6-astra'])).toMatchObject({
    code: 78,
    err: expect.stringMatching(/Enable access to[^]*--yes, or CROSSFEED_YES=1/),
  });
  for (const typed of ['\n', 'n\n', 'nope\n', '']) {
    const { code, err } = await run(['models', 'enable', 'gpt-6-astra'], typed);
    expect(code).toBe(1);
    expect(err).toMatch(/stays as it is/);
  }
  expect(await run(['models', 'enable', 'gpt-6-astro', '--yes'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/did you mean gpt-6-astra/),
  });
  expect(posts()).toEqual([]);
});

test.each<[string, string[], string | null, Record<string, string>]>([
  ['typed', [], 'y\n', {}],
  ['by the flag', ['--yes'], null, {}],
  ['by the variable', [], null, { CROSSFEED_YES: '1' }],
])('models enable: the terms are shown, and a yes %s accepts them', async (_, flags, typed, more) => {
  const { run, simulator } = await seat();
  const { code, out, err } = await run(['models', 'enable', 'gpt-6-astra', ...flags], typed, more);
  expect({ code, out }).toEqual({ code: 0, out: 'gpt-6-astra is enabled.\n' });
  expect(err).toContain('Enable access to GPT-6 Astra');
  const [post] = simulator.requestsTo('/models/gpt-6-astra/policy');
  expect(post).toMatchObject({ method: 'POST', json: { state: 'enabled' } });
  expect((await run(['models', 'enable', 'gpt-6-astra'])).out).toBe('gpt-6-astra is enabled already.\n');
});

test('through a running proxy: the same answers over its socket, and its own list is renewed', async () => {
  const { run, home, env } = await seat();
  const program = await startProgram(home, [], env);
  expect(JSON.parse((await run(['usage', '--json'])).out)).toMatchObject({ quota: { login: 'simulated-octocat' } });
  expect(await run(['models', 'enable', 'gpt-6-astra', '--yes', '--json'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('"changed": true'),
  });
  const headers = { authorization: `Bearer ${env.CROSSFEED_API_KEY}` };
  const { data } = (await (await fetch(`${program.url}/v1/models`, { headers })).json()) as { data: { id: string }[] };
  expect(data.map(({ id }) => id)).toContain('gpt-6-astra');
  const { code, out } = await run(['status', '--json', '--roads']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    running: true,
    pid: program.pid,
    accounts: [{ plan: expect.stringContaining('individual_pro'), otherRoadModels: expect.any(Array) }],
  });
  expect(await run(['usage', '--account', 'nobody'])).toMatchObject({
    code: expect.toSatisfy((value) => value !== 0),
    err: expect.stringMatching(/nobody/),
  });
});
