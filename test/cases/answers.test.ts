/** Answers whose translation went wrong elsewhere: the cases of `translation.md` 2.2 by their number. */
import { expect, test } from 'vitest';
import { chatStream, chunk, down, type Json } from './exchange.ts';

const callDelta = (index: number, id: string, name: string, pieces: string) => ({
  tool_calls: [{ index, id, type: 'function', function: { name, arguments: pieces } }],
});
const types = (whole: Json) => whole.content.map(({ type }: Json) => type);

test('#54 a call without arguments has an empty object', () => {
  const { content } = down('M→C', chatStream([callDelta(0, 'a', 'f', '')], 'tool_calls')).whole();
  expect(content).toMatchObject([{ type: 'tool_use', id: 'a', name: 'f', input: {} }]);
});

test('#56 a stop behind a call is a call', () => {
  expect(down('M→C', chatStream([callDelta(0, 'a', 'f', '{}')], 'stop')).whole().stop_reason).toBe('tool_use');
});

test('#58 what a filter stopped is no normal end', () => {
  expect(down('M→C', chatStream([{ content: 'a' }], 'content_filter')).whole().stop_reason).toBe('refusal');
});

test('#60 reasoning and its seal come as a thinking block with a signature, before the text', () => {
  const stream = chatStream([{ reasoning_text: 'hm' }, { reasoning_opaque: 'c2VhbA==' }, { content: 'a' }], 'stop');
  const whole = down('M→C', stream).whole();
  expect(types(whole)).toEqual(['thinking', 'text']);
  expect(whole.content[0]).toMatchObject({ thinking: 'hm', signature: expect.stringMatching(/^cf1\./) });
});

test('#61 text in one choice and a call in another are one message', () => {
  const two = {
    ...chunk({}),
    choices: [
      { index: 0, delta: { content: 'a' }, finish_reason: 'stop' },
      { index: 1, delta: callDelta(0, 'b', 'f', '{}'), finish_reason: 'tool_calls' },
    ],
  };
  const whole = down('M→C', `data: ${JSON.stringify(two)}\n\ndata: [DONE]\n\n`).whole();
  expect(types(whole)).toEqual(['text', 'tool_use']);
  expect(whole.stop_reason).toBe('tool_use');
});

const completed = (output: readonly object[], usage?: object) => ({
  type: 'response.completed',
  sequence_number: 1,
  response: { id: 'r', object: 'response', status: 'completed', output, ...(usage ? { usage } : {}) },
});

test('#62 a call of Responses is a call of Chat, whole as well', () => {
  const call = { type: 'function_call', id: 'fc', call_id: 'a', name: 'f', arguments: '{"x":1}', status: 'completed' };
  const { choices } = down('C→R', [completed([call])]).whole();
  expect(choices[0]).toMatchObject({
    finish_reason: 'tool_calls',
    message: { tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{"x":1}' } }] },
  });
});

test('#63 a chat message becomes items of their own, each with id and status', () => {
  const stream = chatStream([{ reasoning_text: 'hm' }, { content: 'a' }, callDelta(0, 'b', 'f', '{}')], 'tool_calls');
  const { output } = down('R→C', stream).whole();
  expect(output).toMatchObject([
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
    { type: 'message', status: 'completed', content: [{ type: 'output_text', text: 'a' }] },
    { type: 'function_call', status: 'completed', call_id: 'b', name: 'f', arguments: '{}' },
  ]);
  expect(output.every(({ id }: Json) => typeof id === 'string' && id !== '')).toBe(true);
});

test('#65 usage has its detail objects where the upstream gave none', () => {
  const plain = chatStream([{ content: 'a' }], 'stop', {
    ...chunk({}),
    choices: [],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  });
  expect(down('R→C', plain).whole().usage).toMatchObject({
    input_tokens: 3,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 2,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 5,
  });
  const message = { type: 'message', id: 'm', role: 'assistant', content: [{ type: 'output_text', text: 'a' }] };
  expect(down('C→R', [completed([message], { input_tokens: 3, output_tokens: 2 })]).whole().usage).toMatchObject({
    prompt_tokens: 3,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  });
});
