/** Streams whose translation went wrong elsewhere: the cases of `translation.md` 2.3 by their number. */
import { expect, test } from 'vitest';
import { chatStream, chunk, down, type Json } from './exchange.ts';

const piece = (index: number, pieces: string, head: object = {}) => ({
  tool_calls: [{ index, ...head, function: { ...('name' in head ? { name: head.name } : {}), arguments: pieces } }],
});
const begin = (index: number, id: string, pieces = '') =>
  piece(index, pieces, { id, type: 'function', name: `f${index}` });

/** What a caller of Messages sees of each block. */
function blocksOf(events: readonly Json[]): readonly string[] {
  const blocks: string[] = [];
  for (const event of events) {
    if (event.type === 'content_block_start') blocks[event.index] = `${event.content_block.type}:`;
    if (event.type === 'content_block_delta')
      blocks[event.index] += event.delta.text ?? event.delta.partial_json ?? event.delta.thinking ?? '';
  }
  return blocks;
}

const ofType = (events: readonly Json[], type: string) => events.filter((event) => event.type === type);

test('#67 a stream that begins with a call begins with its start', () => {
  const { events } = down('M→C', chatStream([begin(0, 'a', '{}')], 'tool_calls'));
  expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['message_start', 'content_block_start']);
});

test('#68 arguments of two open calls each come in one block', () => {
  const deltas = [begin(0, 'a'), begin(1, 'b'), piece(0, '{"x":'), piece(1, '{"y":'), piece(0, '1}'), piece(1, '2}')];
  const { events } = down('M→C', chatStream(deltas, 'tool_calls'));
  expect(blocksOf(events)).toEqual(['tool_use:{"x":1}', 'tool_use:{"y":2}']);
  expect(events.filter(({ index }) => index === 1).length).toBeGreaterThan(2);
});

test('#69 an id and a name that are told again begin no new call', () => {
  const { events } = down('M→C', chatStream([begin(0, 'a', '{"x"'), begin(0, 'a', ':1}')], 'tool_calls'));
  expect(blocksOf(events)).toEqual(['tool_use:{"x":1}']);
});

const item = (type: string, index: number, value: object) => ({
  type,
  sequence_number: 1,
  output_index: index,
  item: value,
});
const whole = (index: number, value: object) => item('response.output_item.done', index, value);
const over = (output: readonly object[] = []) => ({
  type: 'response.completed',
  sequence_number: 9,
  response: { id: 'r', status: 'completed', output },
});
const reasoning = (text: string, id: string) => ({
  type: 'reasoning',
  id,
  summary: [{ type: 'summary_text', text }],
  encrypted_content: `seal${id}`,
});
const callItem = { type: 'function_call', id: 'f', call_id: 'a', name: 'f', arguments: '{}' };
const message = { type: 'message', id: 'm', role: 'assistant', content: [{ type: 'output_text', text: 'a' }] };

test('#71 a call, a thought and a text at one output index are blocks of their own', () => {
  const { events } = down('M→R', [whole(0, callItem), whole(0, reasoning('hm', '1')), whole(0, message), over()]);
  const starts = ofType(events, 'content_block_start');
  expect(starts.map(({ index }) => index)).toEqual(starts.map((_start, index) => index));
  expect(events.at(-1)?.type).toBe('message_stop');
});

test('#72 a second thought behind a call is a block of its own', () => {
  const { events } = down('M→R', [
    whole(0, reasoning('one', '1')),
    whole(1, callItem),
    whole(2, reasoning('two', '2')),
    over(),
  ]);
  expect(blocksOf(events)).toEqual(['thinking:one', 'tool_use:{}', 'thinking:two']);
});

test('#74 a chunk of two choices loses neither', () => {
  const two = {
    ...chunk({}),
    choices: [
      { index: 0, delta: { content: 'a' } },
      { index: 1, delta: begin(0, 'b', '{}') },
    ],
  };
  const { events } = down('M→C', `data: ${JSON.stringify(two)}\n\n${chatStream([], 'tool_calls')}`);
  expect(blocksOf(events)).toEqual(['text:a', 'tool_use:{}']);
});

const counted = chatStream([{ content: 'a' }], 'stop', {
  ...chunk({}),
  choices: [],
  usage: {
    prompt_tokens: 10,
    completion_tokens: 2,
    prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 1 },
  },
});

test('#75 #76 usage that comes behind the finish is in the ending, with what was cached told once', () => {
  const [ending] = ofType(down('M→C', counted).events, 'message_delta');
  expect(ending?.usage).toMatchObject({
    input_tokens: 5,
    cache_read_input_tokens: 4,
    cache_creation_input_tokens: 1,
    output_tokens: 2,
  });
});

test('#78 #80 an upstream that leaves without a reason is no success', () => {
  for (const way of ['M→C', 'R→C'] as const) {
    const { ended, text } = down(way, chatStream([{ content: 'a' }], null));
    expect(ended).toBe(false);
    expect(text).not.toMatch(/message_stop|response\.completed|end_turn|\[DONE\]/);
  }
});

test('#79 a Responses stream that dies has no last event of success', () => {
  const { ended, text } = down('C→R', [whole(0, message)]);
  expect(ended).toBe(false);
  expect(text).not.toContain('[DONE]');
});

test('#82 thoughts come first, then their signature, then the text', () => {
  const { events } = down(
    'M→C',
    chatStream([{ reasoning_text: 'hm' }, { reasoning_opaque: 'x' }, { content: 'a' }], 'stop'),
  );
  expect(ofType(events, 'content_block_delta').map(({ delta }) => delta.type)).toEqual([
    'thinking_delta',
    'signature_delta',
    'text_delta',
  ]);
});

test('#84 #85 an item keeps its id, and its last event has the whole text', () => {
  const { events } = down('R→C', chatStream([{ content: 'a' }, { content: 'b' }], 'stop'));
  const [added] = ofType(events, 'response.output_item.added');
  const [done] = ofType(events, 'response.output_item.done');
  expect(done?.item.id).toBe(added?.item.id);
  expect(done?.item.content).toMatchObject([{ text: 'ab' }]);
  expect(ofType(events, 'response.output_text.done')).toMatchObject([{ text: 'ab' }]);
});

test('#87 a stream of Messages ends with its own last event', () => {
  const { text } = down('M→C', counted);
  expect(text).not.toContain('[DONE]');
  expect(text.trimEnd()).toMatch(/message_stop"\}$/);
});

test('#88 a character that two pieces of bytes share arrives whole', () => {
  expect(down('M→C', chatStream([{ content: '中😀' }], 'stop')).whole().content).toMatchObject([{ text: '中😀' }]);
});

test('#90 blanks without end in arguments end the answer', () => {
  const blanks = Array.from({ length: 60 }, () => piece(0, ' '.repeat(10)));
  expect(down('M→C', chatStream([begin(0, 'a', '{'), ...blanks], 'tool_calls')).fault).toMatch(/blanks/);
  expect(
    down('M→C', chatStream([begin(0, 'a', '{'), ...blanks.slice(0, 40), piece(0, '}')], 'tool_calls')).fault,
  ).toBeNull();
});

test('#40 raw text for a custom tool comes back raw, piece by piece', () => {
  const tools = [{ type: 'custom', name: 'apply_patch', description: 'd' }];
  const pieces = ['{"inp', 'ut":"*** Begin', '\\n+a \\"b\\"', '"}'];
  const deltas = [
    piece(0, '', { id: 'a', type: 'function', name: 'apply_patch' }),
    ...pieces.map((part) => piece(0, part)),
  ];
  const { events } = down('R→C', chatStream(deltas, 'tool_calls'), { tools });
  const [done] = ofType(events, 'response.output_item.done');
  expect(done?.item).toMatchObject({ type: 'custom_tool_call', name: 'apply_patch', input: '*** Begin\n+a "b"' });
  expect(ofType(events, 'response.custom_tool_call_input.delta').length).toBeGreaterThan(1);
});

test('#38 a call of a namespace comes back under its name and namespace', () => {
  const tools = [{ type: 'namespace', name: 'ns', tools: [{ type: 'function', name: 'f', parameters: {} }] }];
  const deltas = [piece(0, '{}', { id: 'a', type: 'function', name: 'ns__f' })];
  const { events } = down('R→C', chatStream(deltas, 'tool_calls'), { tools });
  expect(ofType(events, 'response.output_item.done')[0]?.item).toMatchObject({ name: 'f', namespace: 'ns' });
});
