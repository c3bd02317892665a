/** What a scenario may say of the seat: how it is billed and limited, what is switched off, how answers misbehave. */
import type { SearchWeather } from './conversation.ts';
import type { QuirkName } from './quirks/all-quirks.ts';

export interface UserNotification {
  readonly message: string;
  readonly notification_id: string;
  readonly title: string;
  readonly url: string;
}

export interface SeatScenario {
  /** False: a legacy plan, where every human turn costs a premium request and tokens cost nothing. */
  readonly tokenBasedBilling: boolean;
  /** Premium requests a month, on a legacy plan. */
  readonly entitlementRequests: number;
  /** A free plan: so many human turns and completions a month. Null: a paid one. */
  readonly freeQuotas: { readonly chat: number; readonly completions: number } | null;
  /** Whether calls go on once the month's credits are used up, and how many credits more at most. */
  readonly overagePermitted: boolean;
  readonly overageLimitCredits: number | null;
  /** False: an organisation that has set up no billing; only free models answer. */
  readonly billingConfigured: boolean;
  /** Credits within five hours and within a week; headers tell of them from half of it on. Null: no limit. */
  readonly sessionLimitCredits: number | null;
  readonly weeklyLimitCredits: number | null;
  /** How long `ghu_` tokens live: 28800 for an app with expiring tokens; null for ever. */
  readonly githubTokenLifeS: number | null;
  /** The soft notice in the envelope of an exchange. */
  readonly userNotification: UserNotification | null;
  /** The oldest `Editor-Version` by editor: older ones are refused with 466. */
  readonly oldestEditors: Readonly<Record<string, string>>;
  /** Ids that left the catalogue: neither listed nor served. */
  readonly retiredModels: readonly string[];
  /** As on Student plans: models answer only within auto mode. */
  readonly autoOnly: boolean;
  /** What auto mode chooses from, the first one first; the share of the price it takes off; how long its token lives. */
  readonly autoModels: readonly string[];
  readonly autoDiscount: number;
  readonly sessionLifeS: number;
  /** GitHub has blocked the account for abuse: every call is refused until this is false again. */
  readonly abuseBlocked: boolean;
  /** How every answer misbehaves. */
  readonly quirks: readonly QuirkName[];
  /** How the vendor's own searches of the web turn out, and how long a slow one takes. */
  readonly webSearch: SearchWeather;
  readonly searchDelayMs: number;
  /** The wait of the quirk `silent-thinking`. */
  readonly thinkingDelayMs: number;
}

export const defaultSeatScenario: SeatScenario = {
  tokenBasedBilling: true,
  entitlementRequests: 300,
  freeQuotas: null,
  overagePermitted: true,
  overageLimitCredits: null,
  billingConfigured: true,
  sessionLimitCredits: null,
  weeklyLimitCredits: null,
  githubTokenLifeS: null,
  userNotification: null,
  oldestEditors: { vscode: '1.80.0' },
  retiredModels: ['claude-opus-4.5', 'gpt-5.4', 'gemini-3.7-flash'],
  autoOnly: false,
  autoModels: ['claude-sonnet-5.5', 'gpt-6-luna', 'gpt-5.2', 'gemini-3.8-flash'],
  autoDiscount: 0.1,
  sessionLifeS: 3600,
  abuseBlocked: false,
  quirks: [],
  webSearch: 'found',
  searchDelayMs: 3000,
  thinkingDelayMs: 2000,
};
