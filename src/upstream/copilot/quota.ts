/** Reads what GitHub says of a seat and its quota: tolerant, because plans of many ages are answered differently. */
import type { Quota, QuotaSnapshot } from '../../canonical/quota.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import type { GithubGet } from './github-api.ts';
import { githubRefusal } from './token-exchange.ts';
import { isObject, parseJson, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { textOf } from './wire-value.ts';

/** Asks GitHub. Rejects with a `ProxyError`, of the same codes as a model call. */
export async function askQuota(get: GithubGet): Promise<Quota> {
  const reply = await get('/copilot_internal/user');
  if (reply.status !== 200) throw githubRefusal(reply, 'user');
  const quota = readQuota(parseJson(reply.text));
  if (quota !== undefined) return quota;
  throw new ProxyError('upstream_invalid_response', 'GitHub answered with something that is no quota.');
}

/** The sku under which GitHub reports free seats, whose plan it calls `individual`. */
const freeSku = 'free_limited_copilot';

/** The quota in an answer of `/copilot_internal/user`; undefined where it is no such answer at all. */
export function readQuota(json: unknown): Quota | undefined {
  if (!isObject(json)) return undefined;
  const sku = textOf(json['access_type_sku']) ?? null;
  const plan = textOf(json['copilot_plan']);
  const snapshots = snapshotsOf(json);
  if (sku === null && plan === undefined && snapshots.length === 0 && textOf(json['login']) === undefined)
    return undefined;
  return {
    login: textOf(json['login']) ?? null,
    plan: sku === freeSku ? 'free' : (plan ?? 'unknown'),
    sku,
    tokenBasedBilling: json['token_based_billing'] === true || saysTokenBased(json['quota_snapshots']),
    resetDate:
      dateOf(json['quota_reset_date']) ??
      dateOf(json['quota_reset_date_utc']) ??
      dateOf(json['limited_user_reset_date']) ??
      null,
    snapshots: snapshots.length > 0 ? snapshots : freeSnapshots(json),
  };
}

/** By id as GitHub sends them, or as a list: the id is in the snapshot too. */
function rowsOf(value: unknown): readonly (readonly [id: string, row: JsonObject])[] {
  if (Array.isArray(value))
    return value.filter(isObject).map((row) => [textOf(row['quota_id']) ?? 'unknown', row] as const);
  return Object.entries(objectOf(value)).flatMap(([id, row]) => (isObject(row) ? [[id, row] as const] : []));
}

function saysTokenBased(snapshots: unknown): boolean {
  return rowsOf(snapshots).some(([, row]) => row['token_based_billing'] === true);
}

function snapshotsOf(json: JsonObject): readonly QuotaSnapshot[] {
  return rowsOf(json['quota_snapshots']).map(([id, row]) => {
    const total = numberOf(row['entitlement']);
    // Unlimited comes as a flag, or as an entitlement of -1; the figures beside it mean nothing.
    const unlimited = row['unlimited'] === true || total === -1;
    const entitlement = unlimited ? null : total;
    const remaining = unlimited ? null : (numberOf(row['quota_remaining']) ?? numberOf(row['remaining']));
    return {
      id,
      unlimited,
      entitlement,
      remaining,
      percentRemaining: unlimited ? null : (numberOf(row['percent_remaining']) ?? percentOf(remaining, entitlement)),
      overagePermitted: row['overage_permitted'] === true,
      overageCount: numberOf(row['overage_count']),
    };
  });
}

/** The fields of free seats from before there were snapshots: what is left, and what a month has. */
function freeSnapshots(json: JsonObject): readonly QuotaSnapshot[] {
  const left = objectOf(json['limited_user_quotas']);
  const monthly = objectOf(json['monthly_quotas']);
  return [...new Set([...Object.keys(monthly), ...Object.keys(left)])].flatMap((id) => {
    const entitlement = numberOf(monthly[id]);
    const remaining = numberOf(left[id]);
    if (entitlement === null && remaining === null) return [];
    return {
      id,
      unlimited: false,
      entitlement,
      remaining,
      percentRemaining: percentOf(remaining, entitlement),
      overagePermitted: false,
      overageCount: null,
    };
  });
}

function percentOf(remaining: number | null, entitlement: number | null): number | null {
  if (remaining === null || entitlement === null || entitlement <= 0) return null;
  return Math.round((remaining / entitlement) * 1000) / 10;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** `YYYY-MM-DD` of a date, a time or unix seconds. */
function dateOf(value: unknown): string | undefined {
  if (typeof value === 'string') return /^\d{4}-\d{2}-\d{2}(?=$|T)/.exec(value)?.[0];
  const seconds = numberOf(value);
  return seconds !== null && seconds > 0 && seconds < 1e11
    ? new Date(seconds * 1000).toISOString().slice(0, 10)
    : undefined;
}
