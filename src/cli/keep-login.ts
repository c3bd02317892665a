/** From a GitHub token to an account that is kept: refused with the cause where GitHub will not serve it. */
import { systemClock } from '../base/clock.ts';
import type { Account } from '../canonical/account.ts';
import type { Config } from '../config/config.ts';
import type { SecretStoreOptions } from '../store/secret-store.ts';
import type { Store } from '../store/open-store.ts';
import { checkToken } from '../upstream/copilot/explain-token.ts';
import type { TokenReport } from '../upstream/copilot/explain-token.ts';
import { tokenKindOf } from '../upstream/copilot/github-token.ts';
import { publicHost } from './account-host.ts';
import type { GithubPlace } from './account-host.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';
import { openSecrets } from './open-secrets.ts';
import { trustSystemFor } from './trust-system.ts';

export interface NewLogin {
  readonly token: string;
  /** `device`, `stdin`, `gh`, or the name of another tool's file. */
  readonly source: string;
  readonly place: GithubPlace;
  /** Null takes GitHub's own login. */
  readonly name: string | null;
  readonly storeChoice: SecretStoreOptions['choice'];
}

export interface KeptLogin {
  readonly account: Account;
  readonly plan: string | null;
  readonly road: TokenReport['road'];
  /** One sentence each, for the user. */
  readonly notices: readonly string[];
}

/** GitHub was not there to be asked: no reason to throw the login away. */
const passing: ReadonlySet<string> = new Set(['rate-limited', 'github-down', 'unreachable', 'unknown']);

/** Letters, digits and what logins and hosts are made of: it is shown, typed, and stored under. */
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/;
const reservedNames: readonly string[] = ['environment', 'default', 'gh', 'tools'];

export function checkAccountName(name: string): string {
  if (namePattern.test(name) && !reservedNames.includes(name)) return name;
  throw new CliError(
    exitCode.usage,
    `--name takes up to 100 letters, digits, ".", "_", "@" and "-", and none of ${reservedNames.join(', ')}.`,
  );
}

/** Throws `CliError`: permission with GitHub's reason, and nothing is stored then. */
export async function keepLogin(
  context: CliContext,
  config: Config,
  store: Pick<Store, 'accounts'>,
  { token, source, place, name, storeChoice }: NewLogin,
): Promise<KeptLogin> {
  const { host, githubUrl, githubApiUrl } = place;
  trustSystemFor(config);
  const check = checkToken({
    githubToken: token,
    config: { ...config.upstream, githubUrl, githubApiUrl },
    identity: config.identity,
    accountHost: host,
    clock: systemClock,
    proxyEnv: context.env,
  });
  const report = await unlessLeft(context, check);
  const notices: string[] = [];
  if (!report.ok) {
    if (!passing.has(report.cause)) throw refused(report);
    notices.push(`The login could not be checked: ${report.sentence}`);
  }
  const login = report.login;
  const unnamed = login ?? 'github';
  const account: Account = {
    name: name ?? (host === publicHost ? unnamed : `${unnamed}@${host}`),
    login,
    host,
    tokenKind: tokenKindOf(token),
    secretStore: 'file',
    source,
    createdAt: Math.round(systemClock.now()),
  };
  // From here on the login is kept whole: a Ctrl-C would leave a token that belongs to no account.
  const forgetSignals = context.onSignal(() => undefined);
  const kept = await storeLogin(context, store, account, token, storeChoice).finally(forgetSignals);
  if (kept.notice !== null) notices.push(kept.notice);
  return { account: kept.account, plan: report.plan, road: report.road, notices };
}

/** Ctrl-C while GitHub is asked ends the login with words, and nothing is stored. */
async function unlessLeft<T>(context: Pick<CliContext, 'onSignal'>, asked: Promise<T>): Promise<T> {
  const { promise: left, reject } = Promise.withResolvers<never>();
  const forgetSignals = context.onSignal(() =>
    reject(new CliError(exitCode.interrupted, 'The login was left; nothing was stored.')),
  );
  return Promise.race([asked, left]).finally(forgetSignals);
}

/** The secret first: an account without a token is the worse half. */
async function storeLogin(
  context: CliContext,
  { accounts }: Pick<Store, 'accounts'>,
  account: Account,
  token: string,
  choice: SecretStoreOptions['choice'],
): Promise<{ account: Account; notice: string | null }> {
  const former = accounts.find(account.name);
  const secrets = await openSecrets(context, choice);
  const kept: Account = { ...account, secretStore: secrets.kind };
  await secrets.set(account.name, token);
  try {
    accounts.add(kept);
  } catch (thrown) {
    if (former === undefined) await secrets.delete(account.name).catch(() => undefined);
    throw thrown;
  }
  if (former !== undefined && former.secretStore !== kept.secretStore) {
    // The former token would lie where nobody looks for it any more.
    const old = await openSecrets(context, former.secretStore);
    await old.delete(account.name).catch(() => undefined);
  }
  return { account: kept, notice: secrets.notice };
}

function refused(report: Extract<TokenReport, { ok: false }>): CliError {
  const who = report.login === null ? '' : ` (signed in as ${report.login})`;
  const said = report.githubSays === null ? '' : ` GitHub says: "${report.githubSays}"`;
  const link = report.link === null ? '' : ` ${report.link}`;
  return new CliError(exitCode.permission, `${report.sentence}${who}${said} ${report.cure}${link} Nothing was stored.`);
}
