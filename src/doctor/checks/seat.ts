/** Checks of the seats: the login, the token, what GitHub grants, its models, a block. */
import { ProxyError } from '../../errors/proxy-error.ts';
import { payingSnapshot } from '../../canonical/quota.ts';
import type { AccountSummary } from '../../control/contract.ts';
import { check } from '../check.ts';
import type { DoctorWorld } from '../doctor-world.ts';

const nearPercent = 10;

export const loginCheck = check(
  'login',
  'Login',
  {
    none: {
      state: 'problem',
      cause: 'Nobody is signed in, or the token that is set cannot be used.',
      cure: 'Sign in with `crossfeed login`, or set CROSSFEED_GITHUB_TOKEN to a token of your own.',
    },
  },
  async (world) => {
    try {
      const accounts = await world.accounts();
      if (accounts.length > 0) return [{ seen: accounts.map(named).join(', ') }];
      return [{ kind: 'none', seen: 'no account' }];
    } catch (thrown) {
      return [{ kind: 'none', seen: thrown instanceof Error ? thrown.message : 'unknown' }];
    }
  },
);

function named({ account, upstream }: AccountSummary): string {
  const facts = [upstream.credentialKind, upstream.road].filter((one) => one !== null);
  return facts.length === 0 ? account.name : `${account.name} (${facts.join(', ')})`;
}

export const seatCheck = check(
  'seat',
  'Seat',
  {
    'signed-out': {
      state: 'problem',
      cause: 'GitHub does not take the token any more: it was revoked or has expired.',
      cure: 'Sign in again with `crossfeed login`, or set CROSSFEED_GITHUB_TOKEN to a fresh token.',
    },
    refused: {
      state: 'problem',
      cause: 'GitHub refuses: no Copilot seat, a policy of the organization, or a plan without this.',
      cure: 'Look at github.com/settings/copilot, or ask who administers your organization.',
    },
    unreachable: {
      state: 'problem',
      cause: 'GitHub did not answer for this seat.',
      cure: 'See what the findings about GitHub and the network say; else wait and try again.',
    },
    'used-up': {
      state: 'problem',
      cause: 'The credits of this seat are used up, and GitHub bills none beyond.',
      cure: 'Wait for the reset, or allow more at github.com/settings/billing.',
    },
    low: {
      state: 'warning',
      cause: 'Less than a tenth of the seat’s credits is left.',
      cure: '`crossfeed usage` shows when they run out, and on what they went.',
    },
  },
  (world) =>
    eachAccount(world, async ({ account: { name } }) => {
      try {
        const quota = await world.quota(name);
        const plan = quota.sku === null ? quota.plan : `${quota.plan} (${quota.sku})`;
        const paying = payingSnapshot(quota);
        const left = paying?.percentRemaining ?? null;
        const seen = `${name}: ${plan}${left === null ? '' : `, ${Math.round(left)} % left`}`;
        if (left === null || paying === undefined) return { seen };
        if (left <= 0 && !paying.overagePermitted) return { kind: 'used-up' as const, seen };
        return left < nearPercent ? { kind: 'low' as const, seen } : { seen };
      } catch (thrown) {
        return { kind: seatKind(thrown), seen: `${name}: ${wordsOf(thrown)}` };
      }
    }),
);

function seatKind(thrown: unknown): 'signed-out' | 'refused' | 'unreachable' {
  const code = codeOf(thrown);
  if (code === 'upstream_sign_in_required') return 'signed-out';
  return code === 'upstream_forbidden' ? 'refused' : 'unreachable';
}

export const modelsCheck = check(
  'models',
  'Models',
  {
    unavailable: {
      state: 'problem',
      cause: 'The list of the seat’s models could not be had: no call can be routed.',
      cure: 'See what the findings about seat and GitHub say; else wait and try again.',
    },
    none: {
      state: 'problem',
      cause: 'The seat lists no model that can be asked.',
      cure: 'Allow models at github.com/settings/copilot, or ask who administers your organization.',
    },
    terms: {
      state: 'warning',
      cause: 'A policy or terms that nobody accepted keep models away.',
      cure: '`crossfeed models` shows them; `crossfeed models enable MODEL` shows the terms and accepts them.',
    },
  },
  (world) =>
    eachAccount(world, async ({ account: { name } }) => {
      try {
        const models = await world.models(name);
        const usable = models.filter(({ policyState }) => policyState === 'enabled');
        const seen = `${name}: ${usable.length} of ${models.length} usable`;
        if (usable.length === 0) return { kind: 'none' as const, seen };
        return usable.length < models.length ? { kind: 'terms' as const, seen } : { seen };
      } catch (thrown) {
        return { kind: 'unavailable' as const, seen: `${name}: ${wordsOf(thrown)}` };
      }
    }),
);

export const blockCheck = check(
  'block',
  'Block by GitHub',
  {
    blocked: {
      state: 'problem',
      cause: 'GitHub said that this account behaves abusively: nothing is sent until its owner says so.',
      cure: 'Stop what called too much, read GitHub’s mail, and then `crossfeed resume`.',
    },
  },
  (world) =>
    eachAccount(world, async ({ account: { name }, upstream: { blockedSince } }) =>
      blockedSince === null
        ? { seen: `${name}: none` }
        : { kind: 'blocked' as const, seen: `${name}: since ${new Date(blockedSince).toISOString()}` },
    ),
);

async function eachAccount<T extends { readonly seen: string }>(
  world: DoctorWorld,
  look: (account: AccountSummary) => Promise<T>,
): Promise<readonly T[]> {
  return Promise.all((await world.accounts()).map(look));
}

/** Of a `ProxyError`, or of a running proxy that hands one on. */
function codeOf(thrown: unknown): string {
  if (thrown instanceof ProxyError) return thrown.code;
  return thrown instanceof Error && 'reason' in thrown && typeof thrown.reason === 'string' ? thrown.reason : '';
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : 'unknown';
}
