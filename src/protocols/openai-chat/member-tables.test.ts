import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { decodeChatRequest } from './decode-request.ts';
import { requestMembers } from './member-tables.ts';

const messages = [{ role: 'user', content: 'hi' }];

test.each<[string, JsonObject, readonly string[]]>([
  [
    'prediction and a voice',
    { prediction: { type: 'content', content: 'x' }, audio: { voice: 'a' } },
    ['audio', 'prediction'],
  ],
  ['a member that nobody knows', { surprise: 1 }, ['surprise']],
  [
    'members with which nothing is lost',
    { store: false, service_tier: 'auto', metadata: {}, n: 1, modalities: ['text'], seed: null, surprise: null },
    [],
  ],
  [
    'members of messages and parts',
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'a', odd: 1 }], mood: 'sad', id: 'x' }] },
    ['messages.0.content.0.odd', 'messages.0.mood'],
  ],
])('reports %s', (_name, body, paths) => {
  const edits: RequestEdit[] = [];
  decodeChatRequest({ model: 'm', messages, ...body }, (edit) => edits.push(edit));
  expect(edits.map(({ path }) => path ?? '').sort()).toEqual(paths);
  expect(edits.every(({ rule }) => rule === 'not-carried')).toBe(true);
});

test("every member of the vendor's type is in the table", () => {
  const members = [
    'messages',
    'model',
    'audio',
    'frequency_penalty',
    'function_call',
    'functions',
    'logit_bias',
    'logprobs',
    'max_completion_tokens',
    'max_tokens',
    'metadata',
    'modalities',
    'moderation',
    'n',
    'parallel_tool_calls',
    'prediction',
    'presence_penalty',
    'prompt_cache_key',
    'prompt_cache_options',
    'prompt_cache_retention',
    'reasoning_effort',
    'response_format',
    'safety_identifier',
    'seed',
    'service_tier',
    'stop',
    'store',
    'stream',
    'stream_options',
    'temperature',
    'tool_choice',
    'tools',
    'top_logprobs',
    'top_p',
    'user',
    'verbosity',
    'web_search_options',
  ] as const satisfies readonly (keyof ChatCompletionCreateParams)[];
  expect(members.filter((member) => !Object.hasOwn(requestMembers, member))).toEqual([]);
});
