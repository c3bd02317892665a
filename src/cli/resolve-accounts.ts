/** Which GitHub accounts a start uses: the first credential in the stated order is the default one. */
import type { Account } from '../canonical/account.ts';
import type { Config } from '../config/config.ts';
import type { Store } from '../store/open-store.ts';
import { keyState } from '../store/caller-key-store.ts';
import type { SecretStore } from '../store/secret-store.ts';
import { systemClock } from '../base/clock.ts';
import { tokenKindOf } from '../upstream/copilot/github-token.ts';
import { githubPlace, isRealGithub } from './account-host.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { environmentAccount } from './environment-account.ts';
import { exitCode } from './exit-code.ts';
import { readGhToken } from './gh-token.ts';
import { findGithubToken, unusableReason } from './github-token.ts';
import { openSecrets } from './open-secrets.ts';
import { readToolLogin } from './tool-logins.ts';

export interface ResolvedAccount {
  readonly account: Account;
  readonly token: string;
}

export interface ResolvedAccounts {
  /** The default one first. */
  readonly accounts: readonly ResolvedAccount[];
  readonly defaultName: string;
  /** One sentence each, for the log. */
  readonly notices: readonly string[];
}

export interface ResolveOptions {
  /** What `--github-token-stdin` read. */
  readonly tokenFromStdin?: string;
  /** What an earlier answer found: their tokens are not asked of a keychain again, unless somebody signed in anew. */
  readonly known?: readonly ResolvedAccount[];
  /** Also stored accounts that no key asks, beside a token that was given. */
  readonly everyAccount?: boolean;
  /** Signs in where nothing else was found; asked for by a start on a terminal. */
  readonly signIn?: () => Promise<ResolvedAccount | null>;
  /** Where a stored token is; another one in tests. */
  readonly openSecrets?: (kind: Account['secretStore']) => Promise<Pick<SecretStore, 'get'>>;
}

type Accounts = Pick<Store, 'accounts' | 'callerKeys'>;

/**
 * The order: standard input, CROSSFEED_GITHUB_TOKEN, COPILOT_GITHUB_TOKEN, GH_TOKEN, GITHUB_TOKEN, stored logins,
 * `gh auth token`, other tools' files if the settings allow it. It alone picks; a stored login that cannot be read is
 * no reason to take another account. Throws `CliError` (configuration).
 */
export async function resolveAccounts(
  context: CliContext,
  store: Accounts,
  config: Pick<Config, 'upstream' | 'credentials'>,
  options: ResolveOptions = {},
): Promise<ResolvedAccounts> {
  const given = await givenToken(context, config, options);
  if (given.resolved !== null) {
    // Keys that were given to stored accounts go on working; nobody else's token is needed.
    const bound = await readStored(
      context,
      store,
      options,
      options.everyAccount === true ? store.accounts.list() : boundAccounts(store),
    );
    return listOf([given.resolved, ...bound.accounts], [...given.notices, ...bound.notices]);
  }
  const defaultName = store.accounts.defaultName();
  if (defaultName !== null) {
    const stored = await readStored(context, store, options, store.accounts.list());
    const first = stored.accounts.find(({ account }) => account.name === defaultName);
    if (first === undefined)
      throw new CliError(exitCode.configuration, [...stored.notices, ...given.notices].join(' '));
    const others = stored.accounts.filter((one) => one !== first);
    return listOf([first, ...others], [...given.notices, ...stored.notices]);
  }
  const found = (await neighbour(context, config)) ?? (await options.signIn?.()) ?? null;
  if (found !== null) return listOf([found], given.notices);
  throw new CliError(
    exitCode.configuration,
    `There is no GitHub login: run \`crossfeed login\`, set CROSSFEED_GITHUB_TOKEN, or try it without one by --simulate.${given.notices.map((notice) => ` ${notice}`).join('')}`,
  );
}

function listOf(accounts: readonly [ResolvedAccount, ...ResolvedAccount[]], notices: readonly string[]) {
  return { accounts, defaultName: accounts[0].account.name, notices };
}

async function givenToken(
  context: CliContext,
  config: Pick<Config, 'upstream'>,
  { tokenFromStdin }: ResolveOptions,
): Promise<{ resolved: ResolvedAccount | null; notices: readonly string[] }> {
  const { host } = githubPlace(undefined, config);
  if (tokenFromStdin !== undefined) {
    const token = tokenFromStdin;
    const reason = unusableReason(token);
    if (reason === null) {
      return { resolved: { account: { ...environmentAccount(token), host, source: 'stdin' }, token }, notices: [] };
    }
    throw new CliError(exitCode.configuration, `--github-token-stdin holds ${reason}.`);
  }
  const { token, notices } = await findGithubToken(context.env);
  return { resolved: token === null ? null : { account: { ...environmentAccount(token), host }, token }, notices };
}

/** Those that a living key asks. */
function boundAccounts({ accounts, callerKeys }: Accounts): readonly Account[] {
  const names = new Set(
    callerKeys
      .list()
      .filter((key) => keyState(key, systemClock) === 'valid')
      .map((key) => key.accountName),
  );
  return accounts.list().filter(({ name }) => names.has(name));
}

/** A token that cannot be read is told, with what to do about it. */
async function readStored(
  context: CliContext,
  store: Accounts,
  options: ResolveOptions,
  wanted: readonly Account[],
): Promise<{ accounts: readonly ResolvedAccount[]; notices: readonly string[] }> {
  const accounts: ResolvedAccount[] = [];
  const notices: string[] = [];
  const open = options.openSecrets ?? ((kind) => openSecrets(context, kind));
  for (const account of wanted) {
    const before = options.known?.find(({ account: { name, createdAt } }) => {
      return name === account.name && createdAt === account.createdAt;
    });
    if (before !== undefined) {
      accounts.push({ account, token: before.token });
      continue;
    }
    const cure = `\`crossfeed login --name ${account.name}\` signs in again.`;
    try {
      const token = await (await open(account.secretStore)).get(account.name);
      if (token !== null) accounts.push({ account, token });
      else notices.push(`There is no token for the account ${account.name} in the ${account.secretStore}: ${cure}`);
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message.replace(/\.$/, '') : 'it cannot be read';
      notices.push(`The token of the account ${account.name} is out of reach, because ${reason}: ${cure}`);
    }
  }
  return { accounts, notices };
}

/** What other programs of this machine are signed in with, on the same GitHub only. */
async function neighbour(
  context: CliContext,
  config: Pick<Config, 'upstream' | 'credentials'>,
): Promise<ResolvedAccount | null> {
  const place = githubPlace(undefined, config);
  if (!isRealGithub(place)) return null;
  const from = (name: string, token: string, login: string | null, source: string): ResolvedAccount | null => {
    if (unusableReason(token) !== null) return null;
    const tokenKind = tokenKindOf(token);
    const { host } = place;
    return { account: { name, login, host, tokenKind, secretStore: 'file', source, createdAt: 0 }, token };
  };
  const gh = await readGhToken(context.env, place.host);
  const ours = gh === null ? null : from('gh', gh, null, 'gh');
  if (ours !== null || !config.credentials.fromTools) return ours;
  const tool = await readToolLogin(context.env, context.homedir, place.host);
  return tool === null ? null : from(tool.login ?? 'tools', tool.token, tool.login, tool.file);
}
