/** What the rules of `/chat/completions` and `/responses` make of bodies that a model would refuse, a row a case. */
import { expect, test } from 'vitest';
import { sampleModel } from '../../../../test/support/sample-model.ts';
import type { JsonObject } from '../../../canonical/json-value.ts';
import type { Model } from '../../../canonical/model.ts';
import { editJson } from '../../../framing/json-text.ts';
import { createBodyDraft } from './body-draft.ts';
import { fitBody } from './fit-body.ts';

const { supports, limits } = sampleModel('m');
const bounded = { ...limits, outputTokens: 16_000 };
const thinker = sampleModel('gpt', {
  vendor: 'OpenAI',
  limits: bounded,
  supports: { ...supports, reasoning: true, reasoningEfforts: ['none', 'low', 'medium', 'high'] },
});
const talker = sampleModel('gpt-old', { vendor: 'Azure OpenAI', limits: bounded });
const silent = sampleModel('new', { vendor: '', supports: { ...supports, unstated: true } });
const gemini = sampleModel('gemini', {
  vendor: 'Google',
  limits: bounded,
  supports: { ...supports, reasoning: true, minThinkingBudget: 256, maxThinkingBudget: 20_000 },
});

type Path = '/chat/completions' | '/responses';

function fitted(path: Path, body: JsonObject, model: Model): { body: unknown; rules: readonly string[] } {
  const whole = { model: model.id, ...body };
  const draft = createBodyDraft(whole);
  const edits = fitBody({ path, draft, model, stream: false, disabledRules: new Set() });
  const { model: _id, ...rest } = JSON.parse(editJson(JSON.stringify(whole), draft.edits())) as JsonObject;
  return { body: rest, rules: [...new Set(edits.map(({ rule }) => rule))] };
}

const empty = { type: 'object', properties: {} };
const chatTool = (fields: object) => ({ type: 'function', function: { name: 'f', ...fields } });

type Row = readonly [string, Path, Model, JsonObject, JsonObject, readonly string[]];

const chat = '/chat/completions';
const responses = '/responses';
const rows: readonly Row[] = [
  [
    'a limit over the model, under its new name',
    chat,
    thinker,
    { a: 1, max_tokens: 99_000 },
    { a: 1, max_completion_tokens: 16_000 },
    ['max-completion-tokens', 'output-limit'],
  ],
  ['a limit over the model', chat, talker, { max_tokens: 99_000 }, { max_tokens: 16_000 }, ['output-limit']],
  ['a limit within it', chat, talker, { max_tokens: 16_000 }, { max_tokens: 16_000 }, []],
  ['a limit that is none', chat, talker, { max_tokens: null }, { max_tokens: null }, []],
  ['stop sequences of a thinker', chat, thinker, { stop: ['END'] }, {}, ['no-stop']],
  ['stop sequences of others', chat, talker, { stop: ['END'] }, { stop: ['END'] }, []],
  ['minimal effort', chat, thinker, { reasoning_effort: 'minimal' }, { reasoning_effort: 'none' }, ['chat-effort']],
  ['too much effort', chat, thinker, { reasoning_effort: 'max' }, { reasoning_effort: 'high' }, ['chat-effort']],
  ['effort of a model that has none', chat, talker, { reasoning_effort: 'low' }, {}, ['chat-effort']],
  [
    'effort of a model that counts',
    chat,
    gemini,
    { reasoning_effort: 'high' },
    { thinking_budget: 20_000 },
    ['chat-effort'],
  ],
  [
    'effort of a model of which nothing is said',
    chat,
    silent,
    { reasoning_effort: 'max' },
    { reasoning_effort: 'max' },
    [],
  ],
  [
    'effort of a model of which nothing is said, on Responses',
    responses,
    silent,
    { reasoning: { effort: 'max' } },
    { reasoning: { effort: 'max' } },
    [],
  ],
  [
    'an effort whose budget is more than the answer may have',
    chat,
    gemini,
    { reasoning_effort: 'high', max_tokens: 500 },
    { max_tokens: 500, thinking_budget: 499 },
    ['chat-effort'],
  ],
  [
    'an effort where no budget has room',
    chat,
    gemini,
    { reasoning_effort: 'high', max_tokens: 256 },
    { max_tokens: 256 },
    ['chat-effort'],
  ],
  [
    'a budget over the model',
    chat,
    gemini,
    { thinking_budget: 20_001 },
    { thinking_budget: 20_000 },
    ['chat-thinking-budget'],
  ],
  ['a budget at its bound', chat, gemini, { thinking_budget: 20_000 }, { thinking_budget: 20_000 }, []],
  ['a budget under it', chat, gemini, { thinking_budget: 255 }, { thinking_budget: 256 }, ['chat-thinking-budget']],
  ['a budget that nobody bounds', chat, talker, { thinking_budget: 99_000 }, { thinking_budget: 99_000 }, []],
  ['no effort of a model that counts', chat, gemini, { reasoning_effort: 'none' }, {}, ['chat-effort']],
  [
    'a function without parameters',
    chat,
    talker,
    { tools: [chatTool({ parameters: null })] },
    { tools: [chatTool({ parameters: empty })] },
    ['chat-parameters'],
  ],
  [
    'a schema for Gemini',
    chat,
    gemini,
    { tools: [chatTool({ parameters: { ...empty, $schema: 'x', additionalProperties: false } })] },
    { tools: [chatTool({ parameters: empty })] },
    ['gemini-schema'],
  ],
  [
    'a schema that Gemini takes',
    chat,
    gemini,
    { tools: [chatTool({ parameters: { properties: {}, type: 'object' } })] },
    { tools: [chatTool({ parameters: { properties: {}, type: 'object' } })] },
    [],
  ],
  [
    'the schema of an answer of Gemini',
    chat,
    gemini,
    { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { const: 'a' } } } },
    { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'string', enum: ['a'] } } } },
    ['gemini-schema'],
  ],
  [
    'a choice without tools',
    chat,
    talker,
    { tool_choice: 'auto', parallel_tool_calls: false },
    {},
    ['chat-tool-choice'],
  ],
  ['a vendor in small letters', chat, { ...thinker, vendor: 'azure openai' }, { stop: ['END'] }, {}, ['no-stop']],
  ['a user of 64 characters in 128 bytes', chat, talker, { user: 'Ã©'.repeat(64) }, { user: 'Ã©'.repeat(64) }, []],
  ['a long user', chat, talker, { user: 'u'.repeat(65) }, {}, ['short-user']],
  ['a short user', chat, talker, { user: 'u'.repeat(64) }, { user: 'u'.repeat(64) }, []],
  [
    'a limit that OpenAI finds too low',
    responses,
    thinker,
    { max_output_tokens: 1 },
    { max_output_tokens: 16 },
    ['output-limit'],
  ],
  [
    'a limit over the model of responses',
    responses,
    thinker,
    { max_output_tokens: 99_000 },
    { max_output_tokens: 16_000 },
    ['output-limit'],
  ],
  [
    'effort that newer models refuse',
    responses,
    thinker,
    { reasoning: { effort: 'minimal', summary: 'auto' } },
    { reasoning: { effort: 'none', summary: 'auto' } },
    ['responses-effort'],
  ],
  [
    'parameters that are null, in a namespace too',
    responses,
    thinker,
    {
      tools: [
        { type: 'function', name: 'f', parameters: null },
        { type: 'namespace', name: 'n', description: 'N.', tools: [{ type: 'function', name: 'g', parameters: null }] },
      ],
    },
    {
      tools: [
        { type: 'function', name: 'f', parameters: empty },
        {
          type: 'namespace',
          name: 'n',
          description: 'N.',
          tools: [{ type: 'function', name: 'g', parameters: empty }],
        },
      ],
    },
    ['responses-parameters'],
  ],
  [
    'a namespace that says nothing of itself',
    responses,
    thinker,
    { tools: [{ type: 'namespace', name: 'n', tools: [] }] },
    { tools: [{ type: 'namespace', name: 'n', tools: [], description: 'n' }] },
    ['namespace-description'],
  ],
  [
    'hosted tools among others',
    responses,
    thinker,
    {
      tools: [{ type: 'image_generation' }, { type: 'function', name: 'f' }],
      tool_choice: { type: 'image_generation' },
    },
    { tools: [{ type: 'function', name: 'f' }] },
    ['no-hosted-tools'],
  ],
  [
    'a choice of no tools',
    responses,
    thinker,
    { tools: [], tool_choice: 'required' },
    { tools: [] },
    ['responses-tool-choice'],
  ],
];

test.each(rows)('%s', (_name, path, model, body, expected, rules) => {
  const result = fitted(path, body, model);
  expect(result.body).toEqual(expected);
  expect(result.rules).toEqual(rules);
});
