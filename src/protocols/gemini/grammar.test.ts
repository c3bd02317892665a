/** Tests of the grammar of Gemini's streams: what is sound, and each way not to be. */
import { expect, test } from 'vitest';
import { createGeminiGrammar } from './grammar.ts';

const identity = { modelVersion: 'm', responseId: 'r' };
const chunk = (part: object, reason?: string, beside: object = {}) => ({
  ...identity,
  candidates: [
    { content: { role: 'model', parts: [part] }, index: 0, ...(reason !== undefined && { finishReason: reason }) },
  ],
  ...beside,
});
const call = (told: object) => chunk({ functionCall: { id: 'a', name: 'f', args: {}, ...told } });
const end = chunk({ text: '' }, 'STOP');
const usage = { promptTokenCount: 1, candidatesTokenCount: 2, thoughtsTokenCount: 3, totalTokenCount: 6 };

function faultOf(events: readonly unknown[]): string | null {
  const grammar = createGeminiGrammar();
  for (const event of events) {
    const fault = grammar.push(event);
    if (fault !== null) return fault;
  }
  return grammar.end();
}

test.each([
  [
    'text, a thought, a call and the finish',
    [chunk({ text: 'a' }), chunk({ text: 'b', thought: true }), call({}), end],
  ],
  ['a signature', [chunk({ text: '', thoughtSignature: 'QUI=' }, 'STOP', { usageMetadata: usage })]],
  [
    'an error in place of the end',
    [chunk({ text: 'a' }), { error: { code: 502, message: 'x', status: 'UNAVAILABLE' } }],
  ],
])('%s is sound', (_what, events) => {
  expect(faultOf(events)).toBeNull();
});

test.each([
  ['no end', [chunk({ text: 'a' })], 'no end'],
  ['two finishes', [end, end], 'behind the end'],
  ['more behind the finish', [end, chunk({ text: 'a' })], 'behind the end'],
  ['something behind an error', [{ error: { code: 1, message: 'x', status: 'X' } }, end], 'behind the end'],
  ['another stream', [chunk({ text: 'a' }), { ...end, responseId: 's' }], 'another stream'],
  ['no id', [{ ...end, responseId: undefined }], 'without its model or id'],
  ['no candidate', [identity], 'one candidate'],
  ['another role', [{ ...identity, candidates: [{ content: { role: 'user', parts: [] }, index: 0 }] }], 'role user'],
  ['no parts', [{ ...identity, candidates: [{ content: { role: 'model', parts: [] }, index: 0 }] }], 'without parts'],
  ['another index', [{ ...identity, candidates: [{ index: 1 }] }], 'index 0'],
  ['a part that says nothing', [chunk({})], 'not one text or one call'],
  ['an unknown part', [chunk({ text: 'a', surprise: 1 })], 'a part with surprise'],
  ['a text that is none', [chunk({ text: 7 })], 'a text that is none'],
  ['a thought that is none', [chunk({ text: 'a', thought: 'yes' })], 'a thought that is none'],
  [
    'a call that is a thought',
    [chunk({ functionCall: { id: 'a', name: 'f', args: {} }, thought: true })],
    'is a thought',
  ],
  ['a call without a name', [call({ name: '' })], 'without a name'],
  ['a call without an id', [call({ id: undefined })], 'without an id'],
  ['arguments in a text', [call({ args: '{}' })], 'no object'],
  ['a seal that is no base64', [chunk({ text: '', thoughtSignature: 'cf1.a.b' })], 'no base64'],
  ['an unknown finish', [chunk({ text: '' }, 'stop')], 'no such finishReason'],
  [
    'usage that lacks a count',
    [chunk({ text: '' }, 'STOP', { usageMetadata: { promptTokenCount: 1 } })],
    'one of its counts',
  ],
  [
    'usage that does not add up',
    [chunk({ text: '' }, 'STOP', { usageMetadata: { ...usage, totalTokenCount: 7 } })],
    'add up',
  ],
  ['an event that is no object', ['[DONE]'], 'no object'],
  ['an error that says nothing', [{ error: {} }], 'says nothing'],
])('%s is a fault', (_what, events, fault) => {
  expect(faultOf(events)).toContain(fault);
});
