/** What a kept response stands on: the items of all turns before it, and its own. */
import { objectOf, type JsonObject } from '../canonical/json-value.ts';
import type { StoredResponse } from '../canonical/stored-response.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { parseExactLatin1Json } from '../framing/latin1-json.ts';
import type { ResponseStore } from './response-store.ts';

/** A chain that turns in on itself, or one that nobody could have talked through. */
const maxTurns = 10_000;

/** The response and those that it goes on from, the first one first. Errors: `previous_response_not_found`. */
export function chainOf(store: ResponseStore, keyId: string, id: string): readonly StoredResponse[] {
  const chain: StoredResponse[] = [];
  for (let next: string | null = id; next !== null;) {
    const found: StoredResponse | undefined = chain.length < maxTurns ? store.find(keyId, next) : undefined;
    if (found === undefined) throw notFound(id, next);
    chain.push(found);
    next = found.previousId;
  }
  return chain.toReversed();
}

/** Views, with integers that a double cannot hold as they were written. */
export const inputOf = ({ input }: StoredResponse) => listOf(parseExactLatin1Json(input));
const outputOf = ({ response }: StoredResponse) => listOf(objectOf(parseExactLatin1Json(response))['output']);

/** Everything that was said up to the end of the last of them. */
export function conversationOf(chain: readonly StoredResponse[]): readonly unknown[] {
  const said: unknown[] = [];
  for (const turn of chain) {
    const output = outputOf(turn);
    const compacted = output.findLastIndex(({ type }) => type === 'compaction');
    // A compaction stands for all that was said before it.
    if (compacted >= 0) said.length = 0;
    else said.push(...inputOf(turn));
    said.push(...output.slice(Math.max(compacted, 0)));
  }
  return said;
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}

function notFound(id: string, missing: string): ProxyError {
  const shown = id.slice(0, 100);
  const message =
    missing === id
      ? `Previous response with id '${shown}' not found: it was not stored, is too old, or belongs to another key. Send the whole input.`
      : `Previous response with id '${shown}' goes on from one that is not kept any more. Send the whole input.`;
  return new ProxyError('previous_response_not_found', message, { param: 'previous_response_id' });
}
