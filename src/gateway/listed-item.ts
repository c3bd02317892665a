/** An input item in the vendor's long form, as lists of items have it. */
import { createHash } from 'node:crypto';
import { isObject, ownEntry, type JsonObject } from '../canonical/json-value.ts';

const textPart: Readonly<Record<string, string>> = { assistant: 'output_text' };

/** With a type, an id that stays the same, and parts in place of a bare text. */
export function listedItem(item: unknown, responseId: string, index: number): JsonObject {
  const { type = 'message', ...members }: JsonObject = isObject(item) ? item : {};
  const head = type === 'message' ? 'msg' : 'item';
  const id = `${head}_${createHash('sha256').update(`${responseId}#${index}`).digest('hex').slice(0, 24)}`;
  const { role, content } = members;
  const parts =
    typeof content === 'string'
      ? { content: [{ type: ownEntry(textPart, String(role)) ?? 'input_text', text: content }] }
      : {};
  return { type, id, status: 'completed', ...members, ...parts };
}
