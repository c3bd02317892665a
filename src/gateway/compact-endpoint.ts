/** `POST /v1/responses/compact`: asked of the upstream as a trigger in the input, answered in the vendor's own form. */
import type { RequestEdit } from '../canonical/request-edit.ts';
import { isObject, objectOf, type JsonObject } from '../canonical/json-value.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { editJson, type JsonEdit } from '../framing/json-text.ts';
import { parseExactLatin1Json, parseLatin1Json } from '../framing/latin1-json.ts';
import type { ResponseKeeper } from './keep-response.ts';
import type { RequestBody } from './request-body.ts';
import { listedItem } from './listed-item.ts';

export const compactPath = '/v1/responses/compact';

export interface CompactRequest {
  readonly body: RequestBody;
  readonly edits: readonly RequestEdit[];
  readonly keeper: ResponseKeeper;
}

const edit: RequestEdit = {
  rule: 'compact-request',
  reason: 'The upstream has no such path: the conversation goes up with a compaction_trigger item at its end.',
  path: 'input',
};

/** `body` holds the whole input. */
export function compactRequest(body: RequestBody): CompactRequest {
  const { input } = body.view;
  const items: readonly unknown[] = Array.isArray(input)
    ? (input as readonly unknown[])
    : [{ type: 'message', role: 'user', content: input ?? '' }];
  const trigger = { type: 'compaction_trigger' };
  const edits: JsonEdit[] = [
    { op: 'remove', path: ['stream'] },
    { op: 'remove', path: ['stream_options'] },
    { op: 'set', path: ['store'], value: false },
    // A list keeps its bytes, and gets one item more.
    Array.isArray(input)
      ? { op: 'set', path: ['input', items.length], value: trigger }
      : { op: 'set', path: ['input'], value: [...items, trigger] },
  ];
  const text = editJson(body.text, edits, body.repeatedKeys);
  const users = items.filter((item) => isObject(item) && item['role'] === 'user');
  return {
    body: { ...body, bytes: Buffer.from(text, 'latin1'), text, view: objectOf(parseLatin1Json(text)) },
    edits: [edit],
    keeper: {
      watch: (inner) => inner,
      answer: (reply) => Buffer.from(JSON.stringify(compacted(reply.toString('latin1'), users)), 'latin1'),
      commit: () => undefined,
    },
  };
}

/** The vendor's: all user messages, and behind them the compaction. Errors: `upstream_invalid_response`. */
function compacted(reply: string, users: readonly unknown[]): JsonObject {
  const { id, created_at, output, usage } = objectOf(parseExactLatin1Json(reply));
  const items = (Array.isArray(output) ? (output as readonly unknown[]) : []).filter(
    (item) => objectOf(item)['type'] === 'compaction',
  );
  if (items.length === 0)
    throw new ProxyError('upstream_invalid_response', 'The upstream answered without a compaction.');
  const messages = users.map((item, index) => listedItem(item, String(id), index));
  return { id, object: 'response.compaction', created_at, output: [...messages, ...items], usage };
}
