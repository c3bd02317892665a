/** Tests of the tables of members: all that the vendor's types name is in them, and what is dropped is reported. */
import type { GenerateContentConfig, GenerationConfig, Part, ThinkingConfig, ToolConfig } from '@google/genai';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { decodeGeminiRequest } from './decode-request.ts';
import { generationMembers, partMembers, requestMembers, thinkingMembers, toolConfigMembers } from './member-tables.ts';

test.each<[string, JsonObject, readonly string[]]>([
  [
    'what Google alone has',
    {
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
      labels: { a: 'b' },
      serviceTier: 'flex',
      generation_config: { speech_config: { a: 1 }, mediaResolution: 'MEDIA_RESOLUTION_LOW' },
      toolConfig: { includeServerSideToolInvocations: true },
      tools: [{ functionDeclarations: [{ name: 'f', behavior: 'NON_BLOCKING', response: { type: 'STRING' } }] }],
    },
    [
      'generationConfig.mediaResolution',
      'generationConfig.speechConfig',
      'labels',
      'safetySettings',
      'serviceTier',
      'toolConfig.includeServerSideToolInvocations',
      'tools.0.functionDeclarations.0.behavior',
      'tools.0.functionDeclarations.0.response',
    ],
  ],
  ['a member that nobody knows', { surprise: 1, generationConfig: { odd: 2 } }, ['generationConfig.odd', 'surprise']],
  [
    'members with which nothing is lost',
    {
      store: false,
      serviceTier: 'standard',
      safetySettings: [],
      labels: {},
      generationConfig: { audioTimestamp: false },
    },
    [],
  ],
])('reports %s', (_name, body, paths) => {
  const edits: RequestEdit[] = [];
  decodeGeminiRequest({ model: 'm', stream: false, contents: 'hi', ...body }, (edit) => edits.push(edit));
  expect(edits.map(({ path }) => path ?? '').sort()).toEqual(paths);
  expect(edits.every(({ rule }) => rule === 'not-carried')).toBe(true);
});

/** What is of the SDK alone, or stands outside `generationConfig` on the wire. */
type OfSdk =
  | 'httpOptions'
  | 'abortSignal'
  | 'automaticFunctionCalling'
  | 'automaticContinuation'
  | 'generationOutputConfig';
const outside = [
  'systemInstruction',
  'tools',
  'toolConfig',
  'safetySettings',
  'cachedContent',
  'continuationToken',
  'labels',
  'serviceTier',
  'store',
  'modelArmorConfig',
] as const satisfies readonly (keyof GenerateContentConfig)[];
type Outside = (typeof outside)[number];

const generation: Record<keyof GenerationConfig | Exclude<keyof GenerateContentConfig, OfSdk | Outside>, true> = {
  modelSelectionConfig: true,
  responseJsonSchema: true,
  audioTranscriptionConfig: true,
  audioTimestamp: true,
  candidateCount: true,
  enableAffectiveDialog: true,
  frequencyPenalty: true,
  logprobs: true,
  maxOutputTokens: true,
  mediaResolution: true,
  presencePenalty: true,
  responseFormat: true,
  responseLogprobs: true,
  responseMimeType: true,
  responseModalities: true,
  responseSchema: true,
  routingConfig: true,
  seed: true,
  speechConfig: true,
  stopSequences: true,
  temperature: true,
  thinkingConfig: true,
  topK: true,
  topP: true,
  enableEnhancedCivicAnswers: true,
  translationConfig: true,
  imageConfig: true,
};
const parts: Record<keyof Part, true> = {
  mediaResolution: true,
  toolCall: true,
  toolResponse: true,
  audioTranscription: true,
  codeExecutionResult: true,
  executableCode: true,
  fileData: true,
  functionCall: true,
  functionResponse: true,
  inlineData: true,
  text: true,
  thought: true,
  thoughtSignature: true,
  videoMetadata: true,
  partMetadata: true,
  mediaProcessing: true,
  speechMetadata: true,
};
const thinking: Record<keyof ThinkingConfig, true> = {
  includeThoughts: true,
  thinkingBudget: true,
  thinkingLevel: true,
};
const choice: Record<keyof ToolConfig, true> = {
  functionCallingConfig: true,
  retrievalConfig: true,
  includeServerSideToolInvocations: true,
};

test.each([
  ['a request', ['model', 'contents', ...outside], requestMembers],
  ['generationConfig', Object.keys(generation), generationMembers],
  ['a part', Object.keys(parts), partMembers],
  ['thinkingConfig', Object.keys(thinking), thinkingMembers],
  ['toolConfig', Object.keys(choice), toolConfigMembers],
])("every member that the vendor's types name in %s is in the table", (_name, members, table) => {
  expect(members.filter((member) => !Object.hasOwn(table, member))).toEqual([]);
});
