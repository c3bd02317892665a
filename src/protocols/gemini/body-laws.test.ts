/** Laws on generated bodies: none brings the decoders down, and a longer conversation begins as the shorter one did. */
import type { Content } from '@google/genai';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Item } from '../../canonical/conversation.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { decodeGeminiCount } from './count-tokens.ts';
import { asksForGeminiSchema } from './decode-generation.ts';
import { decodeGeminiRequest } from './decode-request.ts';
import { decodeGeminiEmbeddings } from './embeddings.ts';

const noReport = () => undefined;
const itemsOf = (contents: unknown): readonly Item[] => decodeGeminiRequest({ contents }, noReport).items;

const members = [
  'contents',
  'role',
  'parts',
  'text',
  'thought',
  'thoughtSignature',
  'functionCall',
  'function_response',
  'response',
  'name',
  'args',
  'id',
  'inlineData',
  'mimeType',
  'data',
  'fileData',
  'fileUri',
  'systemInstruction',
  'tools',
  'functionDeclarations',
  'parameters',
  'parametersJsonSchema',
  'type',
  'enum',
  'nullable',
  'anyOf',
  'properties',
  'propertyOrdering',
  'toolConfig',
  'functionCallingConfig',
  'mode',
  'allowedFunctionNames',
  'generation_config',
  'responseMimeType',
  'responseSchema',
  'responseFormat',
  'thinkingConfig',
  'stopSequences',
  'requests',
  'content',
  'generateContentRequest',
  '__proto__',
];
const words = ['user', 'model', 'f', 'image/png', 'application/json', 'STRING', 'OBJECT', 'ANY', 'QUJD', ''];
const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'large' },
    fc.constantFrom<unknown>(...words, null, true, 0, -1, 3),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...members), tie('value'), { maxKeys: 5 }),
  ),
})).value;
const anyBody = fc.dictionary(fc.constantFrom(...members), anything, { maxKeys: 6 });

test('any body is decoded, or refused by the name of what is wrong with it', () => {
  fc.assert(
    fc.property(anyBody, (body) => {
      for (const decode of [
        () => decodeGeminiRequest({ contents: 'hi', ...body }, noReport),
        () => decodeGeminiRequest(decodeGeminiCount(body), noReport),
        () => decodeGeminiEmbeddings(body, noReport),
        () => asksForGeminiSchema(body),
      ])
        try {
          JSON.stringify(decode());
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ProxyError);
          expect((thrown as ProxyError).code).toBe('invalid_request');
          expect((thrown as ProxyError).param).toBeTruthy();
        }
    }),
    { numRuns: 2000 },
  );
});

const name = fc.constantFrom('a', 'b');
const id = fc.option(fc.constantFrom('x', 'y', 'call_0', 'call_1'), { nil: undefined });
/** A result may name a call again that has its result; then it is a second one of that call, which is no fault of ours. */
const resultId = fc.option(fc.constantFrom('x', 'y', 'z'), { nil: undefined });
const withId = (given: string | undefined): JsonObject => (given === undefined ? {} : { id: given });
const modelPart = fc.oneof(
  fc.constantFrom<JsonObject>({ text: 'said' }, { text: 'hm', thought: true }, { text: '', thoughtSignature: 'S' }),
  fc.tuple(name, id).map(([called, given]) => ({ functionCall: { name: called, args: {}, ...withId(given) } })),
);
const userPart = fc.oneof(
  fc.constant<JsonObject>({ text: 'asked' }),
  fc
    .tuple(name, resultId)
    .map(([called, given]) => ({ functionResponse: { name: called, response: { output: 'x' }, ...withId(given) } })),
);
const anyTurns = fc.array(
  fc
    .record({
      user: fc.array(userPart, { minLength: 1, maxLength: 3 }),
      model: fc.array(modelPart, { minLength: 1, maxLength: 4 }),
    })
    .map(({ user, model }): Content[] => [
      { role: 'user', parts: user },
      { role: 'model', parts: model },
    ]),
  { minLength: 1, maxLength: 5 },
);

test('law 5: the items of a longer conversation begin with those of the shorter one', () => {
  fc.assert(
    fc.property(anyTurns, (turns) => {
      const whole = itemsOf(turns.flat());
      for (const length of turns.keys()) {
        const shorter = itemsOf(turns.slice(0, length + 1).flat());
        expect(whole.slice(0, shorter.length)).toEqual(shorter);
      }
    }),
  );
});

test('no call without an id gets that of another, and no two results are of one', () => {
  fc.assert(
    fc.property(anyTurns, (turns) => {
      const parts = turns.flat().flatMap((content) => content.parts ?? []);
      const given = new Set(parts.flatMap(({ functionCall }) => functionCall?.id ?? []));
      const items = itemsOf(turns.flat());
      const called = items.flatMap((item) => (item.kind === 'tool-call' ? [item.callId] : []));
      const minted = called.filter((one) => !given.has(one));
      expect(new Set(minted).size).toBe(minted.length);
      const results = items.flatMap((item) => (item.kind === 'tool-result' ? [item.callId] : []));
      const mintedResults = results.filter((one) => minted.includes(one));
      expect(new Set(mintedResults).size).toBe(mintedResults.length);
    }),
  );
});

test('the chunks of a stream are the same as the answer in one piece', () => {
  fc.assert(
    fc.property(fc.array(modelPart, { minLength: 1, maxLength: 8 }), (parts) => {
      const apart = parts.map((part) => ({ role: 'model', parts: [part] }));
      expect(itemsOf(apart)).toEqual(itemsOf([{ role: 'model', parts }]));
    }),
  );
});
