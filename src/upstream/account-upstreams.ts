/** One upstream an account, made with its first use: accounts share no token, no connection and no catalogue. */
import type { Account } from '../canonical/account.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { Upstream, UpstreamStatus } from './upstream.ts';

/** An account and its GitHub token; null where there is none (any more). */
export interface SignedInAccount {
  readonly account: Account;
  readonly githubToken: string | null;
}

export interface AccountStatus {
  readonly account: Account;
  readonly upstream: UpstreamStatus;
}

export interface AccountUpstreams {
  /** The upstream of that account and no other; the first account's where none is named. Code: `upstream_sign_in_required`. */
  of(accountName?: string): Upstream;
  /** Whether somebody is signed in under that name; without one, whether anybody is. */
  has(accountName?: string): boolean;
  /** In the order given; the first is the default. Looking makes no upstream that was never used but the first. */
  status(): readonly AccountStatus[];
  /** The names of those that nobody used yet, the default aside. */
  idle(): readonly string[];
  /** The default account's; of nobody where nobody is signed in (any more). */
  defaultStatus(): UpstreamStatus;
  /** Lets go of accounts that are gone or have a new token, and takes up new ones. */
  replace(accounts: readonly SignedInAccount[]): Promise<void>;
  close(): Promise<void>;
}

export function createAccountUpstreams(
  initial: readonly SignedInAccount[],
  create: (signedIn: SignedInAccount) => Upstream,
): AccountUpstreams {
  let accounts = initial;
  const open = new Map<string, { readonly githubToken: string | null; readonly upstream: Upstream }>();

  function of(accountName = accounts[0]?.account.name): Upstream {
    const signedIn = accounts.find(({ account }) => account.name === accountName);
    if (signedIn === undefined) throw notSignedIn(accountName);
    const { name } = signedIn.account;
    let entry = open.get(name);
    if (entry === undefined) {
      entry = { githubToken: signedIn.githubToken, upstream: create(signedIn) };
      open.set(name, entry);
    }
    return entry.upstream;
  }

  return {
    of,
    has: (name) => accounts.some(({ account }) => name === undefined || account.name === name),
    status() {
      const [first] = accounts;
      return accounts
        .filter((signedIn) => signedIn === first || open.has(signedIn.account.name))
        .map(({ account }) => ({ account, upstream: of(account.name).status() }));
    },
    idle: () => accounts.slice(1).flatMap(({ account }) => (open.has(account.name) ? [] : [account.name])),
    defaultStatus: () => (accounts.length > 0 ? of().status() : nobody()),
    async replace(next) {
      accounts = next;
      const stale = [...open].filter(
        ([name, { githubToken }]) => !next.some((one) => one.account.name === name && one.githubToken === githubToken),
      );
      for (const [name] of stale) open.delete(name);
      await Promise.all(stale.map(([, { upstream }]) => upstream.close()));
    },
    async close() {
      await Promise.all([...open.values()].map(({ upstream }) => upstream.close()));
    },
  };
}

function nobody(): UpstreamStatus {
  const { code, message } = notSignedIn(undefined);
  return {
    ready: false,
    road: null,
    apiOrigin: null,
    apiVersion: '',
    credentialKind: null,
    bearerSince: null,
    bearerExpires: null,
    blockedSince: null,
    problem: { code, message },
  };
}

function notSignedIn(accountName: string | undefined): ProxyError {
  // The default key belongs to nobody after the last account has signed out.
  if (accountName === undefined || accountName === '')
    return new ProxyError('upstream_sign_in_required', 'No GitHub account is signed in: run `crossfeed login`.');
  return new ProxyError(
    'upstream_sign_in_required',
    `The GitHub account '${accountName}' of this key is not signed in: run \`crossfeed login\` with it, or give the key another account with \`crossfeed use\`.`,
  );
}
