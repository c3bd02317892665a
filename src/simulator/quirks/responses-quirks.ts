/** What streams of `/responses` do beside the book (reference §5); ids that change under way are the default. */
import { arrayOf, isObject, objectOf, type JsonObject } from '../json-value.ts';
import { eachPayload, type Quirk, type WireEvent } from './quirk.ts';

const path = '/responses';

/** The terminal event under another name and status; its items are those that were written. */
function endsAs(status: 'failed' | 'cancelled' | 'incomplete', further: JsonObject): Quirk {
  return eachPayload(path, `\`response.${status}\` for \`response.completed\``, (payload) =>
    payload['type'] === 'response.completed'
      ? [{ ...payload, type: `response.${status}`, response: { ...objectOf(payload['response']), status, ...further } }]
      : null,
  );
}

/** The numbers as they are sent, however many events were left out or put in. */
function* renumbered(events: Iterable<WireEvent>): Generator<WireEvent, void> {
  let sequence_number = 0;
  for (const event of events)
    yield event.payload === undefined
      ? event
      : { ...event, payload: { ...event.payload, sequence_number: sequence_number++ } };
}

export const responsesQuirks = {
  'stable-ids': {
    on: [path],
    what: 'one id for an item at all its mentions',
    *rewrite(events) {
      const ids = new Map<unknown, unknown>();
      for (const event of events) {
        const { payload } = event;
        if (payload === undefined) {
          yield event;
          continue;
        }
        const place = payload['output_index'];
        const item = payload['item'];
        if (payload['type'] === 'response.output_item.added') ids.set(place, objectOf(item)['id']);
        const id = ids.get(place);
        const response = objectOf(payload['response']);
        const output = arrayOf(response['output']).map((one, at) => ({ ...objectOf(one), id: ids.get(at) }));
        yield {
          ...event,
          payload: {
            ...payload,
            ...(payload['item_id'] === undefined ? {} : { item_id: id }),
            ...(isObject(item) ? { item: { ...item, id } } : {}),
            ...(isObject(payload['response']) ? { response: { ...response, output } } : {}),
          },
        };
      }
    },
  },
  'summary-only-in-done': {
    on: [path],
    what: 'reasoning summaries only with `response.output_item.done`',
    rewrite: (events) =>
      renumbered(
        (function* () {
          for (const event of events)
            if (!String(event.payload?.['type']).startsWith('response.reasoning_summary')) yield event;
        })(),
      ),
  },
  'terminal-failed': endsAs('failed', { error: { code: 'server_error', message: 'The model failed to answer.' } }),
  'terminal-cancelled': endsAs('cancelled', {}),
  'terminal-incomplete': endsAs('incomplete', { incomplete_details: { reason: 'max_output_tokens' } }),
  'usage-inside-response': eachPayload(path, '`copilot_usage` within `response`, not beside it', (payload) => {
    const { copilot_usage, ...rest } = payload;
    return copilot_usage === undefined
      ? null
      : [{ ...rest, response: { ...objectOf(payload['response']), copilot_usage } }];
  }),
} as const satisfies Readonly<Record<string, Quirk>>;
