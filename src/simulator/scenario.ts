/** What the simulator plays: whose seat it is, what is sold, how long tokens live, how fast answers come. */
import type { DeviceScenario } from './device-scenario.ts';
import { defaultDisputedPoints, type DisputedPoints } from './disputed-points.ts';
import { exchangeRefusals, type ExchangeRefusal } from './exchange-refusals.ts';
import type { Fault } from './faults.ts';
import { defaultModels, type ModelSpec } from './models.ts';
import { defaultSeatScenario, type SeatScenario } from './seat-scenario.ts';

/** A GitHub App user token (`ghu_`) that the default scenario exchanges, and also takes as a direct bearer. */
export const simulatedGithubToken = 'ghu_simulatedUserOfCrossfeed0000000000';
/** An OAuth app token (`gho_`): may not be exchanged, goes straight to the Copilot API. */
export const simulatedOauthToken = 'gho_simulatedUserOfCrossfeed0000000000';
/** A fine-grained token (`github_pat_`): direct only, and only with an allow-listed integration id. */
export const simulatedPatToken = 'github_pat_simulatedUserOfCrossfeed0000000000';
/** An installation token (`ghs_`, GitHub Actions): direct only, under the same integration ids. */
export const simulatedInstallationToken = 'ghs_simulatedUserOfCrossfeed0000000000';
/** A fine-grained token without the permission "Copilot Requests". */
export const simulatedPermissionlessToken = 'github_pat_simulatedWithoutPermission000000000';

/** The app whose sign-in gives `ghu_` tokens: that of the Copilot editor plugins. */
export const simulatedLoginClientId = 'Iv1.b507a08c87ecfe98';

/** A token whose exchange is refused with that notification, or in that other way. */
export function simulatedRefusedToken(refusal: ExchangeRefusal): string {
  return `ghu_simulatedRefused_${refusal}`;
}

export interface Scenario extends DisputedPoints, SeatScenario {
  readonly login: string;
  /** `copilot_plan` and `sku` on the wire: open sets of strings. */
  readonly plan: string;
  readonly sku: string;
  /** GitHub tokens that work. Their prefix decides what they may do (reference §1.2). */
  readonly githubTokens: readonly string[];
  /** GitHub tokens whose owner has no seat: the exchange answers with the 403 envelope. */
  readonly seatlessTokens: readonly string[];
  /** Fine-grained tokens that lack the permission: known to GitHub, refused by the Copilot API. */
  readonly permissionlessTokens: readonly string[];
  /** GitHub tokens by the way in which their exchange is refused. */
  readonly refusedTokens: Readonly<Record<string, ExchangeRefusal>>;
  /** Apps that people can sign in with, and the prefix of the tokens that these get. */
  readonly clientIds: Readonly<Record<string, string>>;
  readonly device: DeviceScenario;
  /** The host name that alone serves the seat, on the simulator's port: others answer 421. Null: any. */
  readonly apiHostname: string | null;
  /** Ids of models whose policy a person may not change. */
  readonly lockedModels: readonly string[];
  readonly models: readonly ModelSpec[];
  /** The seat's monthly credits, and how many of them are spent already. */
  readonly entitlementCredits: number;
  readonly spentCredits: number;
  /** How long exchanged tokens live; `refreshInS` is only what the envelope recommends. */
  readonly tokenLifeS: number;
  readonly refreshInS: number;
  readonly integrationIds: readonly string[];
  readonly apiVersions: readonly string[];
  /** Waits between the events of a stream; 0 sends as fast as the client reads. */
  readonly eventDelayMs: number;
  /** Faults that are armed from the start. */
  readonly faults: readonly Fault[];
}

export const defaultScenario: Scenario = {
  ...defaultDisputedPoints,
  ...defaultSeatScenario,
  login: 'simulated-octocat',
  plan: 'individual_pro',
  sku: 'yearly_subscriber_quota',
  githubTokens: [simulatedGithubToken, simulatedOauthToken, simulatedPatToken, simulatedInstallationToken],
  seatlessTokens: ['ghu_simulatedWithoutSeat00000000000000000'],
  permissionlessTokens: [simulatedPermissionlessToken],
  refusedTokens: Object.fromEntries(exchangeRefusals.map((refusal) => [simulatedRefusedToken(refusal), refusal])),
  clientIds: {
    [simulatedLoginClientId]: 'ghu_',
    Ov23ctDVkRmgkPke0Mmm: 'gho_',
    Ov23li8tweQw6odWQebz: 'gho_',
    '178c6fc778ccc68e1d6a': 'gho_',
  },
  device: {
    decision: 'approved',
    pendingPolls: 1,
    intervalS: 5,
    expiresInS: 900,
    slowDownAt: [],
    namesInterval: true,
    error: null,
  },
  apiHostname: null,
  lockedModels: [],
  models: defaultModels,
  entitlementCredits: 7000,
  spentCredits: 678.6,
  tokenLifeS: 1800,
  refreshInS: 1500,
  integrationIds: ['vscode-chat', 'copilot-developer-cli', 'jetbrains-chat', 'copilot-chat', 'vscode-nes'],
  apiVersions: ['2026-08-01', '2026-06-01', '2025-10-01', '2025-05-01', '2025-04-01', '2022-11-28'],
  eventDelayMs: 0,
  faults: [],
};
