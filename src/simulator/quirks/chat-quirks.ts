/** What streams of `/chat/completions` do beside the book (reference §4.2). */
import { arrayOf, isObject, objectOf, type JsonObject } from '../json-value.ts';
import { eachPayload, type Quirk, type WireEvent } from './quirk.ts';

const chat = '/chat/completions';

/** The chunk with each choice changed. */
function withChoices(payload: JsonObject, change: (choice: JsonObject) => JsonObject): JsonObject {
  return { ...payload, choices: arrayOf(payload['choices']).map((choice) => change(objectOf(choice))) };
}

function withDelta(payload: JsonObject, change: (delta: JsonObject) => JsonObject): JsonObject {
  return withChoices(payload, (choice) => ({ ...choice, delta: change(objectOf(choice['delta'])) }));
}

function withCalls(payload: JsonObject, change: (call: JsonObject) => JsonObject): JsonObject {
  return withDelta(payload, (delta) =>
    delta['tool_calls'] === undefined
      ? delta
      : { ...delta, tool_calls: arrayOf(delta['tool_calls']).map((call) => change(objectOf(call))) },
  );
}

const deltaOf = (payload: JsonObject | undefined) => objectOf(objectOf(arrayOf(payload?.['choices'])[0])['delta']);
const callOf = (payload: JsonObject | undefined) => objectOf(arrayOf(deltaOf(payload)['tool_calls'])[0]);
const hasChoice = (payload: JsonObject) => arrayOf(payload['choices']).length > 0;

const safe = { filtered: false, severity: 'safe' };
const citations = {
  IPCodeCitations: [{ id: 1, citations: { url: 'https://github.com/o/r', license: 'MIT', snippet: 'x' } }],
};

export const chatQuirks = {
  'empty-first-chunk': {
    on: [chat],
    what: 'a first chunk without choices, id or model, whoever answers',
    *rewrite(events) {
      yield { payload: { choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: [] } };
      yield* events;
    },
  },
  'null-choices': {
    on: [chat],
    what: 'a chunk with `choices: null` and `copilot_references` before the text',
    *rewrite(events) {
      yield { payload: { choices: null, copilot_references: [], copilot_errors: [] } };
      yield* events;
    },
  },
  'null-role': eachPayload(chat, '`role: null` in every delta', (payload) =>
    hasChoice(payload) ? [withDelta(payload, (delta) => ({ ...delta, role: null }))] : null,
  ),
  'null-usage': eachPayload(chat, '`usage: null` on every chunk but the one that has it', (payload) =>
    payload['usage'] === undefined ? [{ ...payload, usage: null }] : null,
  ),
  'message-for-delta': eachPayload(chat, '`message` where `delta` belongs', (payload) =>
    hasChoice(payload) ? [withChoices(payload, ({ delta, ...choice }) => ({ ...choice, message: delta }))] : null,
  ),
  'late-opaque': {
    on: [chat],
    what: '`reasoning_opaque` only after the chunk with `finish_reason`',
    *rewrite(events) {
      let held: WireEvent | undefined;
      for (const event of events) {
        if (deltaOf(event.payload)['reasoning_opaque'] !== undefined) {
          held = event;
          continue;
        }
        yield event;
        if (event.marks === 'finish' && held !== undefined) {
          yield held;
          held = undefined;
        }
      }
    },
  },
  'tool-id-repeated': {
    on: [chat],
    what: 'the id of a tool call on each of its deltas',
    *rewrite(events) {
      let id: unknown;
      for (const event of events) {
        id = callOf(event.payload)['id'] ?? id;
        yield event.payload === undefined
          ? event
          : { ...event, payload: withCalls(event.payload, (call) => ({ ...call, id })) };
      }
    },
  },
  'tool-id-once': {
    on: [chat],
    what: 'the id of a tool call on its first delta alone, whoever answers, and no `index` after it',
    *rewrite(events) {
      for (const event of events)
        yield event.payload === undefined || objectOf(callOf(event.payload)['function'])['name'] !== undefined
          ? event
          : { ...event, payload: withCalls(event.payload, (call) => ({ function: call['function'] })) };
    },
  },
  'tool-same-index': eachPayload(chat, '`index: 0` for every tool call', (payload) => [
    withCalls(payload, (call) => ({ ...call, index: 0 })),
  ]),
  'tool-whole-arguments': {
    on: [chat],
    what: "a tool call's arguments all at once",
    *rewrite(events) {
      let open: WireEvent | undefined;
      const flush = function* () {
        if (open !== undefined) yield open;
        open = undefined;
      };
      for (const event of events) {
        const call = callOf(event.payload);
        const { name, arguments: piece } = objectOf(call['function']);
        if (event.payload === undefined || call['function'] === undefined) {
          yield* flush();
          yield event;
        } else if (name !== undefined || open === undefined) {
          yield* flush();
          open = event;
        } else {
          open = withMore(open, String(piece));
        }
      }
      yield* flush();
    },
  },
  'usage-on-finish': {
    on: [chat],
    what: 'usage on the chunk with `finish_reason`, not in one of its own',
    *rewrite(events) {
      let held: WireEvent | undefined;
      for (const event of events) {
        if (held?.payload !== undefined && isObject(event.payload?.['usage']) && !hasChoice(event.payload)) {
          yield { ...held, payload: { ...event.payload, choices: held.payload['choices'] } };
          held = undefined;
          continue;
        }
        if (held !== undefined) yield held;
        held = undefined;
        if (event.marks === 'finish') held = event;
        else yield event;
      }
      if (held !== undefined) yield held;
    },
  },
  'stop-with-calls': eachPayload(chat, '`finish_reason: "stop"` behind tool calls', (payload) =>
    hasChoice(payload)
      ? [
          withChoices(payload, (choice) =>
            choice['finish_reason'] === 'tool_calls' ? { ...choice, finish_reason: 'stop' } : choice,
          ),
        ]
      : null,
  ),
  'runaway-whitespace': {
    on: [chat],
    what: "white space without end in a tool call's arguments, until the client leaves",
    *rewrite(events) {
      for (const event of events) {
        yield event;
        if (objectOf(callOf(event.payload)['function'])['name'] === undefined || event.payload === undefined) continue;
        const more = withCalls(event.payload, ({ index }) => ({ index, function: { arguments: ' \n'.repeat(64) } }));
        for (;;) yield { payload: more };
      }
    },
  },
  'content-filter-results': eachPayload(chat, "the filter's results and offsets on every choice", (payload) =>
    hasChoice(payload)
      ? [
          withChoices(payload, (choice) => ({
            ...choice,
            content_filter_results: { hate: safe, self_harm: safe, sexual: safe, violence: safe },
            content_filter_offsets: { check_offset: 1, start_offset: 1, end_offset: 5 },
          })),
        ]
      : null,
  ),
  'chat-annotations': eachPayload(chat, '`copilot_annotations` in every delta', (payload) =>
    hasChoice(payload) ? [withDelta(payload, (delta) => ({ ...delta, copilot_annotations: citations }))] : null,
  ),
} as const satisfies Readonly<Record<string, Quirk>>;

function withMore(open: WireEvent, piece: string): WireEvent {
  if (open.payload === undefined) return open;
  const payload = withCalls(open.payload, (call) => {
    const spoken = objectOf(call['function']);
    return { ...call, function: { ...spoken, arguments: String(spoken['arguments']) + piece } };
  });
  return { ...open, payload };
}
