/** The order of credentials: one picks, the others are left alone, and no account stands in for another. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { fakeCliContext } from '../../test/support/fake-cli-context.ts';
import { sampleAccount } from '../../test/support/sample-account.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { defaultConfig } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { KeychainError } from '../store/keychain.ts';
import { openStore } from '../store/open-store.ts';
import { resolveAccounts } from './resolve-accounts.ts';
import type { ResolveOptions } from './resolve-accounts.ts';

type Env = Readonly<Record<string, string>>;

interface Case {
  readonly env?: Env;
  /** Account name -> token. */
  readonly stored?: Readonly<Record<string, string>>;
  /** The account a key belongs to. */
  readonly key?: string;
  readonly fromTools?: boolean;
  readonly options?: ResolveOptions;
  readonly githubUrl?: string;
}

async function resolve({ env = {}, stored = {}, key, fromTools = false, options = {}, githubUrl }: Case) {
  const store = await openStore({ path: ':memory:', clock: createFakeClock(), onFault: () => undefined });
  onTestFinished(() => store.close());
  let createdAt = 1;
  for (const name of Object.keys(stored)) store.accounts.add({ ...sampleAccount, name, createdAt: createdAt++ });
  const digest = 'a'.repeat(64);
  if (key !== undefined)
    store.callerKeys.add({ label: 'k', accountName: key, models: null, project: null, expiresAt: null, digest });
  const homedir = temporaryFolder();
  const context = fakeCliContext({ env: { PATH: path.join(homedir, 'bin'), ...env }, homedir });
  const config: Config = {
    ...defaultConfig,
    credentials: { store: 'auto', fromTools },
    upstream: { ...defaultConfig.upstream, ...(githubUrl === undefined ? {} : { githubUrl }) },
  };
  const opened = {
    get: async (name: string) => {
      const token = stored[name] ?? null;
      if (token === 'locked') throw new KeychainError('the keychain is locked');
      return token === 'lost' ? null : token;
    },
  };
  const answer = async () => resolveAccounts(context, store, config, { openSecrets: async () => opened, ...options });
  return { answer, homedir, store };
}

/** A `gh` that answers with what it sees of its environment. */
function installGh(homedir: string, script: string): void {
  mkdirSync(path.join(homedir, 'bin'));
  writeFileSync(path.join(homedir, 'bin', 'gh'), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(homedir, 'bin', 'gh'), 0o755);
}

const summary = ({ accounts, defaultName }: Awaited<ReturnType<typeof resolveAccounts>>) => [
  defaultName,
  ...accounts.map(({ account, token }) => `${account.name}:${token}`),
];

test.each<[string, Case, readonly string[]]>([
  [
    'standard input before all others',
    { options: { tokenFromStdin: 'gho_in' }, env: { CROSSFEED_GITHUB_TOKEN: 'ghu_e' }, stored: { octo: 'ghu_s' } },
    ['environment', 'environment:gho_in'],
  ],
  [
    'a variable before a stored login',
    { env: { GITHUB_TOKEN: 'ghs_e' }, stored: { octo: 'ghu_s' } },
    ['environment', 'environment:ghs_e'],
  ],
  [
    'a key that belongs to a stored login still finds it',
    { env: { GH_TOKEN: 'gho_e' }, stored: { octo: 'ghu_s', work: 'ghu_w' }, key: 'work' },
    ['environment', 'environment:gho_e', 'work:ghu_w'],
  ],
  [
    'every login where all are asked for',
    { env: { GH_TOKEN: 'gho_e' }, stored: { octo: 'ghu_s' }, options: { everyAccount: true } },
    ['environment', 'environment:gho_e', 'octo:ghu_s'],
  ],
  [
    'stored logins, the default first',
    { stored: { octo: 'ghu_s', work: 'ghu_w' } },
    ['octo', 'octo:ghu_s', 'work:ghu_w'],
  ],
  [
    'a generic token that cannot serve is passed over for the stored login',
    { env: { GH_TOKEN: 'ghp_x' }, stored: { octo: 'ghu_s' } },
    ['octo', 'octo:ghu_s'],
  ],
  [
    'a second account that cannot be read does not stop the first',
    { stored: { octo: 'ghu_s', work: 'locked' } },
    ['octo', 'octo:ghu_s'],
  ],
  [
    'a login that is offered and taken',
    { options: { signIn: async () => ({ account: { ...sampleAccount, name: 'new' }, token: 'ghu_new' }) } },
    ['new', 'new:ghu_new'],
  ],
])('%s', async (_what, given, expected) => {
  expect(summary(await (await resolve(given)).answer())).toEqual(expected);
});

test.each([
  ['lost', /no token for the account octo in the file: `crossfeed login --name octo` signs in again/],
  ['locked', /out of reach, because the keychain is locked: `crossfeed login --name octo`/],
])('a default account whose token is %s stops the start: no other one stands in', async (state, message) => {
  const { answer } = await resolve({ stored: { octo: state, work: 'ghu_w' } });
  await expect(answer()).rejects.toMatchObject({ exitCode: 78, message: expect.stringMatching(message) });
});

test('a second account that is out of reach is told of', async () => {
  const { answer } = await resolve({ stored: { octo: 'ghu_s', work: 'locked' } });
  expect((await answer()).notices).toEqual([expect.stringMatching(/account work is out of reach/)]);
});

test('a token that is known is not asked for again, one of a newer login is', async () => {
  const { answer, store } = await resolve({ stored: { octo: 'locked' } });
  const [account] = store.accounts.list();
  if (account === undefined) throw new Error('the account is missing');
  const known = [{ account, token: 'ghu_before' }];
  const again = await resolve({ stored: { octo: 'locked' }, options: { known } });
  expect(summary(await again.answer())).toEqual(['octo', 'octo:ghu_before']);
  const newer = await resolve({
    stored: { octo: 'ghu_new' },
    options: { known: [{ account: { ...account, createdAt: 0 }, token: 'ghu_before' }] },
  });
  expect(summary(await newer.answer())).toEqual(['octo', 'octo:ghu_new']);
  await expect(answer()).rejects.toMatchObject({ exitCode: 78 });
});

test.each([{}, { signIn: async () => null }])(
  'without any there is one sentence that names the ways out',
  async (options) => {
    const { answer } = await resolve({ options });
    const message = expect.stringMatching(
      /no GitHub login: run `crossfeed login`, set CROSSFEED_GITHUB_TOKEN.*--simulate/,
    );
    await expect(answer()).rejects.toMatchObject({ exitCode: 78, message });
  },
);

test('a token of an unusable kind on standard input is refused, and not shown', async () => {
  const { answer } = await resolve({ options: { tokenFromStdin: 'ghp_marked' } });
  await expect(answer()).rejects.toMatchObject({ exitCode: 78, message: expect.not.stringContaining('marked') });
});

test.skipIf(process.platform === 'win32')(
  'gh is asked after all stored logins, and sees no secret of ours',
  async () => {
    const { answer, homedir } = await resolve({ env: { CROSSFEED_API_KEY: 'marked-key', NPM_TOKEN: 'marked' } });
    installGh(homedir, 'case "$(export -p)" in *marked*) exit 1;; esac\necho "gho_$4"');
    expect(summary(await answer())).toEqual(['gh', 'gh:gho_github.com']);
  },
);

test.skipIf(process.platform === 'win32')('gh is not asked for another GitHub than the real one', async () => {
  const { answer, homedir } = await resolve({ githubUrl: 'http://127.0.0.1:1' });
  installGh(homedir, 'echo gho_secret');
  await expect(answer()).rejects.toMatchObject({ exitCode: 78 });
});

test.skipIf(process.platform === 'win32').each([
  ['fails', 'echo gho_secret; exit 1'],
  ['says nothing', 'true'],
  ['says more than a token', 'echo no account; echo here'],
])('a gh that %s is as good as none', async (_what, script) => {
  const { answer, homedir } = await resolve({});
  installGh(homedir, script);
  await expect(answer()).rejects.toMatchObject({ exitCode: 78 });
});

const hosts = { 'github.com': { user: 'octo', oauth_token: 'ghu_hosts' } };
const apps = {
  'octocorp.ghe.com:Iv1.x': { user: 'corp', oauth_token: 'ghu_tenant' },
  'github.com:Iv1.x': { user: 'octo', oauth_token: 'ghu_apps' },
};

function writeToolFile(homedir: string, name: string, value: unknown): void {
  const folder = path.join(homedir, '.config', 'github-copilot');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));
}

test("another tool's login is left alone until the settings say otherwise", async () => {
  const { answer, homedir } = await resolve({});
  writeToolFile(homedir, 'hosts.json', hosts);
  await expect(answer()).rejects.toMatchObject({ exitCode: 78 });
});

test.each([
  ['both forms', { 'hosts.json': hosts, 'apps.json': apps }, 'ghu_apps', 'apps.json'],
  ['the older form', { 'hosts.json': hosts }, 'ghu_hosts', 'hosts.json'],
  ['a broken file beside a good one', { 'apps.json': '{"github.com', 'hosts.json': hosts }, 'ghu_hosts', 'hosts.json'],
])("another tool's login where the user said so: %s", async (_what, files, token, source) => {
  const { answer, homedir } = await resolve({ fromTools: true });
  for (const [name, value] of Object.entries(files)) writeToolFile(homedir, name, value);
  const [found] = (await answer()).accounts;
  expect(found).toMatchObject({ token, account: { name: 'octo', login: 'octo', host: 'github.com', source } });
});

test('a tenant is signed in with its own login alone', async () => {
  const { answer, homedir } = await resolve({ fromTools: true, githubUrl: 'https://octocorp.ghe.com' });
  writeToolFile(homedir, 'apps.json', apps);
  expect((await answer()).accounts[0]).toMatchObject({ token: 'ghu_tenant', account: { host: 'octocorp.ghe.com' } });
});
