/** Tests of the grammar of Completions streams: what is sound, and each way not to be. */
import { expect, test } from 'vitest';
import { createCompletionsGrammar } from './grammar.ts';

const identity = { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'm' };
const chunk = (text: unknown, reason: string | null = null) => ({
  ...identity,
  choices: [{ text, index: 0, logprobs: null, finish_reason: reason }],
});
const usage = { ...identity, choices: [], usage: { prompt_tokens: 1 } };

function faultOf(events: readonly unknown[]): string | null {
  const grammar = createCompletionsGrammar();
  for (const event of events) {
    const fault = grammar.push(event);
    if (fault !== null) return fault;
  }
  return grammar.end();
}

test.each([
  ['text, finish and mark', [chunk('a'), chunk('', 'stop'), '[DONE]']],
  ['usage behind the finish', [chunk('a'), chunk('', 'length'), usage, '[DONE]']],
  ['an error in place of the end', [chunk('a'), { error: { message: 'x' } }]],
])('%s is sound', (_what, events) => {
  expect(faultOf(events)).toBeNull();
});

test.each([
  ['no end', [chunk('a')], 'no end'],
  ['a mark without a finish', [chunk('a'), '[DONE]'], 'without a finish'],
  ['more behind the finish', [chunk('', 'stop'), chunk('a')], 'behind its finish'],
  ['usage before it', [chunk('a'), usage], 'behind the finish'],
  ['usage twice', [chunk('', 'stop'), usage, usage], 'behind the finish'],
  ['something behind the mark', [chunk('', 'stop'), '[DONE]', usage], 'behind the end'],
  ['another stream', [chunk('a'), { ...chunk('b'), id: 'cmpl-2' }], 'another stream'],
  ['another object', [{ ...chunk('a'), object: 'chat.completion.chunk' }], 'no such object'],
  ['two choices', [{ ...identity, choices: [{}, {}] }], 'one choice'],
  ['no text', [chunk(7)], 'one text'],
  ['an unknown finish', [chunk('', 'tool_calls')], 'no such finish_reason'],
  ['an event that is no object', ['x'], 'no object'],
  ['an error that says nothing', [{ error: {} }], 'says nothing'],
])('%s is a fault', (_what, events, fault) => {
  expect(faultOf(events)).toContain(fault);
});
