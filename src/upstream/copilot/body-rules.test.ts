/** The edits of the rules one by one: what each takes out of a body, and what it leaves alone. */
import { expect, test } from 'vitest';
import { sampleModel } from '../../../test/support/sample-model.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { Model } from '../../canonical/model.ts';
import { editJson } from '../../framing/json-text.ts';
import { bodyRules } from './body-rules.ts';

const claude = sampleModel('claude');
const { supports } = claude;
const thinker = sampleModel('gpt', { vendor: 'Azure OpenAI', supports: { ...supports, reasoning: true } });
const talker = sampleModel('gpt', { vendor: 'OpenAI' });

function edited(name: string, body: JsonObject, model: Model = claude): unknown {
  const rule = bodyRules.find((row) => row.name === name);
  return JSON.parse(editJson(JSON.stringify(body), rule?.edits({ body, model, stream: false }) ?? [])) as unknown;
}

const rows: readonly (readonly [string, string, Model, JsonObject, JsonObject])[] = [
  ['store is switched off', 'store-off', talker, { store: true }, { store: false }],
  ['a body without store keeps its bytes', 'store-off', talker, { a: 1 }, { a: 1 }],
  ['background is left out', 'no-background', talker, { background: true, a: 1 }, { a: 1 }],
  [
    "what Codex's built-in provider adds to items is left out",
    'no-item-metadata',
    talker,
    { input: [{ role: 'user', content: 'x', internal_chat_message_metadata_passthrough: {} }, 'x'] },
    { input: [{ role: 'user', content: 'x' }, 'x'] },
  ],
  ['sampling of a thinker is left out', 'responses-sampling', thinker, { top_p: 0.5, temperature: 0 }, {}],
  ['the default sampling of a thinker stays', 'responses-sampling', thinker, { top_p: 1 }, { top_p: 1 }],
  ['sampling of others stays', 'responses-sampling', talker, { top_p: 0.5 }, { top_p: 0.5 }],
];

test.each(rows)('%s', (_name, rule, model, body, expected) => {
  expect(edited(rule, body, model)).toEqual(expected);
});

const blank = { type: 'text', text: '' };
const word = { type: 'text', text: 'a' };

test('an unsigned call of Gemini goes up as one; what is signed, and the calls of other models, stay', () => {
  const gemini = sampleModel('gemini', { vendor: 'Google' });
  const call = (signature: object) => ({ id: 'c', function: { name: 'f', arguments: '{}', ...signature } });
  const said = (signature: object, further: object = {}) => ({
    messages: [
      { role: 'user', content: 'x' },
      { role: 'assistant', tool_calls: [call(signature), call({})], ...further },
    ],
  });
  const unsigned = { thought_signature: 'skip_thought_signature_validator' };
  expect(edited('gemini-unsigned-calls', said({}), gemini)).toEqual(said(unsigned));
  for (const body of [said({ thought_signature: 's' }), said({}, { reasoning_opaque: 'o' }), { messages: [null] }])
    expect(edited('gemini-unsigned-calls', body, gemini)).toEqual(body);
  expect(edited('gemini-unsigned-calls', said({}), talker)).toEqual(said({}));
});

test('empty texts go, also from tool results, but never the last block of a list', () => {
  const messages = (...content: object[]) => ({ messages: [{ role: 'user', content }] });
  const result = (...content: object[]) => ({ type: 'tool_result', tool_use_id: 't', content });
  expect(edited('no-empty-text', messages(blank, word))).toEqual(messages(word));
  expect(edited('no-empty-text', messages(blank))).toEqual(messages(blank));
  expect(edited('no-empty-text', messages(result(word, blank), blank))).toEqual(messages(result(word)));
  expect(edited('no-empty-text', messages(result(blank)))).toEqual(messages(result(blank)));
});
