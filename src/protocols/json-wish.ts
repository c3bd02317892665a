/** JSON without a schema, for callers whose own vendor holds any model to it: asked for in words as well. */
import type { Item } from '../canonical/conversation.ts';
import type { OutputRequest } from '../canonical/model-request.ts';
import type { Report } from '../canonical/request-edit.ts';

/**
 * OpenAI refuses the mode where no turn has the word, and Claude has none. A turn that leads stays the same for the whole
 * conversation.
 */
export function jsonWish({ format }: OutputRequest, path: string, report: Report): readonly Item[] {
  if (format.kind !== 'json-object') return [];
  const reason = 'JSON is asked for in words as well: OpenAI wants them, and Claude has no such mode.';
  report({ rule: 'approximated', path, reason });
  return [{ kind: 'message', role: 'system', parts: [{ kind: 'text', text: 'Answer with JSON and nothing else.' }] }];
}
