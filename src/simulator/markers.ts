/**
 * Reads `[[sim:…]]` markers: faults and answers that a prompt can ask for by itself, in its newest human text.
 * `[[sim:cut N]]`, `[[sim:stall N]]`, `[[sim:error N]]` strike after N events (4 unless told), `[[sim:reset]]` and
 * `[[sim:429]]` (any status from 300 to 599) before any answer; `[[sim:long N]]` answers N words, `[[sim:slow MS]]`
 * waits between events, `[[sim:think]]` thinks, `[[sim:refuse]]` is stopped by the content filter, and
 * `[[sim:tool NAME {json}]]`, once or more, makes these calls. `[[sim:rate_limited 30 date]]`, or any other named
 * refusal, refuses with that `retry-after`; `[[sim:quirk NAME]]` puts a quirk on; `[[sim:fault {json}]]` is any fault.
 */
import { isFaultAction, type FaultAction } from './faults.ts';
import { parseJson } from './json-value.ts';
import { isRefusalName, retryForms, type RefusalName } from './named-refusals.ts';
import { isQuirkName } from './quirks/all-quirks.ts';

export interface Markers {
  readonly strikes: readonly FaultAction[];
  /** `[[sim:long N]]`: an answer of N words. */
  readonly words?: number;
  /** `[[sim:think]]`: think also where nothing asked for it. */
  readonly thinks: boolean;
  /** `[[sim:refuse]]`: the content filter ends the answer. */
  readonly refuses: boolean;
  /** `[[sim:tool NAME {json}]]`, any number of them: these calls in one answer. */
  readonly calls: readonly { readonly name: string; readonly input: string }[];
  /** `[[sim:slow MS]]`: wait between events. */
  readonly eventDelayMs?: number;
}

export function readMarkers(text: string): Markers {
  const strikes: FaultAction[] = [];
  const calls: { name: string; input: string }[] = [];
  let thinks = false;
  let refuses = false;
  let words: number | undefined;
  let eventDelayMs: number | undefined;
  for (const marker of markersIn(text)) {
    const [word = '', ...rest] = marker.split(' ');
    const number = Number(rest[0] ?? Number.NaN);
    if (/^[345]\d\d$/.test(word)) strikes.push(statusStrike(Number(word)));
    else if (word === 'cut') strikes.push({ kind: 'cut', afterEvents: Number.isNaN(number) ? 4 : number });
    else if (word === 'stall') strikes.push({ kind: 'stall', afterEvents: Number.isNaN(number) ? 4 : number });
    else if (word === 'error') strikes.push({ kind: 'error-event', afterEvents: Number.isNaN(number) ? 4 : number });
    else if (word === 'reset') strikes.push({ kind: 'reset' });
    else if (isRefusalName(word)) strikes.push(refusalStrike(word, rest));
    else if (word === 'quirk' && isQuirkName(rest[0])) strikes.push({ kind: 'quirk', name: rest[0] });
    else if (word === 'fault') strikes.push(...faultsIn(rest.join(' ')));
    else if (word === 'think') thinks = true;
    else if (word === 'refuse') refuses = true;
    else if (word === 'long') words = Number.isNaN(number) ? 1000 : number;
    else if (word === 'slow') eventDelayMs = Number.isNaN(number) ? 50 : number;
    else if (word === 'tool') calls.push({ name: rest[0] ?? '', input: rest.slice(1).join(' ') || '{}' });
  }
  return {
    strikes,
    thinks,
    refuses,
    calls,
    ...(words === undefined ? {} : { words }),
    ...(eventDelayMs === undefined ? {} : { eventDelayMs }),
  };
}

/** The text with its markers cut out. */
export function withoutMarkers(text: string): string {
  let rest = text;
  for (const marker of markersIn(text)) rest = rest.replace(`[[sim:${marker}]]`, '');
  return rest.trim();
}

/** JSON may hold `]]` itself: the first end at which the JSON is whole counts, or else the first end. */
function markersIn(text: string): string[] {
  const found: string[] = [];
  for (let start = text.indexOf('[[sim:'); start >= 0; start = text.indexOf('[[sim:', start + 6)) {
    const first = text.indexOf(']]', start);
    if (first < 0) break;
    const brace = text.indexOf('{', start);
    const end = brace > 0 && brace < first ? endOfJson(text, brace, first) : first;
    found.push(text.slice(start + 6, end).trim());
  }
  return found;
}

function endOfJson(text: string, brace: number, first: number): number {
  for (let end = first; end >= 0; end = text.indexOf(']]', end + 1))
    if (parseJson(text.slice(brace, end)) !== undefined) return end;
  return first;
}

function refusalStrike(name: RefusalName, [seconds, form]: readonly string[]): FaultAction {
  const retryAfterForm = retryForms.find((known) => known === form) ?? 'seconds';
  return seconds === undefined
    ? { kind: 'refusal', name }
    : { kind: 'refusal', name, retryAfterS: Number(seconds), retryAfterForm };
}

function faultsIn(json: string): readonly FaultAction[] {
  const action = parseJson(json);
  return isFaultAction(action) ? [action] : [];
}

function statusStrike(status: number): FaultAction {
  const body = { error: { message: `Simulated ${status}.`, code: codeOfStatus[status] ?? 'simulated' } };
  return { kind: 'status', status, body, ...(status === 429 ? { headers: { 'retry-after': '7' } } : {}) };
}

const codeOfStatus: Readonly<Record<number, string>> = {
  402: 'quota_exceeded',
  429: 'user_model_rate_limited',
  503: 'model_overloaded',
};
