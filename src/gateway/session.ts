/** Which session an exchange belongs to: the client's own marker, else what stays the same over a conversation. */
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { objectOf, parseJson, type JsonObject } from '../canonical/json-value.ts';

const markerHeaders = ['x-claude-code-session-id', 'session-id', 'session_id', 'x-session-id', 'x-session-affinity'];

/**
 * The session's id: 16 hex digits, the same for all calls of one session under one key. Markers are hashed too, since some
 * of them name a person.
 */
export function sessionOf(headers: IncomingHttpHeaders, body: JsonObject, keyId: string): string {
  const marker = markerOf(headers, body);
  return idOf(keyId, marker ?? Buffer.from(openingOf(body).join(''), 'latin1'));
}

function idOf(keyId: string, told: string | Buffer): string {
  const bytes = typeof told === 'string' ? `${keyId}\0${told}` : Buffer.concat([Buffer.from(`${keyId}\0`), told]);
  return hash('sha256', bytes).slice(0, 16);
}

export interface MarkedSession {
  readonly session: string;
  readonly keyId: string;
}

/** The sessions of calls with that marker: one a key. */
export function markedSessions(marker: string, keys: readonly { readonly id: string }[]): readonly MarkedSession[] {
  return ['default', 'no-key', ...keys.map(({ id }) => id)].map((keyId) => {
    return { session: idOf(keyId, marker), keyId };
  });
}

function markerOf(headers: IncomingHttpHeaders, body: JsonObject): string | undefined {
  for (const name of markerHeaders) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  const user = textOf(objectOf(body['metadata'])['user_id']);
  return (user === undefined ? undefined : sessionIn(user)) ?? textOf(body['prompt_cache_key']) ?? user;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Claude Code puts its session into the user's id: `user_…_account_…_session_<uuid>`, newer ones as JSON text. */
function sessionIn(userId: string): string | undefined {
  const session = textOf(objectOf(parseJson(userId))['session_id']);
  return session ?? /_session_([\w-]{8,})$/.exec(userId)?.[1];
}

const systemMembers = ['system', 'instructions', 'systemInstruction', 'system_instruction'];

/** System and first user turn, which later turns only add to. */
function openingOf(body: JsonObject): readonly string[] {
  const turns = body['messages'] ?? body['input'] ?? body['contents'] ?? body['prompt'];
  const list: readonly unknown[] = Array.isArray(turns) ? turns : [turns];
  const firstUser = list.find((turn) => objectOf(turn)['role'] === 'user') ?? list[0];
  const leading = list.find((turn) => ['system', 'developer'].includes(String(objectOf(turn)['role'])));
  const system = systemMembers.map((name) => body[name]).find((value) => value != null);
  const words: string[] = [];
  for (const part of [system, leading, firstUser]) {
    addWords(words, part);
    words.push('\0');
  }
  return words;
}

/** Cache markers move on with every turn, and the same words come as a text or as a block. */
const passing: ReadonlySet<string> = new Set(['type', 'role', 'cache_control', 'copilot_cache_control']);

/** All strings within `value`, in order: latin1 views, so their bytes are hashed as they came. */
function addWords(words: string[], value: unknown) {
  if (typeof value === 'string') words.push(value, '\u0001');
  else if (Array.isArray(value)) for (const entry of value) addWords(words, entry);
  else for (const [key, member] of Object.entries(objectOf(value))) if (!passing.has(key)) addWords(words, member);
}
