/** Which session an exchange belongs to: the client's own marker, else what stays the same over a conversation. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { objectOf, parseJson, type JsonObject } from '../canonical/json-value.ts';

const markerHeaders = ['x-claude-code-session-id', 'session-id', 'session_id', 'x-session-id', 'x-session-affinity'];

/**
 * The session's id: 16 hex digits, the same for all calls of one session under one key. Markers are hashed too, since some
 * of them name a person.
 */
export function sessionOf(headers: IncomingHttpHeaders, body: JsonObject, keyId: string): string {
  return createHash('sha256').update(keyId).update('\0').update(markerOf(headers, body)).digest('hex').slice(0, 16);
}

function markerOf(headers: IncomingHttpHeaders, body: JsonObject): string {
  for (const name of markerHeaders) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  const { user_id: userId } = objectOf(body['metadata']);
  const user = typeof userId === 'string' ? userId : '';
  const session = sessionIn(user);
  if (session !== undefined) return session;
  if (typeof body['prompt_cache_key'] === 'string' && body['prompt_cache_key'] !== '') return body['prompt_cache_key'];
  // A mere user has many conversations.
  return `${user}\0${opening(body)}`;
}

/** Claude Code puts its session into the user's id: `user_…_account_…_session_<uuid>`, newer ones as JSON text. */
function sessionIn(userId: string): string | undefined {
  const { session_id: session } = objectOf(parseJson(userId));
  if (typeof session === 'string' && session !== '') return session;
  return /_session_([\w-]{8,})$/.exec(userId)?.[1];
}

/** What system and first user turn begin with: later turns only add to them, and a megabyte need not be hashed. */
function opening(body: JsonObject): string {
  const turns = body['messages'] ?? body['input'] ?? body['prompt'];
  const list: readonly unknown[] = Array.isArray(turns) ? turns : [turns];
  const firstUser = list.find((turn) => objectOf(turn)['role'] === 'user') ?? list[0];
  const leading = list.find((turn) => ['system', 'developer'].includes(String(objectOf(turn)['role'])));
  return [body['system'] ?? body['instructions'], leading, firstUser].map((part) => beginning(part)).join('\0');
}

const hashedCharacters = 4096;

/** The first characters of all strings within `value`, in order. */
function beginning(value: unknown, room = hashedCharacters): string {
  if (typeof value === 'string') return value.slice(0, room);
  if (typeof value !== 'object' || value === null) return '';
  let text = '';
  for (const member of Object.values(value)) {
    if (text.length >= room) break;
    text += beginning(member, room - text.length);
  }
  return text;
}
