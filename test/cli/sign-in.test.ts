/** Signing in, accounts and keys, typed as a person types them, against a simulated GitHub. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runProgram as runInside } from '../../src/cli/program.ts';
import {
  createSimulator,
  defaultScenario,
  simulatedGithubToken,
  simulatedOauthToken,
  simulatedPatToken,
  simulatedRefusedToken,
} from '../../src/simulator/index.ts';
import type { DeviceScenario } from '../../src/simulator/index.ts';
import { fakeCliContext } from '../support/fake-cli-context.ts';
import { startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Typed {
  readonly stdin?: string;
  readonly env?: Record<string, string>;
}

async function person(device: Partial<DeviceScenario> = {}) {
  const simulator = createSimulator({
    scenario: { device: { ...defaultScenario.device, pendingPolls: 0, intervalS: 0, ...device } },
  });
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const home = temporaryFolder();
  const env = { CROSSFEED_HOME: home, CROSSFEED_GITHUB_URL: url, CROSSFEED_GITHUB_API_URL: url };
  const begin = (args: readonly string[], { stdin, env: more = {} }: Typed = {}) => {
    const typed = new PassThrough();
    if (stdin !== undefined) typed.end(stdin);
    const context = fakeCliContext({ env: { ...env, ...more }, stdin: typed, homedir: home });
    const done = runInside(args, context).then((code) => ({ code, out: context.out(), err: context.err() }));
    return { context, done };
  };
  const run = (args: readonly string[], typed?: Typed) => begin(args, typed).done;
  const stored = () => readFileSync(path.join(home, 'credentials.json'), 'utf8');
  return { simulator, url, home, env, begin, run, stored };
}

const withToken = (token: string): Typed => ({ stdin: `${token}\n` });

test('login without a terminal prints address and code, waits, and keeps the account in a private file', async () => {
  const { run, url, home, stored } = await person();
  const { code, out, err } = await run(['login']);
  expect({ code, out }).toEqual({
    code: 0,
    out: 'Signed in as simulated-octocat, plan individual_pro; the token is in a file that only you can read.\nNow: `crossfeed start`.\n',
  });
  expect(err).toContain(`  Open   ${url}/login/device\n`);
  expect(err).toMatch(/ {2}Enter {2}[A-Z]{4}-[A-Z]{4}\n/);
  const [token] = /ghu_\w{36}/.exec(stored()) ?? [];
  expect(token).toBeDefined();
  expect(out + err).not.toContain(token);
  if (process.platform !== 'win32') expect(statSync(path.join(home, 'credentials.json')).mode & 0o777).toBe(0o600);
  for (const name of readdirSync(home).filter((one) => one !== 'credentials.json')) {
    expect(readFileSync(path.join(home, name)).includes(String(token))).toBe(false);
  }
  const [account] = JSON.parse((await run(['accounts', '--json'])).out) as unknown[];
  expect(account).toMatchObject({
    name: 'simulated-octocat',
    host: 'github.com',
    tokenKind: 'ghu_',
    secretStore: 'file',
    source: 'device',
    default: true,
  });
});

test('Ctrl-C while it waits leaves nothing behind', async () => {
  const { begin, home } = await person({ decision: 'asked' });
  const { context, done } = begin(['auth']);
  while (!context.err().includes('Enter')) await wait(5);
  context.signal('SIGINT');
  expect(await done).toMatchObject({ code: 130, out: '', err: expect.stringContaining('nothing was stored') });
  expect(readdirSync(home)).toEqual([]);
});

test('Ctrl-C while GitHub is asked about a new token leaves nothing behind either, and says so', async () => {
  const { begin, home, simulator } = await person();
  simulator.addFault({ on: 'user', do: { kind: 'silence' } });
  const { context, done } = begin(['login']);
  while (simulator.requestsTo('user').length === 0) await wait(5);
  context.signal('SIGINT');
  expect(await done).toMatchObject({ code: 130, out: '', err: expect.stringContaining('nothing was stored') });
  expect(existsSync(path.join(home, 'credentials.json'))).toBe(false);
});

test('a login that is denied says so with 77, and nothing is stored', async () => {
  const { run, home } = await person({ decision: 'denied' });
  expect(await run(['login'])).toMatchObject({ code: 77, err: expect.stringMatching(/refused at GitHub/) });
  expect(readdirSync(home)).toEqual([]);
});

test.each([
  ['a seat', simulatedOauthToken, 0, /Signed in as simulated-octocat/],
  ['a fine-grained token', simulatedPatToken, 0, /Signed in as simulated-octocat/],
  ['no seat', simulatedRefusedToken('no_copilot_access'), 77, /Nothing was stored/],
  ['a closed account', simulatedRefusedToken('spammy_user'), 77, /Nothing was stored/],
  ['a dead token', 'ghu_unknownToGithub0000000000000000000000', 77, /Nothing was stored/],
  ['a classic token', 'ghp_classic', 78, /classic personal access token.*Nothing was stored/],
  ['nothing', '', 78, /standard input is empty/],
  ['two words', 'ghu_a ghu_b', 78, /no token/],
])('a token on standard input with %s', async (_what, token, code, message) => {
  const { run, home } = await person();
  const result = await run(['login', '--github-token-stdin'], withToken(token));
  expect(result.code, result.err).toBe(code);
  expect(result.out + result.err).toMatch(message);
  if (token.length > 4) expect(result.out + result.err).not.toContain(token);
  expect(existsSync(path.join(home, 'credentials.json'))).toBe(code === 0);
});

test.each([
  ['two ways at once', ['--github-token-stdin', '--from-tools'], 2, /Choose one/],
  ['another program', ['--from', 'vscode'], 2, /--from takes gh/],
  ['a store there is not', ['--store', 'cloud'], 2, /--store takes keychain or file/],
  ['a host that is no GitHub', ['--host', 'github.evil.com'], 2, /--host takes github\.com or a tenant/],
  ['a host beside the point', ['--host', 'a.b.ghe.com'], 2, /--host takes/],
  ['a name that is taken', ['--name', 'environment'], 2, /--name takes/],
  ['a name with a path', ['--name', '../x'], 2, /--name takes/],
  ['no other tool', ['--from-tools'], 78, /No other Copilot tool/],
])('login with %s is refused', async (_what, flags, code, message) => {
  const { run, home } = await person();
  const result = await run(['login', ...flags]);
  expect(result).toMatchObject({ code, out: '', err: expect.stringMatching(message) });
  expect(readdirSync(home)).toEqual([]);
});

test.skipIf(process.platform !== 'linux')(
  'a keychain by choice that is not there refuses, and no file stands in',
  async () => {
    const { run, home } = await person();
    const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
    const result = await run(['login', '--github-token-stdin', '--store', 'keychain'], {
      ...withToken(simulatedGithubToken),
      env,
    });
    expect(result).toMatchObject({ code: 78, err: expect.stringContaining('`--store file` keeps a token') });
    expect(result.err).not.toContain(simulatedGithubToken);
    expect(existsSync(path.join(home, 'credentials.json'))).toBe(false);
    expect((await run(['accounts', '--json'])).out).toBe('[]\n');
  },
);

test('two accounts: the first stays the default until `use`, logout takes one away with its token', async () => {
  const { run, stored } = await person();
  await run(['login', '--github-token-stdin'], withToken(simulatedGithubToken));
  const second = await run(['login', '--github-token-stdin', '--name', 'work'], withToken(simulatedOauthToken));
  expect(second.out).toContain('`crossfeed use work` changes that');
  expect((await run(['accounts'])).out).toMatch(
    /^\*\tsimulated-octocat\t.*\n\twork\tsimulated-octocat\tgithub.com\tgho_\tfile\tstdin\t/,
  );
  expect((await run(['use', 'work'])).out).toContain('New keys and the default key belong to the account work now.');
  expect((await run(['use', 'wrok'])).err).toContain('did you mean work?');
  const added = JSON.parse((await run(['keys', 'add', 'ci', '--json'])).out) as { accountName: string };
  expect(added.accountName).toBe('work');
  const out = await run(['logout']);
  expect(out.out).toMatch(/work is signed out.*No account answers these keys any more: ci\./s);
  expect(stored()).not.toContain(simulatedOauthToken);
  expect(stored()).toContain(simulatedGithubToken);
  expect((await run(['use', 'simulated-octocat', '--key', 'ci'])).out).toContain('The key ci belongs to the account');
  expect((await run(['logout', 'nobody'])).code).toBe(2);
});

test('a further key is printed once, listed without its secret, and revoked by its label', async () => {
  const { run, home } = await person();
  const flags = ['--models', 'gpt-5-mini, claude-opus-5.5', '--project', 'site', '--expires', '30d'];
  const { code, out, err } = await run(['keys', 'add', 'ci', ...flags]);
  expect(code).toBe(0);
  expect(out).toMatch(/^cf_[\w-]{43}\n$/);
  expect(err).toMatch(/only time it is shown. It asks the account environment until \d{4}-/);
  expect((await run(['keys', 'add', 'ci'])).err).toContain('There is a key "ci" already');
  const [key] = JSON.parse((await run(['keys', 'list', '--json'])).out) as Record<string, unknown>[];
  expect(key).toMatchObject({
    label: 'ci',
    state: 'valid',
    project: 'site',
    models: ['gpt-5-mini', 'claude-opus-5.5'],
  });
  expect(key).not.toHaveProperty('digest');
  for (const name of readdirSync(home)) {
    expect(readFileSync(path.join(home, name)).includes(out.trim())).toBe(false);
  }
  expect((await run(['keys', 'revoke', 'ci'])).code).toBe(0);
  expect((await run(['keys', 'list'])).out).toMatch(/\tci\trevoked\t/);
  expect((await run(['keys', 'add', 'ci'])).code).toBe(0);
  expect((await run(['keys', 'revoke', 'nothing'])).code).toBe(2);
});

test.each([
  ['a label of ours', ['default']],
  ['a label that is none', ['a\tb']],
  ['an end in the past', ['ci', '--expires', '2020-01-01']],
  ['an end that is none', ['ci', '--expires', 'soon']],
  ['no model', ['ci', '--models', 'a,,b']],
  ['an account there is not', ['ci', '--account', 'nobody']],
])('keys add with %s is a usage error', async (_what, args) => {
  const { run } = await person();
  expect(await run(['keys', 'add', ...args])).toMatchObject({ code: 2, out: '' });
});

test('the default key can be replaced', async () => {
  const { run } = await person();
  const first = (await run(['keys', 'show'])).out;
  expect((await run(['keys', 'show'])).out).toBe(first);
  await run(['keys', 'revoke', 'default']);
  expect((await run(['keys', 'show'])).out).not.toBe(first);
});

test('a running proxy takes a new key and a new account at once, and refuses a revoked key at once', async () => {
  const { run, env, home } = await person();
  await run(['login', '--github-token-stdin'], withToken(simulatedGithubToken));
  const key = (await run(['keys', 'add', 'early'])).out.trim();
  const program = await startProgram(home, [], env);
  const status = async (bearer: string) =>
    (await fetch(`${program.url}/v1/models`, { headers: { authorization: `Bearer ${bearer}` } })).status;
  expect(await status(key)).toBe(200);
  // Written when the answer has gone down: a moment later.
  await vi.waitFor(async () => {
    const [used] = JSON.parse((await run(['keys', 'list', '--json'])).out) as { lastUsedAt: number | null }[];
    expect(used?.lastUsedAt).toBeTypeOf('number');
  });

  const login = await run(['login', '--github-token-stdin', '--name', 'work'], withToken(simulatedOauthToken));
  expect(login.out).toContain('The running proxy knows.');
  const later = (await run(['keys', 'add', 'later', '--account', 'work'])).out.trim();
  expect(await status(later)).toBe(200);
  expect((await run(['resume', 'work'])).out).toContain('work may be used again');
  expect((await run(['resume', 'nobody'])).code).toBe(1);

  await run(['keys', 'revoke', 'early']);
  expect(await status(key)).toBe(401);
  const shown = (await run(['keys', 'show'])).out.trim();
  expect(await status(shown)).toBe(200);
  const accountOf = async (bearer: string) => {
    const reply = await fetch(`${program.url}/crossfeed/v1/status`, { headers: { authorization: `Bearer ${bearer}` } });
    return ((await reply.json()) as { account: string }).account;
  };
  expect(await accountOf(shown)).toBe('simulated-octocat');
  await run(['use', 'work']);
  expect(await accountOf(shown)).toBe('work');
  await run(['use', 'simulated-octocat']);
  await run(['keys', 'revoke', 'default']);
  expect(await status(shown)).toBe(401);
  expect(await status((await run(['keys', 'show'])).out.trim())).toBe(200);
  await run(['logout', 'work']);
  expect(await status(later)).toBe(400);
  expect((await run(['env', 'claude', '--shell', 'sh'])).out).toContain(`export ANTHROPIC_BASE_URL=${program.url}\n`);
});

test('start without any credential and without a terminal is exit 78', async () => {
  const { run } = await person();
  expect(await run(['start'])).toMatchObject({ code: 78, err: expect.stringContaining('run `crossfeed login`') });
});

test('resume where nothing runs lifts a latch that is remembered', async () => {
  const { run } = await person();
  await run(['login', '--github-token-stdin'], withToken(simulatedGithubToken));
  expect((await run(['resume', '--json'])).out).toBe('{\n  "resumed": "simulated-octocat"\n}\n');
  expect((await run(['resume', 'nobody'])).code).toBe(2);
});
