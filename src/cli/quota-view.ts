/** A quota for a person, with a bar and the user's own time, or as columns for a pipe. */
import { systemClock } from '../base/clock.ts';
import { payingIds, type Quota, type QuotaSnapshot } from '../canonical/quota.ts';
import { plain } from '../observability/exchange-line.ts';
import type { Paint } from '../observability/exchange-line.ts';
import { createRedactor } from '../observability/redact.ts';
import type { CliContext } from './cli-context.ts';
import { localTime } from './local-time.ts';
import { paintFor } from './paint.ts';
import { writeTable } from './table.ts';

export interface ViewOptions {
  /** Wall time in ms since the epoch. */
  readonly nowMs: number;
  /** An IANA name; the machine's own without it. */
  readonly timeZone?: string;
  readonly paint?: Paint;
}

const dayMs = 24 * 60 * 60 * 1000;
const barWidth = 24;

export function writeQuota(context: CliContext, quota: Quota): void {
  if (!context.isTty.stdout) return writeTable(context, quotaColumns(quota));
  context.stdout.write(quotaText(quota, { nowMs: systemClock.now(), paint: paintFor(context.colors) }));
}

/** Quota, left, of, percent left, renewed at, overage, overage used; empty is unknown. */
export function quotaColumns(quota: Quota): readonly (readonly string[])[] {
  const resets = resetMs(quota);
  const cell = (value: number | string | null) => String(value ?? '');
  return ordered(quota).map((snapshot) => [
    clean(snapshot.id),
    snapshot.unlimited ? 'unlimited' : cell(snapshot.remaining),
    snapshot.unlimited ? '' : cell(snapshot.entitlement),
    cell(snapshot.percentRemaining),
    resets === null ? '' : new Date(resets).toISOString(),
    snapshot.overagePermitted ? 'permitted' : 'not permitted',
    cell(snapshot.overageCount),
  ]);
}

export function quotaText(quota: Quota, { nowMs, timeZone, paint = plain }: ViewOptions): string {
  const names = ordered(quota).map((snapshot) => [nameOf(snapshot, quota), snapshot] as const);
  const width = Math.max(8, ...names.map(([name]) => name.length)) + 2;
  const row = (label: string, text: string) => `  ${paint.dim(label.padEnd(width))}${text}`;
  const sku = quota.sku === null ? '' : ` (${clean(quota.sku)})`;
  return [
    '',
    ...(quota.login === null ? [] : [row('account', clean(quota.login))]),
    row('plan', `${clean(quota.plan)}${sku}`),
    ...names.map(([name, snapshot]) => row(name, snapshotText(snapshot, paint))),
    row('renewed', resetText(quota, nowMs, timeZone)),
    '',
    '',
  ].join('\n');
}

function snapshotText(snapshot: QuotaSnapshot, paint: Paint): string {
  const { remaining, entitlement, percentRemaining, overageCount } = snapshot;
  if (snapshot.unlimited) return 'unlimited';
  const left = remaining === null ? 'unknown' : `${count(remaining)} left`;
  const of = entitlement === null ? '' : ` of ${count(entitlement)}`;
  const used = overageCount === null || overageCount === 0 ? '' : `, ${count(overageCount)} used`;
  const overage = snapshot.overagePermitted ? `, overage permitted${used}` : '';
  if (percentRemaining === null) return `${left}${of}${overage}`;
  return `${bar(percentRemaining, paint)} ${left}${of} (${percentRemaining} %)${overage}`;
}

/** Red below a tenth, yellow below a quarter. */
function bar(percent: number, paint: Paint): string {
  const filled = Math.round((Math.min(100, Math.max(0, percent)) / 100) * barWidth);
  const color = percent < 10 ? 'red' : percent < 25 ? 'yellow' : 'green';
  return `[${paint[color]('#'.repeat(filled))}${'-'.repeat(barWidth - filled)}]`;
}

/** What the seat pays with comes first. */
function ordered({ snapshots }: Quota): readonly QuotaSnapshot[] {
  const rank = ({ id }: QuotaSnapshot) => (payingIds.includes(id) ? 0 : 1);
  return snapshots.toSorted((a, b) => rank(a) - rank(b));
}

function nameOf({ id }: QuotaSnapshot, { tokenBasedBilling }: Quota): string {
  if (payingIds.includes(id)) return tokenBasedBilling ? 'credits' : 'premium requests';
  return clean(id);
}

/** GitHub renews at midnight UTC of the day it names. */
function resetMs({ resetDate }: Quota): number | null {
  const at = resetDate === null ? Number.NaN : Date.parse(`${resetDate}T00:00:00Z`);
  return Number.isNaN(at) ? null : at;
}

function resetText(quota: Quota, nowMs: number, timeZone: string | undefined): string {
  const at = resetMs(quota);
  if (at === null) return 'GitHub does not say when';
  const days = Math.ceil((at - nowMs) / dayMs);
  const inDays = days <= 0 ? 'due' : days === 1 ? 'within a day' : `in ${days} days`;
  return `${localTime(at, timeZone)} (${inDays})`;
}

function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

/** GitHub's words, on a terminal: nothing in them may move the cursor. */
function clean(text: string): string {
  return createRedactor().redact(text);
}
