/** Calls that wait for the owner's word, as people read and answer them. */
import type { ApprovalAnswer, WaitingCall } from '../canonical/approval.ts';
import { createRedactor } from '../observability/redact.ts';

/** One line: who, what, how much, why. */
export function waitingLine(call: WaitingCall): string {
  const { id, keyLabel, project, session, model, kind, edits, reasons } = call;
  const booked = project === null ? '' : `, project ${project}`;
  const what = kind === null ? model : `${model} (${kind})`;
  const changed = edits.length === 0 ? '' : `; edits: ${edits.join(', ')}`;
  const line = `#${id} ${what}, ${creditRange(call)}; key ${keyLabel}${booked}, session ${session}${changed}; ${reasons.join('; ')}`;
  return createRedactor().redact(line.replaceAll(/[\p{C}]/gu, ''));
}

export function creditRange({ nanoAiu, mostNanoAiu }: WaitingCall): string {
  if (nanoAiu === null) return 'of unknown cost';
  const low = credits(nanoAiu);
  const high = mostNanoAiu === null ? low : credits(mostNanoAiu);
  return low === high ? `about ${low} credits` : `about ${low} to ${high} credits`;
}

const answers: Readonly<Record<string, ApprovalAnswer>> = {
  a: 'allow',
  allow: 'allow',
  y: 'allow',
  yes: 'allow',
  d: 'deny',
  deny: 'deny',
  n: 'deny',
  no: 'deny',
  s: 'session',
  session: 'session',
};

/** `a`, `d`, `s`, with or without the number of the call; undefined for anything else. */
export function parseAnswer(line: string): { readonly answer: ApprovalAnswer; readonly id?: string } | undefined {
  const [, word = '', id] = /^\s*([a-z]+)\s*#?(\d+)?\s*$/i.exec(line) ?? [];
  const answer = Object.hasOwn(answers, word.toLowerCase()) ? answers[word.toLowerCase()] : undefined;
  if (answer === undefined) return undefined;
  return id === undefined ? { answer } : { answer, id };
}

export const howToAnswer = 'a allows, s allows its session, d denies';

function credits(nanoAiu: number): string {
  const value = nanoAiu / 1e9;
  return String(value >= 0.1 ? Number(value.toFixed(2)) : Number(value.toPrecision(2)));
}
