/** What becomes of each member of a request when it is translated, as data: the code reads it, and so does the docs page. */
import { isObject, type JsonObject } from '../canonical/json-value.ts';
import type { Report } from '../canonical/request-edit.ts';

export interface MemberRow {
  /** `kept` as it is, `mapped` to other words, `dropped`: it means nothing elsewhere, and that is reported. */
  readonly fate: 'kept' | 'mapped' | 'dropped';
  readonly note: string;
  /** Values with which nothing is lost, so nothing is reported; null is always one. */
  readonly harmless?: readonly unknown[];
  /** An empty object asks for it as well. */
  readonly saysMuchEmpty?: true;
}

export type MemberTable = Readonly<Record<string, MemberRow>>;

export const kept = (note: string): MemberRow => ({ fate: 'kept', note });
export const mapped = (note: string): MemberRow => ({ fate: 'mapped', note });
export const dropped = (note: string, ...harmless: readonly unknown[]): MemberRow => ({
  fate: 'dropped',
  note,
  harmless,
});

/** Reports what of `body` is dropped or unknown. */
export function reportMembers(table: MemberTable, body: JsonObject, report: Report): void {
  for (const [member, value] of Object.entries(body)) {
    const row = Object.hasOwn(table, member) ? table[member] : undefined;
    const isEmpty = saysNothing(value) && !(row?.saysMuchEmpty && isObject(value));
    if ((row && row.fate !== 'dropped') || isEmpty || row?.harmless?.includes(value)) continue;
    report({ rule: 'not-carried', path: member, reason: row?.note ?? `Nothing is known of a member ${member}.` });
  }
}

/** Null, or an empty list or object: with it nothing is lost. */
export function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return isObject(value) ? Object.keys(value).length === 0 : Array.isArray(value) && value.length === 0;
}
