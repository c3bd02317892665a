/** Our envelope around sealed reasoning: it says whose seal is within, so that it comes back to nobody else. */
import { isObject, numberOrNull, parseJson } from '../canonical/json-value.ts';
import type { Sealed } from '../canonical/conversation.ts';
import type { Model } from '../canonical/model.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import type { SealedEntry } from '../protocols/protocol.ts';

/** Who can open a seal. */
export interface SealOwner {
  /** Vendor and endpoint, e.g. `anthropic.m`. */
  readonly family: string;
  /** Tells one account from another; newer models bind their seals to it. Letters and digits. */
  readonly accountTag: string;
}

export type Envelope =
  | { readonly kind: 'ours'; readonly owner: SealOwner; readonly entries: readonly SealedEntry[] }
  /** It begins as ours do and cannot be read: shortened by a client, or of a later version. */
  | { readonly kind: 'broken' };

const letterOf: Readonly<Record<Endpoint, string>> = {
  '/chat/completions': 'c',
  '/responses': 'r',
  '/v1/messages': 'm',
  '/embeddings': 'e',
};

/** What one endpoint sealed no other one opens, and the same of vendors. */
export function familyOf(model: Pick<Model, 'vendor'>, endpoint: Endpoint): string {
  const vendor = model.vendor.toLowerCase();
  const slug = vendor.includes('openai') ? 'openai' : vendor.replaceAll(/[^a-z0-9]+/g, '-');
  return `${slug === '' ? 'unknown' : slug}.${letterOf[endpoint]}`;
}

const mark = 'cf1.';
/** The mark in base64: clients of Gemini hand a thought signature on as bytes. */
const markInBase64 = Buffer.from(mark).toString('base64').slice(0, 5);

export function sealEnvelope(entries: readonly SealedEntry[], owner: SealOwner): string {
  // Views are latin1 by definition, so this keeps every byte.
  const payload = Buffer.from(JSON.stringify(entries), 'latin1').toString('base64url');
  return `${mark}${owner.family}.${owner.accountTag}.${payload}`;
}

/** Whether an opaque member holds an envelope of ours, whole or not. */
export function isEnvelope(text: string): boolean {
  return text.startsWith(mark) || text.startsWith(markInBase64);
}

/** Null where the text is none of ours. */
export function openEnvelope(text: string): Envelope | null {
  if (!isEnvelope(text)) return null;
  const plain = text.startsWith(mark) ? text : Buffer.from(text, 'base64').toString('latin1');
  const [, vendor, letter, accountTag, payload] = plain.split('.');
  if (vendor === undefined || letter === undefined || accountTag === undefined || payload === undefined)
    return { kind: 'broken' };
  const entries = parseJson(Buffer.from(payload, 'base64url').toString('latin1'));
  if (!Array.isArray(entries) || !entries.every(isEntry)) return { kind: 'broken' };
  return { kind: 'ours', owner: { family: `${vendor}.${letter}`, accountTag }, entries };
}

const kinds: ReadonlySet<unknown> = new Set<Sealed['kind']>([
  'signature',
  'redacted',
  'encrypted',
  'opaque',
  'thought',
]);

function isEntry(value: unknown): value is SealedEntry {
  return (
    isObject(value) &&
    kinds.has(value['kind']) &&
    typeof value['blob'] === 'string' &&
    (value['id'] === null || typeof value['id'] === 'string') &&
    (value['text'] === undefined || typeof value['text'] === 'string') &&
    numberOrNull(value['at']) !== null
  );
}
