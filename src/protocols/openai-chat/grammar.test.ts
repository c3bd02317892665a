import { expect, test } from 'vitest';
import { callChunk, chunk, done, ending, identity, textChunk } from '../../../test/support/chat-frames.ts';
import { createChatGrammar } from './grammar.ts';

const whole = [chunk({ role: 'assistant', content: null })];
test.each<[string, readonly (object | string)[], string]>([
  [
    'a chunk without an id',
    [{ ...chunk({ role: 'assistant' }), id: undefined }],
    'a chunk without id, created or model',
  ],
  ['another stream', [...whole, { ...textChunk('a'), id: 'y' }], 'a chunk of another stream'],
  ['text before the role', [textChunk('a')], 'the role stands in the first chunk, and there alone'],
  ['two roles', [...whole, ...whole], 'the role stands in the first chunk, and there alone'],
  ['two choices', [...whole, { ...identity, choices: [1, 2] }], 'not one choice at index 0'],
  ['text behind the finish', [...whole, ending('stop'), textChunk('a')], 'more of the answer behind its finish'],
  [
    'a seal in the middle',
    [...whole, chunk({ reasoning_opaque: 'x' }), textChunk('a')],
    'more of the answer behind its seal',
  ],
  ['an unknown finish', [...whole, ending('error')], 'no such finish_reason: "error"'],
  ['tool_calls in vain', [...whole, ending('tool_calls')], 'finish_reason tool_calls without a call'],
  [
    'a call without an id',
    [...whole, callChunk({ index: 0, type: 'function', function: { name: 'f', arguments: '' } })],
    'a call that begins without id or name',
  ],
  [
    'a gap among calls',
    [...whole, callChunk({ index: 1, id: 'a', type: 'function', function: { name: 'f', arguments: '' } })],
    'the index of a call is 1, not 0',
  ],
  ['usage before the finish', [...whole, { ...identity, choices: [], usage: {} }], 'usage before the finish'],
  [
    'usage without details',
    [...whole, ending('stop'), { ...identity, choices: [], usage: {} }],
    'usage without its details',
  ],
  ['[DONE] too early', [...whole, done], '[DONE] without a finish'],
  ['something behind the end', [...whole, ending('stop'), done, textChunk('a')], 'something behind the end'],
])('the grammar finds %s', (_name, events, fault) => {
  const grammar = createChatGrammar();
  expect(events.map((event) => grammar.push(event)).filter((found) => found !== null)).toContain(fault);
});

test('the grammar misses an end', () => {
  expect(createChatGrammar().end()).toBe('the stream has no end');
});
