/** What streams of `/v1/messages` do beside the book (reference §6). */
import { objectOf, type JsonObject } from '../json-value.ts';
import { eachPayload, type Quirk, type WireEvent } from './quirk.ts';

const path = '/v1/messages';
const deltaType = (payload: JsonObject | undefined) => objectOf(payload?.['delta'])['type'];

export const messagesQuirks = {
  pings: {
    on: [path],
    what: 'a `ping` before every third event',
    *rewrite(events) {
      let count = 0;
      for (const event of events) {
        count += 1;
        // None before `message_start`.
        if (count % 3 === 0) yield { payload: { type: 'ping' } };
        yield event;
      }
    },
  },
  'silent-thinking': {
    on: [path],
    what: 'thinking without text, and a long silence before its signature',
    *rewrite(events, { thinkingDelayMs }) {
      for (const event of events) {
        const type = deltaType(event.payload);
        if (type === 'thinking_delta') continue;
        yield type === 'signature_delta' ? { ...event, waitMs: thinkingDelayMs } : event;
      }
    },
  },
  'omitted-thinking': {
    on: [path],
    what: 'thinking without text, its signature alone',
    *rewrite(events) {
      for (const event of events) if (deltaType(event.payload) !== 'thinking_delta') yield event;
    },
  },
  'redacted-thinking': {
    on: [path],
    what: 'thinking as a `redacted_thinking` block, which has to come back as it came',
    *rewrite(events) {
      let opened: WireEvent | undefined;
      for (const event of events) {
        const type = deltaType(event.payload);
        const block = objectOf(event.payload?.['content_block']);
        if (block['type'] === 'thinking') opened = event;
        else if (type === 'signature_delta' && opened?.payload !== undefined) {
          const { signature: data } = objectOf(event.payload?.['delta']);
          yield { ...opened, payload: { ...opened.payload, content_block: { type: 'redacted_thinking', data } } };
        } else if (type !== 'thinking_delta') yield event;
      }
    },
  },
  'applied-edits': eachPayload(path, '`context_management.applied_edits` on `message_delta`', (payload) => {
    const edit = { type: 'clear_thinking_20251015', cleared_thinking_turns: 1, cleared_input_tokens: 12 };
    return payload['type'] === 'message_delta' ? [{ ...payload, context_management: { applied_edits: [edit] } }] : null;
  }),
  'stop-details': eachPayload(path, '`stop_details` beside `stop_reason`', (payload) => {
    const stop_details = { type: 'refusal', category: 'cyber', explanation: 'Simulated.' };
    return payload['type'] === 'message_delta'
      ? [{ ...payload, delta: { ...objectOf(payload['delta']), stop_details } }]
      : null;
  }),
  'message-annotations': eachPayload(path, '`copilot_annotations` on text deltas', (payload) =>
    deltaType(payload) === 'text_delta'
      ? [{ ...payload, copilot_annotations: { IPCodeCitations: [{ url: 'https://github.com/o/r', license: 'MIT' }] } }]
      : null,
  ),
} as const satisfies Readonly<Record<string, Quirk>>;
