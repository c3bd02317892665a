/** What the checks may ask of the machine, the proxy and GitHub; handed in, so that a test can be any of them. */
import type { BudgetState } from '../canonical/budget.ts';
import type { Model } from '../canonical/model.ts';
import type { Quota } from '../canonical/quota.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { ConnectedTool } from '../connect/connected-tools.ts';
import type { AccountSummary, ServerStatus } from '../control/contract.ts';

export interface HomeFacts {
  readonly path: string;
  readonly isThere: boolean;
  /** Files of ours that other users of the machine may read or write. */
  readonly open: readonly string[];
  /** On its file system; null where nobody knows. */
  readonly freeBytes: number | null;
}

/** How GitHub's API answered a request without a login. */
export type GithubLook =
  | {
      readonly kind: 'answered';
      readonly origin: string;
      readonly status: number;
      /** Whether the answer looks like GitHub's. */
      readonly isGithub: boolean;
      /** Its clock, in ms since the epoch; null where it said none. */
      readonly dateMs: number | null;
    }
  | {
      readonly kind: 'failed';
      readonly origin: string;
      readonly reason: 'dns' | 'tls' | 'proxy' | 'timeout' | 'unreachable';
      /** Of the operating system or the library. */
      readonly words: string;
    };

/** Each question is asked once, however many checks want the answer. */
export interface DoctorWorld {
  readonly version: string;
  readonly nodeVersion: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly nowMs: () => number;
  /** Throws `ConfigError`. */
  config(): Promise<LoadedConfig>;
  home(): Promise<HomeFacts>;
  /** What SQLite says of the database: `ok`, its complaint, or null where there is none yet. */
  store(): Promise<string | null>;
  /** The running proxy; null for none. Throws where its socket is unusable. */
  server(): Promise<ServerStatus | null>;
  /** Who has the address that the proxy would listen on. */
  port(): Promise<'free' | 'proxy' | 'other'>;
  /** Where the default key comes from. Throws where it cannot be read. */
  key(): Promise<string>;
  github(): Promise<GithubLook>;
  /** Whoever is signed in. Throws how to sign in. */
  accounts(): Promise<readonly AccountSummary[]>;
  /** Throw a `ProxyError`. */
  quota(account: string): Promise<Quota>;
  models(account: string): Promise<readonly Model[]>;
  budgets(): Promise<readonly BudgetState[]>;
  /** What was found out about models, one sentence each. */
  learned(): Promise<readonly string[]>;
  tools(): Promise<readonly ConnectedTool[]>;
  /** The installed version of a tool; null where it is not installed or says none. */
  toolVersion(tool: string): Promise<string | null>;
}
