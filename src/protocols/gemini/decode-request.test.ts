/** Tests of what a Gemini request asks for beside its contents: tools, the answer's form, thinking. */
import type { FunctionDeclaration, GenerateContentConfig, Tool } from '@google/genai';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { ModelRequest } from '../../canonical/model-request.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { decodeGeminiCount } from './count-tokens.ts';
import { asksForGeminiSchema } from './decode-generation.ts';
import { decodeGeminiRequest } from './decode-request.ts';
import { decodeGeminiEmbeddings, encodeGeminiEmbeddings } from './embeddings.ts';

function decode(body: JsonObject) {
  const edits: RequestEdit[] = [];
  const request = decodeGeminiRequest({ contents: 'hi', ...body }, (edit) => edits.push(edit));
  return { request, paths: edits.map(({ path }) => path) };
}
const generation = (config: JsonObject) => decode({ generationConfig: config });

test('#53 schemas of both dialects become one', () => {
  const functions: FunctionDeclaration[] = [
    {
      name: 'old',
      description: 'Looks.',
      parameters: {
        type: 'OBJECT',
        properties: {
          n: { type: 'INTEGER', format: 'int32', minimum: 1, nullable: true, enum: ['1', '2'] },
          words: { type: 'ARRAY', minItems: '1', items: { type: 'STRING', format: 'enum', enum: ['a'], example: 'a' } },
          either: { nullable: true, anyOf: [{ type: 'STRING' }, { type: 'BOOLEAN' }] },
        },
        propertyOrdering: ['either', 'n'],
        required: ['n'],
      } as FunctionDeclaration['parameters'] & object,
    },
    { name: 'new', parametersJsonSchema: { type: 'object', additionalProperties: false, $defs: { nullable: {} } } },
    { name: 'none' },
  ];
  const { request, paths } = decode({ tools: [{ functionDeclarations: functions }] });
  expect(paths).toEqual([]);
  expect(request.tools).toMatchObject([
    {
      kind: 'function',
      name: 'old',
      description: 'Looks.',
      schema: {
        type: 'object',
        properties: {
          n: { type: ['integer', 'null'], format: 'int32', minimum: 1, enum: [1, 2, null] },
          words: { type: 'array', minItems: 1, items: { type: 'string', enum: ['a'], examples: ['a'] } },
          either: { anyOf: [{ type: 'string' }, { type: 'boolean' }, { type: 'null' }] },
        },
        required: ['n'],
      },
    },
    { name: 'new', schema: { type: 'object', additionalProperties: false, $defs: { nullable: {} } } },
    { name: 'none', schema: null },
  ]);
  const [old] = request.tools;
  const properties = old?.kind === 'function' ? Object.keys(old.schema?.['properties'] ?? {}) : [];
  expect(properties).toEqual(['either', 'n', 'words']);
});

test("a schema in JSON Schema's place with the types of the other dialect means that one", () => {
  const schema = { type: 'OBJECT', properties: { type: { type: 'STRING', nullable: true } } };
  expect(
    generation({ responseMimeType: 'application/json', responseJsonSchema: schema }).request.output.format,
  ).toMatchObject({
    schema: { type: 'object', properties: { type: { type: ['string', 'null'] } } },
  });
});

test('tools that Google runs are left to be reported, each under its name', () => {
  const tools: Tool[] = [{ googleSearch: {} }, { codeExecution: {}, functionDeclarations: [{ name: 'f' }] }];
  expect(
    decode({ tools: [...tools, { url_context: {} }] }).request.tools.map((tool) =>
      tool.kind === 'hosted' ? tool.type : tool.kind,
    ),
  ).toEqual(['googleSearch', 'codeExecution', 'function', 'urlContext']);
});

const tool = (name: string) => ({ name, namespace: null });
test.each<[JsonObject, ModelRequest['toolChoice']]>([
  [{}, null],
  [{ mode: 'AUTO' }, { kind: 'auto' }],
  [{ mode: 'any' }, { kind: 'required' }],
  [
    { mode: 'ANY', allowedFunctionNames: ['f'] },
    { kind: 'tool', tool: tool('f') },
  ],
  [
    { mode: 'ANY', allowed_function_names: ['f', 'g'] },
    { kind: 'allowed', required: true, tools: [tool('f'), tool('g')] },
  ],
  [{ mode: 'NONE' }, { kind: 'none' }],
  [{ mode: 'MODE_UNSPECIFIED' }, null],
])('the choice %j', (functionCallingConfig, choice) => {
  const { request, paths } = decode({ toolConfig: { functionCallingConfig } });
  expect(request.toolChoice).toEqual(choice);
  expect(paths).toEqual([]);
});

test('a validated choice is nearly the free one', () => {
  const { request, paths } = decode({ toolConfig: { functionCallingConfig: { mode: 'VALIDATED' } } });
  expect(request.toolChoice).toEqual({ kind: 'auto' });
  expect(paths).toEqual(['toolConfig.functionCallingConfig.mode']);
});

test('numbers, also as texts and in snake_case', () => {
  const { request, paths } = generation({
    temperature: 0.5,
    top_p: 0.9,
    topK: 40,
    seed: '7',
    presencePenalty: 1,
    frequencyPenalty: -1,
    maxOutputTokens: '100',
    stopSequences: ['a', ''],
    candidateCount: 1,
    responseLogprobs: true,
    logprobs: 3,
    responseModalities: ['TEXT'],
  });
  expect(paths).toEqual([]);
  expect(request).toMatchObject({
    sampling: { temperature: 0.5, topP: 0.9, topK: 40, seed: 7, presencePenalty: 1, frequencyPenalty: -1 },
    maxOutputTokens: 100,
    stop: ['a'],
    topLogprobs: 3,
    includeUsage: true,
  });
});

test.each<[GenerateContentConfig['thinkingConfig'] | JsonObject, ModelRequest['reasoning']]>([
  [{}, null],
  [{ includeThoughts: false }, null],
  [{ includeThoughts: true }, { effort: null, budgetTokens: null, mode: null, show: true }],
  [{ thinkingBudget: 0 }, { effort: null, budgetTokens: null, mode: 'off', show: false }],
  [{ thinkingBudget: -1 }, { effort: null, budgetTokens: null, mode: 'adaptive', show: false }],
  [{ thinkingBudget: 2048 }, { effort: null, budgetTokens: 2048, mode: 'on', show: false }],
  [{ thinking_level: 'HIGH' }, { effort: 'high', budgetTokens: null, mode: null, show: false }],
  [{ thinkingLevel: 'THINKING_LEVEL_UNSPECIFIED' }, null],
])('thinking of %j', (thinkingConfig, reasoning) => {
  expect(generation({ thinkingConfig }).request.reasoning).toEqual(reasoning);
});

const list = { type: 'array', items: { type: 'string' } };
const schemaOf = (schema: JsonObject) => ({ kind: 'json-schema', name: null, description: null, schema, strict: null });
test.each<[string, JsonObject, object, boolean]>([
  ['text', { responseMimeType: 'text/plain' }, { kind: 'text' }, false],
  [
    "Google's schema",
    { responseMimeType: 'application/json', responseSchema: { type: 'ARRAY', items: { type: 'STRING' } } },
    schemaOf(list),
    true,
  ],
  [
    'one word of several',
    { responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['a', 'b'] } },
    { ...schemaOf({ type: 'string', enum: ['a', 'b'] }), isWord: true },
    true,
  ],
  ['JSON Schema', { response_mime_type: 'application/json', response_json_schema: list }, schemaOf(list), true],
  [
    'a format, as newer clients say it',
    { responseFormat: [{ text: { mimeType: 'APPLICATION_JSON', schema: list } }] },
    schemaOf(list),
    true,
  ],
])('the answer is %s', (_name, config, format, asks) => {
  const { request, paths } = generation(config);
  expect(request.output.format).toEqual(format);
  expect(paths).toEqual([]);
  expect(asksForGeminiSchema({ generationConfig: config })).toBe(asks);
  expect(asksForGeminiSchema({ generation_config: config })).toBe(asks);
});

test('any JSON is asked for in words as well, behind the system turn', () => {
  const { request, paths } = decode({
    systemInstruction: 'Be kind.',
    generationConfig: { responseMimeType: 'application/json' },
  });
  expect(request.output.format).toEqual({ kind: 'json-object' });
  expect(request.items.map((item) => item.kind === 'message' && item.parts)).toEqual([
    [{ kind: 'text', text: 'Be kind.' }],
    [{ kind: 'text', text: 'Answer with JSON and nothing else.' }],
    [{ kind: 'text', text: 'hi' }],
  ]);
  expect(paths).toEqual(['generationConfig.responseMimeType']);
});

test('what stands beside text is reported', () => {
  expect(generation({ responseModalities: ['TEXT', 'IMAGE'] }).paths).toEqual(['generationConfig.responseModalities']);
});

test.each<[string, JsonObject, string]>([
  ['several answers', { candidateCount: 2 }, 'generationConfig.candidateCount'],
  ['sound alone', { responseModalities: ['AUDIO'] }, 'generationConfig.responseModalities'],
  ['too hot', { temperature: 3 }, 'generationConfig.temperature'],
  ['no output', { maxOutputTokens: 0 }, 'generationConfig.maxOutputTokens'],
  ['another form', { responseMimeType: 'text/html' }, 'generationConfig.responseMimeType'],
  ['words without a list of them', { responseMimeType: 'text/x.enum' }, 'generationConfig.responseSchema'],
])('%s is refused', (_name, generationConfig, param) => {
  expect(() => decode({ generationConfig })).toThrow(
    expect.objectContaining({ code: 'invalid_request', param }) as Error,
  );
});

test('what is counted may stand in a request of its own', () => {
  const contents = [{ parts: [{ text: 'a' }] }];
  expect(decodeGeminiCount({ model: 'm', contents })).toEqual({ model: 'm', contents });
  expect(
    decodeGeminiCount({ model: 'm', generateContentRequest: { model: 'models/x', contents, system_instruction: 's' } }),
  ).toEqual({ model: 'm', contents, systemInstruction: 's' });
});

const embeddings = (view: JsonObject) => {
  const paths: (string | undefined)[] = [];
  return { body: decodeGeminiEmbeddings(view, ({ path }) => paths.push(path)), paths };
};

test('embeddings, one and many', () => {
  const content = { parts: [{ text: 'a' }, { text: 'b' }] };
  expect(embeddings({ model: 'm', content, outputDimensionality: 256, taskType: 'RETRIEVAL_QUERY' })).toEqual({
    body: { model: 'm', input: ['a\nb'], dimensions: 256 },
    paths: ['taskType'],
  });
  expect(
    embeddings({ model: 'm', requests: [{ model: 'models/x', content }, { content: { parts: [{ text: 'c' }] } }] }),
  ).toEqual({
    body: { model: 'm', input: ['a\nb', 'c'] },
    paths: [],
  });
});

test.each<[string, JsonObject, string]>([
  ['nothing', {}, 'content'],
  ['an image', { content: { parts: [{ inlineData: {} }] } }, 'content.parts[0]'],
  ['no requests', { requests: [] }, 'requests'],
  [
    'lengths that differ',
    { requests: [{ content: 'a' }, { content: 'b', outputDimensionality: 3 }] },
    'requests[1].outputDimensionality',
  ],
])('an embedding of %s is refused', (_name, view, param) => {
  expect(() => embeddings(view)).toThrow(expect.objectContaining({ param }) as Error);
});

test('embeddings come back in their order', () => {
  const answer = {
    data: [
      { index: 1, embedding: [2] },
      { index: 0, embedding: [1] },
    ],
    usage: { prompt_tokens: 4 },
  };
  const usageMetadata = { promptTokenCount: 4, totalTokenCount: 4 };
  expect(encodeGeminiEmbeddings(answer, true)).toEqual({
    embeddings: [{ values: [1] }, { values: [2] }],
    usageMetadata,
  });
  expect(encodeGeminiEmbeddings(answer, false)).toEqual({ embedding: { values: [1] }, usageMetadata });
});
