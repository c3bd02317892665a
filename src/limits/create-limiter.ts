/** Politeness towards GitHub: each account has its own places, pace and queue (`security.md` R-1). */
import type { Clock } from '../base/clock.ts';
import type { PaceConfig } from '../config/config.ts';
import { createAccountLimiter, type AccountLimiter } from './account-limiter.ts';
import type { Limiter } from './limiter.ts';

export interface LimiterOptions {
  readonly config: PaceConfig;
  readonly clock: Clock;
}

export function createLimiter({ config, clock }: LimiterOptions): Limiter {
  /** As many as accounts were used: a handful, so none is ever forgotten. */
  const accounts = new Map<string, AccountLimiter>();

  function of(accountName: string): AccountLimiter {
    let account = accounts.get(accountName);
    if (account === undefined) {
      account = createAccountLimiter(config, clock);
      accounts.set(accountName, account);
    }
    return account;
  }

  return {
    admit: (request) => of(request.accountName).admit(request),
    observe: (accountName, verdict) => of(accountName).observe(verdict),
    status: (accountName) => of(accountName).status(),
  };
}
