/** Why GitHub gives a token no Copilot: its notification ids, statuses and texts as one plain cause, and the cure. */
import { readErrorBody } from './error-body.ts';
import type { ErrorBody } from './error-body.ts';
import { presentable } from './error-text.ts';

export type RefusalCause =
  | 'no-token'
  | 'wrong-kind'
  | 'dead-token'
  | 'missing-permission'
  | 'app-not-permitted'
  | 'no-seat'
  | 'seat-ended'
  | 'policy'
  | 'managed-account'
  | 'setup-missing'
  | 'blocked'
  | 'billing'
  | 'trade-restriction'
  | 'rate-limited'
  | 'github-down'
  | 'unreachable'
  | 'wrong-host'
  | 'unknown';

/** One refusal, explained. Every text is fit to be shown. */
export interface Explanation {
  readonly cause: RefusalCause;
  readonly sentence: string;
  /** What to do, in one sentence. */
  readonly cure: string;
  /** GitHub's own message; null where it gave none. */
  readonly githubSays: string | null;
  /** GitHub's own link, or the page where the cure is; null where neither is known. */
  readonly link: string | null;
}

type Row = readonly [cause: RefusalCause, sentence: string, cure: string, link?: string];

const settings = 'https://github.com/settings/copilot';
const billing = 'https://github.com/settings/billing';
const support = 'https://support.github.com';

const noSeat: Row = [
  'no-seat',
  'This login has no Copilot seat.',
  'Sign up for Copilot, ask your organisation for a seat, or sign in as the login that has one.',
  settings,
];
const ended: Row = [
  'seat-ended',
  'The Copilot seat of this login has ended.',
  'Renew the subscription, or sign in as another login.',
  settings,
];
const coupon: Row = [
  'seat-ended',
  'The coupon that paid for this seat is no longer good.',
  'Renew the seat at GitHub.',
  billing,
];
const trade: Row = [
  'trade-restriction',
  'GitHub offers no Copilot here because of trade restrictions.',
  'Only GitHub can lift this.',
  'https://docs.github.com/site-policy/other-site-policies/github-and-trade-controls',
];
const wrongApp: Row = [
  'app-not-permitted',
  'GitHub lets no program of this kind exchange tokens.',
  'Reset identity.* to its defaults, or sign in with a fine-grained token that has "Copilot Requests".',
];

/** `notification_id` of the 403 envelope. */
const notifications: Readonly<Record<string, Row>> = {
  no_copilot_access: noSeat,
  not_signed_up: noSeat,
  subscription_ended: ended,
  expired_coupon: coupon,
  revoked_coupon: coupon,
  enterprise_managed_user_account: [
    'managed-account',
    'This login is managed by an enterprise, which gives it no Copilot seat.',
    'Ask the enterprise’s administrator for a seat.',
  ],
  feature_flag_blocked: [
    'blocked',
    'GitHub has switched Copilot off for this login.',
    'Ask GitHub support why; every further try would count against the account.',
    support,
  ],
  spammy_user: [
    'blocked',
    'GitHub has flagged this login, and gives it no Copilot.',
    'Ask GitHub support to look at the account.',
    support,
  ],
  access_revoked: [
    'policy',
    'The access of this login to Copilot was revoked.',
    'Ask your organisation, or GitHub support where the seat is your own.',
    settings,
  ],
  billing_locked: ['billing', 'The account is locked for a matter of billing.', 'Settle it at GitHub.', billing],
  trade_restricted: trade,
  trade_restricted_country: trade,
  codespaces_demo_inactive: [
    'seat-ended',
    'The Copilot of a Codespaces demo works in that demo only.',
    'Sign in as a login with a seat of its own.',
  ],
  snippy_not_configured: [
    'setup-missing',
    'Copilot’s setting for suggestions that match public code was never chosen.',
    'Choose it once in the Copilot settings.',
    settings,
  ],
  go_http_client: wrongApp,
  programmatic_token_generation: wrongApp,
  server_error: ['github-down', 'GitHub failed to look this seat up.', 'Try again in a few minutes.'],
};

/** Texts of plain answers, in the order in which they are looked for. */
const texts: readonly (readonly [words: RegExp, row: Row])[] = [
  [
    /does not have copilot requests permission/,
    [
      'missing-permission',
      'The fine-grained token lacks the permission "Copilot Requests".',
      'Give it the account permission "Copilot Requests" (read), with yourself as resource owner.',
      'https://github.com/settings/personal-access-tokens',
    ],
  ],
  [
    /personal access tokens are not supported/,
    [
      'app-not-permitted',
      'GitHub takes a fine-grained token under certain integration ids only.',
      'Reset identity.tokenIntegrationId to its default.',
    ],
  ],
  [
    /not accessible by personal access token/,
    [
      'wrong-kind',
      'GitHub exchanges no personal access token.',
      'Set upstream.road to auto or direct: such a token is sent as it is.',
    ],
  ],
  [
    /terms of (?:service|use)|acceptable use|\babus|suspended|suspicious/,
    [
      'blocked',
      'GitHub blocks this account for how it is used.',
      'Stop, and ask GitHub support; every further try would count against the account.',
      support,
    ],
  ],
  [
    /saml|single sign-on|\bsso\b/,
    [
      'policy',
      'The organisation wants this token to be authorised for its single sign-on.',
      'Authorise it at GitHub, then try again.',
    ],
  ],
  [
    /polic(?:y|ies)|disabled by|not enabled/,
    [
      'policy',
      'A policy of the organisation or enterprise forbids this.',
      'Ask its administrator to allow Copilot for this use.',
      settings,
    ],
  ],
  [
    /copilot-integration-id|editor-version/,
    [
      'app-not-permitted',
      'GitHub does not take the identity that is sent.',
      'Reset identity.* to its defaults, or take newer values.',
    ],
  ],
];

const limited: Row = ['rate-limited', 'GitHub’s API limits this login for now.', 'Wait; nothing has to be changed.'];

const byStatus: Readonly<Record<number, Row>> = {
  401: [
    'dead-token',
    'GitHub no longer accepts this token: it ended, or was revoked.',
    'Sign in again: `crossfeed login`.',
  ],
  404: [
    'app-not-permitted',
    'GitHub exchanges no token of this kind or of the app that it was made for.',
    'Set upstream.road to auto or direct, or sign in anew: `crossfeed login`.',
  ],
  421: [
    'wrong-host',
    'The seat is served by another host.',
    'Remove upstream.copilotApiUrl, so that the host is found by itself.',
  ],
  429: limited,
};

/** What a non-2xx answer to a token means; the status counts where its words say nothing. */
export function explainRefusal(status: number, bodyText: string): Explanation {
  const body = readErrorBody(bodyText);
  const row = rowFor(status, body.code, body.matchText);
  const [cause, sentence, cure, link] = row ?? unknownRow(status);
  return {
    cause,
    sentence,
    cure,
    githubSays: body.message === '' ? null : body.message,
    link: httpsLink(body.link) ?? link ?? null,
  };
}

/** Whether a refusal by GitHub's API is a block of the account: nothing more may be asked then. */
export function isBlockOfAccount(status: number, bodyText: string): boolean {
  return status === 403 && explainRefusal(status, bodyText).cause === 'blocked';
}

/** What mends a fine-grained token that the Copilot API refuses: its own words name neither page nor setting. */
export function cureOfToken({ matchText }: ErrorBody): string | null {
  const [, row] = texts.find(([pattern]) => pattern.test(matchText)) ?? [];
  if (row === undefined || (row[0] !== 'missing-permission' && row[0] !== 'app-not-permitted')) return null;
  const [, , cure, link] = row;
  return link === undefined ? cure : `${cure} ${link}`;
}

function rowFor(status: number, notification: string, words: string): Row | undefined {
  if (status >= 500) return undefined;
  if (Object.hasOwn(notifications, notification)) return notifications[notification];
  if (status === 403 && /rate limit/.test(words)) return limited;
  return texts.find(([pattern]) => pattern.test(words))?.[1] ?? byStatus[status];
}

function unknownRow(status: number): Row {
  if (status === 511)
    return ['unknown', 'This network wants a sign-in of its own.', 'Open a web page, sign in there, and try again.'];
  if (status >= 500) return ['github-down', `GitHub failed with HTTP ${status}.`, 'Try again in a few minutes.'];
  if (status === 403)
    return [
      'no-seat',
      'GitHub gives this login no Copilot access.',
      'Look at the Copilot settings, or sign in as another login.',
      settings,
    ];
  return ['unknown', `GitHub answered with HTTP ${status}.`, 'Run `crossfeed status` again later.'];
}

/** A link is shown to people, who click: https on a host of GitHub's, or none. */
function httpsLink(value: string | undefined): string | undefined {
  if (value === undefined || presentable(value) !== value || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  const own = /(?:^|\.)(?:github\.com|ghe\.com|gh\.io|aka\.ms)$/.test(url.hostname);
  return own && url.protocol === 'https:' && url.username === '' ? url.href : undefined;
}
