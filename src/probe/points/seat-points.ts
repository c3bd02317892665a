/** Points that GitHub's own word on the seat decides: GETs, which cost nothing. */
import { numberOrNull, objectOf, parseJson, type JsonObject } from '../../canonical/json-value.ts';
import { evidenceOfLook, undecided } from '../probe-point.ts';
import type { Observation, ProbePoint } from '../probe-point.ts';

type SeatPoint = Omit<ProbePoint, 'plan' | 'observe' | 'section' | 'request'> & {
  /** What the answer says; a sentence where this seat cannot tell. */
  readonly read: (seat: JsonObject) => { readonly seen: string } | string;
};

const word = (value: unknown) => (typeof value === 'string' && /^[\w-]{1,60}$/.test(value) ? value : 'unknown');

const rows: readonly SeatPoint[] = [
  {
    id: 'plan',
    question: 'Under which plan and sku does GitHub report this seat?',
    reference: 'an open set of words; only some are known',
    simulator: null,
    read: (seat) => ({ seen: `${word(seat['copilot_plan'])} ${word(seat['access_type_sku'])}` }),
  },
  {
    id: 'billing',
    question: 'Does the seat pay in credits, or still in premium requests?',
    reference: 'credits, but for some annual plans',
    simulator: 'credits',
    read: (seat) => ({ seen: seat['token_based_billing'] === true ? 'credits' : 'requests' }),
  },
  {
    id: 'monthly-credits',
    question: 'How many credits has this plan a month?',
    reference: 'Pro 1500, Pro+ 7000; Max is not known',
    simulator: null,
    read(seat) {
      const snapshots = objectOf(seat['quota_snapshots']);
      const paying = objectOf(snapshots['premium_models'] ?? snapshots['premium_interactions']);
      const credits = numberOrNull(paying['entitlement']);
      if (seat['token_based_billing'] !== true) return 'the seat does not pay in credits';
      return credits === null || paying['unlimited'] === true
        ? 'GitHub names no end for this seat'
        : { seen: String(credits) };
    },
  },
  {
    id: 'free-chats',
    question: 'How many chats a month has the free plan?',
    reference: '50 by the plan pages, 200 in an answer seen',
    simulator: null,
    read(seat) {
      if (seat['access_type_sku'] !== 'free_limited_copilot') return 'the seat is not on the free plan';
      const chats = numberOrNull(objectOf(seat['monthly_quotas'])['chat']);
      return chats === null ? 'GitHub does not say' : { seen: String(chats) };
    },
  },
];

const request = 'GET /copilot_internal/user';

export const seatPoints: readonly ProbePoint[] = [
  ...rows.map(({ read, ...known }): ProbePoint => ({
    ...known,
    section: '§10.3, §9',
    request,
    plan: () => [],
    async observe(world): Promise<Observation> {
      const reply = await world.look({ at: 'github', path: '/copilot_internal/user' });
      if (reply.status !== 200) return undecided('GitHub does not say', [evidenceOfLook(request, reply)]);
      const found = read(objectOf(parseJson(reply.text)));
      if (typeof found === 'string') return undecided(found);
      return { ...found, evidence: [evidenceOfLook(request, reply, found.seen)] };
    },
  })),
  {
    id: 'foreign-exchange',
    section: '§10.3, §1.3',
    question: "With which status is the exchange of another app's `gho_` token refused?",
    request: 'GET /copilot_internal/v2/token with such a token',
    reference: '404; some report 403',
    simulator: '404',
    plan: () => [],
    async observe(world) {
      if (world.credentialKind !== 'gho_') return undecided('it takes a gho_ token (of gh, or the Copilot CLI)');
      const reply = await world.look({ at: 'github', path: '/copilot_internal/v2/token' });
      return {
        seen: String(reply.status),
        evidence: [evidenceOfLook('GET /copilot_internal/v2/token', reply)],
      };
    },
  },
];
