/** Compaction items that we wrote: on their way up they become the turn that tells their summary, for whatever model. */
import type { RequestEdit } from '../canonical/request-edit.ts';
import { isObject } from '../canonical/json-value.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { editJson, type JsonEdit } from '../framing/json-text.ts';
import { openSummary } from '../translation/compaction-envelope.ts';
import type { RequestBody } from './request-body.ts';
import { parseLatin1Json } from '../framing/latin1-json.ts';

/** The same in every turn: it is the head of the prompt from now on. */
const lead = 'Earlier turns of this conversation were compacted. What is to be known of them:\n\n';

const rule = 'opened-compaction';
const reason = 'This compaction is a summary that the proxy had a model write: it goes up as the text that it is.';

export interface OpenedCompactions {
  readonly body: RequestBody;
  readonly edits: readonly RequestEdit[];
}

/** Errors: `invalid_request` where an item is ours and cannot be read. */
export function openCompactions(body: RequestBody): OpenedCompactions {
  const { input } = body.view;
  const found: JsonEdit[] = [];
  for (const [index, item] of (Array.isArray(input) ? (input as readonly unknown[]) : []).entries()) {
    if (!isObject(item) || item['type'] !== 'compaction' || typeof item['encrypted_content'] !== 'string') continue;
    const opened = openSummary(item['encrypted_content']);
    if (opened === null) continue;
    if (opened === 'broken') {
      const param = `input[${index}].encrypted_content`;
      throw new ProxyError('invalid_request', `${param}: it was shortened on the way, and cannot be read.`, { param });
    }
    found.push({ op: 'set', path: ['input', index], value: summaryTurn(opened.summary) });
  }
  if (found.length === 0) return { body, edits: [] };
  const text = editJson(body.text, found, body.repeatedKeys);
  const view = parseLatin1Json(text);
  if (!isObject(view)) return { body, edits: [] };
  return {
    body: { ...body, bytes: Buffer.from(text, 'latin1'), text, view },
    edits: found.map(({ path }) => ({ rule, reason, path: path.join('.') })),
  };
}

function summaryTurn(summary: string) {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text: lead + summary }] };
}
