import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { encodeParts } from '../../../test/support/responses-frames.ts';
import type { StreamPart } from '../../canonical/stream-part.ts';
import { createResponsesGrammar } from './grammar.ts';

const parts: readonly StreamPart[] = [
  { type: 'start', usage: null },
  { type: 'block-start', block: 0, kind: 'reasoning' },
  { type: 'delta', block: 0, literal: '"why"' },
  { type: 'block-end', block: 0 },
  { type: 'block-start', block: 1, kind: 'text', phase: null },
  { type: 'delta', block: 1, literal: '"so "' },
  { type: 'delta', block: 1, literal: '"be it"' },
  { type: 'block-end', block: 1 },
  { type: 'block-start', block: 2, kind: 'tool-call', callId: 'c', name: 'f', namespace: null, form: 'function' },
  { type: 'delta', block: 2, literal: '"{}"' },
  { type: 'block-end', block: 2 },
  { type: 'finish', reason: 'tool-calls', stopSequence: null, explanation: null },
];
const { events: sound, frames } = encodeParts(parts);

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, broken on purpose
type Event = any;

function faultOf(events: readonly Event[]): string | null {
  const grammar = createResponsesGrammar();
  for (const event of events) {
    const fault = grammar.push(event);
    if (fault !== null) return fault;
  }
  return grammar.end();
}

/** The sound stream with the events numbered anew, so that only the change itself is at fault. */
function changed(change: (events: Event[]) => unknown): readonly Event[] {
  const events: Event[] = structuredClone(sound);
  change(events);
  return events.map((event, index) => (event === '[DONE]' ? event : { ...event, sequence_number: index }));
}

const at = (events: Event[], type: string): number => events.findIndex((event) => event.type === `response.${type}`);
const without = (type: string) => (events: Event[]) => events.splice(at(events, type), 1);
const twice = (type: string) => (events: Event[]) =>
  events.splice(at(events, type), 0, structuredClone(events[at(events, type)]));
const set = (type: string, member: string, value: unknown) => (events: Event[]) => {
  events[at(events, type)][member] = value;
};

test('a sound stream has no fault', () => {
  expect(faultOf(sound)).toBe(null);
});

test('a number that is left out or comes twice', () => {
  expect(faultOf(sound.slice(1))).toContain('sequence_number is 1, not 0');
  expect(faultOf([sound[0], ...sound])).toContain('sequence_number is 0, not 1');
});

test.each<[string, (events: Event[]) => unknown, string]>([
  ['no beginning', without('created'), 'does not begin'],
  ['no end', without('completed'), 'no last event'],
  ['an end that comes twice', twice('completed'), 'was over'],
  ['a mark of another protocol', (events) => events.push('[DONE]'), 'no object'],
  ['an item that never opened', without('output_item.added'), 'no item is open'],
  ['an item that opens twice', twice('output_item.added'), 'opens at output_index'],
  ['an item that never ends', without('output_item.done'), 'while an item is open'],
  ['an item that ends twice', twice('output_item.done'), 'none is open'],
  ['a part that never opened', without('content_part.added'), 'a part that is not open'],
  ['a part that never ends', without('content_part.done'), 'a part of it is open'],
  ['a summary part that never opened', without('reasoning_summary_part.added'), 'a part that is not open'],
  ['a text that never ends', without('output_text.done'), 'before its text is done'],
  ['a delta that was lost', without('output_text.delta'), 'another one than its deltas told'],
  ['#85 a text that ends empty', set('output_text.done', 'text', ''), 'another one than its deltas told'],
  ['arguments that never end', without('function_call_arguments.done'), 'is not done'],
  ['#84 an id that changes', set('output_text.delta', 'item_id', 'x'), 'not that of the item'],
  ['an event nobody knows', set('output_text.delta', 'type', 'response.text.delta'), 'nothing is known'],
  [
    'text in a call',
    set('function_call_arguments.delta', 'type', 'response.output_text.delta'),
    'of type function_call',
  ],
  [
    'an item that ends with another text',
    (events) => (events[at(events, 'output_item.done')].item.summary[0].text = 'x'),
    'another text',
  ],
  [
    'a last event that leaves an item out',
    (events) => events[at(events, 'completed')].response.output.pop(),
    'not what was told',
  ],
  [
    'a last event with another state',
    (events) => (events[at(events, 'completed')].response.status = 'incomplete'),
    'its status is incomplete',
  ],
  [
    '#65 usage without its details',
    (events) => delete events[at(events, 'completed')].response.usage.input_tokens_details,
    'detail objects',
  ],
])('%s is a fault', (_, change, fault) => {
  expect(faultOf(changed(change))).toContain(fault);
});

test("law 10: the vendor's own stream reader folds it to the same answer", async () => {
  const headers = { 'content-type': 'text/event-stream' };
  const client = new OpenAI({ apiKey: 'x', fetch: () => Promise.resolve(new Response(frames, { headers })) });
  const stream = client.responses.stream({ model: 'm', input: 'hi' });
  const response = await stream.finalResponse();
  expect(response.output_text).toBe('so be it');
  expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call']);
  expect(response.usage?.output_tokens_details.reasoning_tokens).toBe(0);
});

const search = (...steps: readonly string[]): readonly Event[] => {
  const item = { id: 'ws_1', type: 'web_search_call', status: 'in_progress' };
  const place = { output_index: 0, item_id: 'ws_1' };
  const told = [
    { type: 'response.created', response: { id: 'resp_1' } },
    { type: 'response.output_item.added', output_index: 0, item },
    ...steps.map((step) => ({ type: `response.web_search_call.${step}`, ...place })),
    { type: 'response.output_item.done', output_index: 0, item: { ...item, status: 'completed' } },
  ];
  return told.map((event, sequence_number) => ({ ...event, sequence_number }));
};

test.each<[string, readonly string[], string]>([
  ['goes its way', ['in_progress', 'searching', 'completed'], 'has no last event'],
  ['fails', ['in_progress', 'searching'], 'has no last event'],
  ['ends before it begins', ['completed'], 'step by step'],
  ['ends twice', ['in_progress', 'searching', 'completed', 'completed'], 'step by step'],
])('a search that %s', (_what, steps, fault) => {
  expect(faultOf(search(...steps))).toContain(fault);
});
