/** Where a prompt is cached. Claude caches only where it is told to, and callers of other protocols do not know that. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import type { Encoded } from './encode-messages.ts';

/** The vendor takes no more. */
const maxMarks = 4;

/**
 * Messages for Claude, with markers. Without any of the caller: the first two system messages, and the end of each of the
 * last two turns of the other side, so that a turn reads what the one before it wrote. With more than the vendor takes the
 * first and the last ones stay.
 */
export function placeCacheMarks(encoded: readonly Encoded[], report: Report): readonly JsonObject[] {
  const asked = encoded.flatMap(({ isMarked }, index) => (isMarked ? [index] : []));
  if (asked.length > maxMarks)
    report({
      rule: 'not-carried',
      path: 'copilot_cache_control',
      reason: `Claude takes no more than ${maxMarks} cache markers.`,
    });
  const kept = asked.length > maxMarks ? [...asked.slice(0, 1), ...asked.slice(1 - maxMarks)] : asked;
  const marked = new Set(asked.length === 0 ? ownMarks(encoded.map(({ message }) => message)) : kept);
  return encoded.map(({ message }, index) =>
    marked.has(index) ? { ...message, copilot_cache_control: { type: 'ephemeral' } } : message,
  );
}

function ownMarks(messages: readonly JsonObject[]): readonly number[] {
  const roles = messages.map(({ role }) => role);
  const isSystem = (role: unknown) => role === 'system' || role === 'developer';
  const isOthers = (role: unknown) => role === 'user' || role === 'tool';
  const system = roles.flatMap((role, index) => (isSystem(role) ? [index] : []));
  const ends = roles.flatMap((role, index) => (isOthers(role) && !isOthers(roles[index + 1]) ? [index] : []));
  return [...system.slice(0, 2), ...ends.slice(-2)];
}
