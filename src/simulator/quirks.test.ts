import { createParser } from 'eventsource-parser';
import { expect, test, vi } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { payloadsOf, useSimulator } from '../../test/support/use-simulator.ts';
import { quirkNames, type QuirkName } from './index.ts';

const clock = createFakeClock();
const simulator = useSimulator({ clock });

const tool = { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } };
const chatTools = [{ type: 'function', function: tool }];
const asked = { role: 'user', content: 'What is the weather in Paris?' };
const two = '[[sim:tool get_weather {"city":"a b c"}]][[sim:tool get_weather {"city":"d e f"}]] Go';

const scenes = {
  text: ['/chat/completions', { model: 'gemini-3.8-flash', messages: [{ role: 'user', content: 'Hello' }] }],
  gpt: ['/chat/completions', { model: 'gpt-4.1', messages: [asked], tools: chatTools }],
  calls: [
    '/chat/completions',
    { model: 'claude-opus-5.5', messages: [{ role: 'user', content: two }], tools: chatTools },
  ],
  thought: [
    '/chat/completions',
    { model: 'claude-opus-5.5', messages: [{ role: 'user', content: '[[sim:think]] Hi' }] },
  ],
  responses: ['/responses', { model: 'gpt-6.1-sol', input: 'Hello', reasoning: { effort: 'high', summary: 'auto' } }],
  messages: [
    '/v1/messages',
    {
      model: 'claude-opus-5.5',
      max_tokens: 4000,
      thinking: { type: 'adaptive', display: 'summarized' },
      messages: [{ role: 'user', content: 'Hello' }],
    },
  ],
} as const;
type Scene = keyof typeof scenes;

async function play(scene: Scene, quirk: QuirkName): Promise<string> {
  const [path, body] = scenes[scene];
  simulator().simulator.addFault({ on: path, do: { kind: 'quirk', name: quirk } });
  const more = path === '/chat/completions' ? { stream_options: { include_usage: true } } : {};
  const reply = await simulator().post(path, { ...body, ...more, stream: true });
  expect(reply.status).toBe(200);
  return reply.text();
}

const first = (payloads: readonly unknown[]) => JSON.stringify(payloads[0]);
const all = (payloads: readonly unknown[]) => JSON.stringify(payloads);
const callsIn = (payloads: readonly Record<string, unknown>[]) =>
  payloads
    .flatMap((payload) => (payload['choices'] as { delta: { tool_calls?: Record<string, unknown>[] } }[]) ?? [])
    .flatMap((choice) => choice.delta.tool_calls ?? []);
const typesOf = (payloads: readonly Record<string, unknown>[]) => payloads.map((payload) => payload['type']);
const at = (payloads: readonly unknown[], part: string) =>
  payloads.findIndex((one) => JSON.stringify(one).includes(part));

/** What each quirk must show. All of them must be here: the table is typed by their names. */
const shows: Readonly<
  Record<QuirkName, readonly [Scene, (payloads: Record<string, unknown>[], text: string) => unknown, unknown]>
> = {
  'empty-first-chunk': ['text', (p) => first(p).startsWith('{"choices":[],"created":0,"id":""'), true],
  'null-choices': ['text', (p) => first(p).includes('"choices":null'), true],
  'null-role': ['text', (p) => all(p).includes('"role":"assistant"'), false],
  'null-usage': [
    'text',
    (p) => p.slice(0, -1).every((one) => one['usage'] === null) && p.at(-1)?.['usage'] !== null,
    true,
  ],
  'message-for-delta': [
    'text',
    (p) => [all(p).includes('"delta"'), all(p).includes('"message":{"content"')],
    [false, true],
  ],
  'late-opaque': ['thought', (p) => at(p, 'reasoning_opaque') > at(p, '"finish_reason"'), true],
  'tool-id-repeated': ['gpt', (p) => new Set(callsIn(p).map((call) => call['id'])).size, 1],
  'tool-id-once': ['calls', (p) => callsIn(p).filter((call) => call['id'] !== undefined).length, 2],
  'tool-same-index': ['calls', (p) => callsIn(p).every((call) => call['index'] === 0), true],
  'tool-whole-arguments': [
    'calls',
    (p) => callsIn(p).map((call) => (call['function'] as { arguments: string }).arguments),
    ['{"city":"a b c"}', '{"city":"d e f"}'],
  ],
  'usage-on-finish': [
    'text',
    (p) => [at(p, '"usage"') === at(p, '"finish_reason"'), at(p, '"usage"')],
    [true, expect.any(Number)],
  ],
  'stop-with-calls': ['gpt', (p) => all(p).includes('"finish_reason":"stop"'), true],
  'runaway-whitespace': ['gpt', () => 'see below', 'see below'],
  'content-filter-results': ['text', (p) => all(p).includes('content_filter_offsets'), true],
  'chat-annotations': ['text', (p) => all(p).includes('IPCodeCitations'), true],
  'stable-ids': [
    'responses',
    (p) =>
      new Set(
        p.filter((one) => one['output_index'] === 0).map((one) => one['item_id'] ?? (one['item'] as { id: string }).id),
      ).size,
    1,
  ],
  'summary-only-in-done': [
    'responses',
    (p) => [
      typesOf(p).some((type) => String(type).includes('reasoning_summary')),
      all(p).includes('summary_text'),
      p.every((one, index) => one['sequence_number'] === index),
    ],
    [false, true, true],
  ],
  'terminal-failed': ['responses', (p) => p.at(-1), expect.objectContaining({ type: 'response.failed' })],
  'terminal-cancelled': ['responses', (p) => p.at(-1), expect.objectContaining({ type: 'response.cancelled' })],
  'terminal-incomplete': ['responses', (p) => p.at(-1), expect.objectContaining({ type: 'response.incomplete' })],
  'usage-inside-response': [
    'responses',
    (p) => p.at(-1),
    expect.objectContaining({ response: expect.objectContaining({ copilot_usage: expect.anything() }) }),
  ],
  pings: ['messages', (p) => typesOf(p).filter((type) => type === 'ping').length > 4, true],
  'silent-thinking': ['messages', () => 'see below', 'see below'],
  'omitted-thinking': [
    'messages',
    (p) => [all(p).includes('thinking_delta'), all(p).includes('signature_delta')],
    [false, true],
  ],
  'redacted-thinking': [
    'messages',
    (p) => [all(p).includes('"type":"redacted_thinking","data":"'), all(p).includes('signature_delta')],
    [true, false],
  ],
  'applied-edits': ['messages', (p) => all(p).includes('cleared_thinking_turns'), true],
  'stop-details': ['messages', (p) => all(p).includes('"stop_details":{"type":"refusal"'), true],
  'message-annotations': ['messages', (p) => all(p).includes('IPCodeCitations'), true],
  comments: ['text', (_, text) => text.startsWith(': simulated\ndata: '), true],
  'several-data-lines': ['messages', () => 'see below', 'see below'],
  crlf: ['messages', (_, text) => text.replaceAll('\r\n', '').includes('\n'), false],
  'split-bytes': ['messages', (p) => typesOf(p).at(-1), 'message_stop'],
  'no-done': ['text', (_, text) => text.includes('[DONE]'), false],
  'stray-done': ['messages', (_, text) => text.endsWith('data: [DONE]\n\n'), true],
  'rising-choices': ['calls', () => 'see below', 'see below'],
};

const ownTests = new Set<QuirkName>(['runaway-whitespace', 'silent-thinking', 'several-data-lines', 'rising-choices']);

test.each(quirkNames.filter((name) => !ownTests.has(name)))('the quirk %s', async (name) => {
  const [scene, look, wanted] = shows[name];
  const text = await play(scene, name);
  expect(look(payloadsOf(text), text)).toEqual(wanted);
});

test('white space runs on until the client leaves', async () => {
  const [path, body] = scenes.gpt;
  simulator().simulator.addFault({ on: path, do: { kind: 'quirk', name: 'runaway-whitespace' } });
  const reply = await simulator().post(path, { ...body, stream: true });
  const reader = reply.body?.getReader();
  let bytes = 0;
  while (bytes < 1_000_000) bytes += (await reader?.read())?.value?.length ?? 0;
  await reader?.cancel();
  await vi.waitFor(() => expect(simulator().simulator.openStreams).toBe(0));
});

test('silent thinking says nothing for as long as the scenario wants', async () => {
  simulator().simulator.changeScenario({ quirks: ['silent-thinking'], thinkingDelayMs: 60_000 });
  const [path, body] = scenes.messages;
  const reply = await simulator().post(path, { ...body, stream: true });
  const reading = reply.text();
  await vi.waitFor(() => expect(clock.timers).toBe(1));
  clock.advance(59_999);
  expect(simulator().simulator.openStreams).toBe(1);
  clock.advance(1);
  const text = await reading;
  expect([text.includes('thinking_delta'), text.includes('signature_delta')]).toEqual([false, true]);
});

test.each([
  [[0, 0], []],
  [[0, 1], ['rising-choices']],
] as const)('split choices of Claude are numbered %j', async (indices, quirks) => {
  simulator().simulator.changeScenario({ quirks });
  const [path, body] = scenes.calls;
  const { choices } = (await (await simulator().post(path, body)).json()) as { choices: { index: number }[] };
  expect(choices.map((choice) => choice.index)).toEqual(indices);
});

test('the lines of an event are one JSON text again', async () => {
  const text = await play('messages', 'several-data-lines');
  const events: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => void events.push(data) });
  parser.feed(text);
  expect(text).toContain('data: {\ndata:  "type": "message_start"');
  expect(typesOf(events.map((data) => JSON.parse(data) as Record<string, unknown>))).toContain('message_stop');
});

test('a quirk is called up by its marker too, and several at once', async () => {
  const content = '[[sim:quirk comments]][[sim:quirk null-choices]] Hello';
  const [path, body] = scenes.text;
  const reply = await simulator().post(path, { ...body, messages: [{ role: 'user', content }], stream: true });
  const text = await reply.text();
  expect([text.includes(': simulated'), text.includes('"choices":null')]).toEqual([true, true]);
});

test('an error event of Responses counts on', async () => {
  const [path, body] = scenes.responses;
  simulator().simulator.addFault({ on: path, do: { kind: 'error-event', afterEvents: 5 } });
  const text = await (await simulator().post(path, { ...body, stream: true })).text();
  expect(payloadsOf(text).at(-1)).toMatchObject({ type: 'error', sequence_number: 5 });
});
