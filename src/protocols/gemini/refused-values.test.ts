/** Tests of values that Google refuses and no upstream could make sense of: told by their place, and never left out in silence. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../../canonical/json-value.ts';
import { decodeGeminiRequest } from './decode-request.ts';
import { decodeGeminiEmbeddings } from './embeddings.ts';

const noReport = () => undefined;
const decode = (body: JsonObject) =>
  decodeGeminiRequest({ model: 'm', stream: false, contents: 'hi', ...body }, noReport);
const thinking = (thinkingConfig: unknown) => ({ generationConfig: { thinkingConfig } });
const called = (functionCall: JsonObject) => ({ contents: [{ role: 'model', parts: [{ functionCall }] }] });

test.each<[string, JsonObject, string]>([
  [
    'a thinking budget in words',
    thinking({ thinkingBudget: 'lots' }),
    'generationConfig.thinkingConfig.thinkingBudget',
  ],
  ['half a token of thinking', thinking({ thinkingBudget: 1.5 }), 'generationConfig.thinkingConfig.thinkingBudget'],
  ['less than no thinking', thinking({ thinkingBudget: -2 }), 'generationConfig.thinkingConfig.thinkingBudget'],
  ['a level nobody knows', thinking({ thinkingLevel: 'WEIRD' }), 'generationConfig.thinkingConfig.thinkingLevel'],
  ['thinking in a word', thinking('on'), 'generationConfig.thinkingConfig'],
  ['a configuration in a word', { generationConfig: 'hot' }, 'generationConfig'],
  ['a stop that is a number', { generationConfig: { stopSequences: ['a', 5] } }, 'generationConfig.stopSequences[1]'],
  ['a tool choice in a word', { toolConfig: 'ANY' }, 'toolConfig'],
  ['a mode alone', { toolConfig: { functionCallingConfig: 'ANY' } }, 'toolConfig.functionCallingConfig'],
  [
    'a function without a name',
    { tools: [{ functionDeclarations: [{ name: '' }] }] },
    'tools[0].functionDeclarations[0].name',
  ],
  ['a call of no function', called({ name: '' }), 'contents[0].parts[0].functionCall.name'],
])('%s is refused', (_name, body, param) => {
  expect(() => decode(body)).toThrow(expect.objectContaining({ code: 'invalid_request', param }) as Error);
});

test.each([{ thinkingBudget: '2048' }, { thinkingBudget: null }, { thinkingLevel: 'xhigh' }])(
  'thinking of %j is taken',
  (thinkingConfig) => expect(() => decode(thinking(thinkingConfig))).not.toThrow(),
);

test.each([-4, 0, 1.5, 'many'])('an embedding of the length %j is refused', (outputDimensionality) => {
  const param = 'requests[0].outputDimensionality';
  const asked = () =>
    decodeGeminiEmbeddings({ model: 'm', requests: [{ content: 'a', outputDimensionality }] }, noReport);
  expect(asked).toThrow(expect.objectContaining({ code: 'invalid_request', param }) as Error);
});
