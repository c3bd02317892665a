/** Tests of the grammar of Ollama's answers: what is sound, and each way not to be. */
import { expect, test } from 'vitest';
import type { OllamaKind } from './answer-line.ts';
import { createOllamaGrammar } from './grammar.ts';

const base = { model: 'm', created_at: '2026-11-22T23:00:00Z' };
const line = (message: object = {}) => ({
  ...base,
  message: { role: 'assistant', content: 'a', ...message },
  done: false,
});
const counts = {
  total_duration: 1,
  load_duration: 0,
  prompt_eval_count: 1,
  prompt_eval_duration: 0,
  eval_count: 1,
  eval_duration: 0,
};
const end = { ...line(), done: true, done_reason: 'stop', ...counts };
const loaded = { ...line(), done: true, done_reason: 'load' };
const piece = { ...base, response: 'a', done: false };
const call = { function: { name: 'f', arguments: {} } };

function faultOf(events: readonly unknown[], kind: OllamaKind = 'chat'): string | null {
  const grammar = createOllamaGrammar(kind);
  for (const event of events) {
    const fault = grammar.push(event);
    if (fault !== null) return fault;
  }
  return grammar.end();
}

test.each<[string, readonly unknown[], OllamaKind?]>([
  ['text and an end', [line(), end]],
  ['thoughts and calls', [line({ thinking: 'b' }), line({ tool_calls: [call] }), end]],
  ['a load', [loaded]],
  ['an error in place of the end', [line(), { error: 'x' }]],
  ['an answer to generate', [piece, { ...end, response: '' }], 'generate'],
])('%s is sound', (_what, events, kind) => {
  expect(faultOf(events, kind)).toBeNull();
});

test.each<[string, readonly unknown[], string, OllamaKind?]>([
  ['no end', [line()], 'no end'],
  ['more behind the end', [end, line()], 'behind the end'],
  ['more behind an error', [{ error: 'x' }, end], 'behind the end'],
  ['an error that says nothing', [{ error: { message: 'x' } }], 'says nothing'],
  ['another model', [line(), { ...end, model: 'n' }], 'another model'],
  ['no moment', [{ ...line(), created_at: 'now' }], 'created_at'],
  ['nothing of the end', [{ ...base, message: line().message }], 'the last'],
  ['no message', [{ ...base, done: false }], 'no message'],
  ['no content', [line({ content: null })], 'no text in content'],
  ['thoughts that are no text', [line({ thinking: 7 })], 'thoughts'],
  ['arguments as text', [line({ tool_calls: [{ function: { name: 'f', arguments: '{}' } }] })], 'not whole'],
  ['no calls', [line({ tool_calls: [] })], 'not whole'],
  ['an early reason', [{ ...line(), done_reason: 'stop' }], 'before the end'],
  ['an unknown reason', [{ ...end, done_reason: 'tool_calls' }], 'no such done_reason'],
  ['a missing count', [{ ...end, eval_count: undefined }], 'eval_count'],
  ['a line of chat', [line()], 'no text in response', 'generate'],
  ['an event that is no object', ['[DONE]'], 'no object'],
])('%s is a fault', (_what, events, fault, kind) => {
  expect(faultOf(events, kind)).toContain(fault);
});
