import { expect, test } from 'vitest';
import { promptMass } from './prompt-mass.ts';

const base64 = 'A'.repeat(100_000);
const mass = (view: Record<string, unknown>) => {
  const bytes = Buffer.from(JSON.stringify(view));
  return { ...promptMass({ bytes, view }), whole: bytes.length };
};

const turn = (content: unknown) => ({ messages: [{ role: 'user', content: [content] }] });

test.each<[string, Record<string, unknown>, number]>([
  [
    'an image of Messages',
    turn({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64 } }),
    1_500,
  ],
  [
    'one in a tool result',
    turn({
      type: 'tool_result',
      content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64 } }],
    }),
    1_500,
  ],
  [
    'a document, by its pages',
    turn({ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: base64 } }),
    4_000,
  ],
  ['an image of Chat', turn({ type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } }), 1_500],
  [
    'a small one',
    turn({ type: 'image_url', image_url: { url: `data:image/png;base64,${base64}`, detail: 'low' } }),
    85,
  ],
  ['an audio of Chat', turn({ type: 'input_audio', input_audio: { data: base64, format: 'wav' } }), 500],
  ['a file of Chat', turn({ type: 'file', file: { filename: 'a.pdf', file_data: base64 } }), 4_000],
  [
    'an image of Responses',
    { input: [{ type: 'message', content: [{ type: 'input_image', image_url: `data:image/png;base64,${base64}` }] }] },
    1_500,
  ],
  ['an image of Gemini', { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: base64 } }] }] }, 1_500],
  ['an image of Ollama', { messages: [{ role: 'user', content: 'look', images: [base64] }] }, 1_500],
])('%s counts by a constant, and its base64 not at all', (_what, view, tokens) => {
  const { bytes, fixedTokens, hasMedia, whole } = mass(view);
  expect({ fixedTokens, hasMedia }).toEqual({ fixedTokens: tokens, hasMedia: true });
  expect(whole - bytes).toBeGreaterThanOrEqual(base64.length);
  expect(bytes).toBeGreaterThan(0);
});

test.each<[string, Record<string, unknown>, number]>([
  ['a signature, which is free', turn({ type: 'thinking', thinking: 'so', signature: base64 }), 0],
  ['a redacted thought', turn({ type: 'redacted_thinking', data: base64 }), 16_667],
  ['sealed reasoning of Responses', { input: [{ type: 'reasoning', encrypted_content: base64 }] }, 16_667],
])('%s is no text, and can be learned from', (_what, view, tokens) => {
  const { bytes, fixedTokens, hasMedia, whole } = mass(view);
  expect({ fixedTokens, hasMedia, sealed: whole - bytes }).toEqual({
    fixedTokens: tokens,
    hasMedia: false,
    sealed: base64.length,
  });
});

test('text is text: a document of text, a tool with such names in its schema, an address', () => {
  const texts = turn({ type: 'document', source: { type: 'text', media_type: 'text/plain', data: base64 } });
  expect(mass(texts)).toMatchObject({ fixedTokens: 0, hasMedia: false, bytes: mass(texts).whole });
  const tools = {
    tools: [{ name: 'x', input_schema: { properties: { image_url: { description: base64 } } } }],
    messages: [],
  };
  expect(mass(tools)).toMatchObject({ fixedTokens: 0, hasMedia: false, bytes: mass(tools).whole });
  const address = turn({ type: 'image_url', image_url: { url: 'https://example.com/a.png' } });
  expect(mass(address)).toMatchObject({ fixedTokens: 1_500, bytes: mass(address).whole });
  expect(mass({ input: 'hello' })).toMatchObject({ fixedTokens: 0, hasMedia: false });
});
