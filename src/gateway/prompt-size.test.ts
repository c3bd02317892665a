/** The size of a prompt: what a tokenizer would see, and nothing that only looks large. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../canonical/json-value.ts';
import { promptSize } from './prompt-size.ts';

const base64 = 'A'.repeat(10_000);

const rows: readonly (readonly [string, JsonObject, number, number])[] = [
  [
    'Messages: text, and no image',
    { messages: [{ role: 'user', content: [{ text: '12345' }, { source: { data: base64 } }] }] },
    9,
    0,
  ],
  ['Messages: a thought', { messages: [{ content: [{ thinking: '123', signature: '4567' }] }] }, 0, 7],
  ['Messages: a redacted thought', { messages: [{ content: [{ type: 'redacted_thinking', data: '1234' }] }] }, 0, 21],
  [
    'Chat: no image by its bytes',
    { messages: [{ content: [{ image_url: { url: `data:image/png;base64,${base64}` } }] }] },
    0,
    0,
  ],
  [
    'Responses: no image, no seal',
    { input: [{ image_url: base64 }, { encrypted_content: '1234', summary: [{ text: '12' }] }] },
    0,
    6,
  ],
  [
    'Gemini: text and system, no image, no seal, no thought',
    {
      systemInstruction: { parts: [{ text: '12' }] },
      contents: [
        { parts: [{ text: '123' }, { inlineData: { data: base64 } }] },
        { parts: [{ text: '1234', thought: true, thoughtSignature: '12345' }] },
      ],
    },
    5,
    9,
  ],
  ['Ollama: text, and no image', { messages: [{ content: '12345', images: [base64] }] }, 5, 0],
  ['Ollama: a bare prompt', { prompt: '12345', system: '12', images: [base64] }, 7, 0],
  ['a bare input', { input: '12345', instructions: '12' }, 7, 0],
  ['nothing of the settings', { model: '12345', metadata: { user_id: '123' }, tools: [{ name: '1234' }] }, 4, 0],
];

test.each(rows)('%s', (_what, view, bytes, reasoningBytes) => {
  expect(promptSize(view)).toMatchObject({ bytes, reasoningBytes });
});

test('each turn has its own size, behind system and tools', () => {
  const view = { system: '12', messages: [{ role: 'user', content: '1' }, { content: '123' }], tools: [{ name: '1' }] };
  const { turns, bytes } = promptSize(view);
  expect([turns.map((turn) => turn.bytes), bytes]).toEqual([[3, 5, 3], 11]);
});

test.each([
  ['another text of the same length', { content: 'abd' }, false],
  ['the same text', { content: 'abc' }, true],
  ['the same text with a cache marker', { content: 'abc', cache_control: { type: 'ephemeral' } }, true],
])('a turn is told from one with %s', (_what, turn, isSame) => {
  const [, before] = promptSize({ messages: [{ content: 'abc' }] }).turns;
  const [, after] = promptSize({ messages: [turn] }).turns;
  if (isSame) expect(after).toEqual(before);
  else expect(after).not.toEqual(before);
});
