import { expect, test } from 'vitest';
import { mergeCompletion } from './merge-choices.ts';

const text = { index: 0, message: { role: 'assistant', content: 'a' }, finish_reason: 'stop' };
const calls = { index: 1, message: { content: null, tool_calls: [{ id: 't' }] }, finish_reason: 'stop' };

test('a split answer is one choice that asks for its calls, though every part says stop', () => {
  for (const choices of [
    [text, calls],
    [calls, text],
  ]) {
    expect(mergeCompletion({ choices })?.['choices']).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: 'a', tool_calls: [{ id: 't' }] },
        finish_reason: 'tool_calls',
      },
    ]);
  }
});

test('one choice that ends in the wrong word is mended, and one that is right keeps its bytes', () => {
  expect(mergeCompletion({ choices: [calls] })).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] });
  expect(mergeCompletion({ choices: [{ ...text, finish_reason: 'tool_calls' }] })).toMatchObject({
    choices: [{ finish_reason: 'stop' }],
  });
  expect(mergeCompletion({ choices: [text] })).toBeUndefined();
});
