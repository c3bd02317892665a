/** A `compaction_trigger` for a model whose endpoint has none: a summary is asked for, and comes back as the one item. */
import { isObject, objectOf, type JsonObject } from '../canonical/json-value.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import type { ProxyError } from '../errors/proxy-error.ts';
import { parseExactLatin1Json } from '../framing/latin1-json.ts';
import { readFrame, writeFrame } from '../framing/server-sent-events.ts';
import { openAiErrorBody } from '../protocols/openai-error.ts';
import type { StreamWatch } from '../protocols/protocol.ts';
import { sealSummary } from '../translation/compaction-envelope.ts';
import { mapCallerFrames } from './caller-frames.ts';
import type { RequestBody } from './request-body.ts';

const instruction =
  'Now stop working and write a summary of this conversation for whoever goes on with it and has nothing else: ' +
  'what the user wants and has decided, in their own words where they matter; what was done and found, with file names, ' +
  'commands, code and figures as they are; what is open, and the next step. Call no tools. Answer with the summary alone.';

export const writtenCompaction: RequestEdit = {
  rule: 'written-compaction',
  reason: 'This model cannot compact a conversation, so it is asked for a summary, which comes back as the compaction.',
  path: 'input',
};

/** Whether the client itself asks for the conversation to be compacted: a call of its own, not the user's. */
export function asksForCompaction({ input }: JsonObject): boolean {
  return Array.isArray(input) && input.some(isTrigger);
}

function isTrigger(item: unknown): boolean {
  return isObject(item) && item['type'] === 'compaction_trigger';
}

/** The same conversation with the request for a summary at its end. Tools stay, since the history names them. */
export function summaryRequest(body: RequestBody): RequestBody {
  const { text: _format, max_output_tokens: _limit, ...view } = objectOf(parseExactLatin1Json(body.text));
  const input = (Array.isArray(view['input']) ? (view['input'] as readonly unknown[]) : []).filter(
    (item) => !isTrigger(item),
  );
  const ask = { type: 'message', role: 'user', content: [{ type: 'input_text', text: instruction }] };
  const hasTools = Array.isArray(view['tools']) && view['tools'].length > 0;
  const whole = { ...view, input: [...input, ask], ...(hasTools ? { tool_choice: 'none' } : {}) };
  const text = JSON.stringify(whole);
  return { ...body, bytes: Buffer.from(text, 'latin1'), text, view: whole, repeatedKeys: [] };
}

const terminals: ReadonlySet<unknown> = new Set(['response.completed', 'response.incomplete']);

/** `watch` writes an answer of Responses; of it only what frames the compaction goes down. */
export function withCompaction(watch: StreamWatch): StreamWatch {
  let sequenceNumber = 0;
  let response: JsonObject = {};
  let isEmpty = false;

  function event(type: string, members: JsonObject): string {
    const frame = writeFrame(JSON.stringify({ type, sequence_number: sequenceNumber, ...members }), type);
    sequenceNumber += 1;
    return frame;
  }

  function end(answer: JsonObject): string {
    const summary = textOf(answer['output']);
    if (answer['status'] !== 'completed' || summary === '') {
      isEmpty = true;
      return '';
    }
    const id = `cmp_${String(answer['id']).replace(/^resp_/, '')}`;
    const item = { id, type: 'compaction', encrypted_content: sealSummary(summary) };
    return (
      event('response.output_item.added', { output_index: 0, item }) +
      event('response.output_item.done', { output_index: 0, item }) +
      event('response.completed', { response: { ...answer, output: [item] } })
    );
  }

  function mapped(frame: string): string {
    // Deltas are most of it, and say none of these.
    if (!frame.includes('"response":{')) return '';
    const {
      type,
      response: answer,
      ...members
    } = objectOf(parseExactLatin1Json(readFrame(frame, 0, frame.length).data));
    if (typeof type !== 'string' || !isObject(answer)) return '';
    response = answer;
    if (terminals.has(type)) return end(answer);
    return event(type, { ...members, sequence_number: sequenceNumber, response: { ...answer, output: [] } });
  }

  const inner = mapCallerFrames(watch, mapped);
  const noSummary = 'The model wrote no summary of the conversation.';
  return {
    standing: watch.standing,
    frame(text, start, stop) {
      const verdict = inner.frame(text, start, stop);
      return isEmpty ? { kind: 'broken', message: noSummary } : verdict;
    },
    completion() {
      const ending = inner.completion();
      return isEmpty ? null : ending;
    },
    failure(error: ProxyError, exchangeId) {
      const said = inner.failure(error, exchangeId);
      if (said !== '') return said;
      const { code, message } = openAiErrorBody(error).error;
      const failed = { ...response, status: 'failed', error: { code: code ?? 'server_error', message }, output: [] };
      return event('response.failed', { response: failed });
    },
  };
}

/** What the model said, less its thoughts. */
function textOf(output: unknown): string {
  const items = (Array.isArray(output) ? (output as readonly unknown[]) : []).map(objectOf);
  const parts = items.flatMap(({ content }) => (Array.isArray(content) ? (content as readonly unknown[]) : []));
  return parts
    .map((part) => objectOf(part)['text'])
    .filter((text) => typeof text === 'string')
    .join('\n\n')
    .trim();
}
