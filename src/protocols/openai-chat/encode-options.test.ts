import { expect, test } from 'vitest';
import { sampleModel } from '../../../test/support/sample-model.ts';
import { sampleRequest } from '../../../test/support/sample-request.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { Model } from '../../canonical/model.ts';
import type { ModelRequest } from '../../canonical/model-request.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import type { Tool } from '../../canonical/tool.ts';
import { encodeChatRequest } from './encode-request.ts';

const gpt = sampleModel('gpt', { vendor: 'OpenAI' });

function encode(change: Partial<ModelRequest>, model: Model = gpt) {
  const edits: RequestEdit[] = [];
  const body = encodeChatRequest(sampleRequest(change), { model, report: (edit) => edits.push(edit) });
  return { body, edits, rules: edits.map(({ rule, path }) => `${rule} ${path ?? ''}`) };
}

const tool = (change: object = {}): Tool => ({
  kind: 'function',
  name: 'f',
  namespace: null,
  description: null,
  schema: null,
  strict: null,
  deferred: false,
  ...change,
});
const withTools = (change: object) => ({ tools: [tool()], ...change });
const emptySchema = { type: 'object', properties: {} };
const reasoning = { effort: null, budgetTokens: null, mode: null, show: null };
const thinks = (supports: object) => ({ ...gpt, supports: { ...gpt.supports, ...supports } });
const byEffort = thinks({ reasoningEfforts: ['low', 'high'] });
const byBudget = thinks({ maxThinkingBudget: 32_000 });

test.each<[string, Partial<ModelRequest>, JsonObject, Model?]>([
  [
    '#41 a tool without parameters has an empty object',
    { tools: [tool()] },
    { tools: [{ type: 'function', function: { name: 'f', parameters: emptySchema } }] },
  ],
  [
    '#41 a schema of something else is one of an object',
    { tools: [tool({ schema: { type: ['object', 'null'], properties: { a: {} } }, strict: true })] },
    {
      tools: [
        {
          type: 'function',
          function: { name: 'f', parameters: { type: 'object', properties: { a: {} } }, strict: true },
        },
      ],
    },
  ],
  ['#14 calls one after the other', withTools({ parallelToolCalls: false }), { parallel_tool_calls: false }],
  [
    '#45 a forced tool is nested',
    withTools({ toolChoice: { kind: 'tool', tool: { name: 'f', namespace: null } } }),
    { tool_choice: { type: 'function', function: { name: 'f' } } },
  ],
  [
    'allowed tools',
    withTools({ toolChoice: { kind: 'allowed', required: false, tools: [{ name: 'f', namespace: null }] } }),
    {
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
    },
  ],
  ['#21 stop sequences are a list', { stop: ['a'] }, { stop: ['a'] }],
  [
    '#49 a schema',
    {
      output: {
        format: { kind: 'json-schema', name: null, description: null, schema: {}, strict: null },
        verbosity: 'low',
      },
    },
    { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: {} } }, verbosity: 'low' },
  ],
  [
    '#15 an effort as it was said',
    { reasoning: { ...reasoning, effort: 'xhigh' } },
    { reasoning_effort: 'xhigh' },
    byEffort,
  ],
  [
    'a budget as a word',
    { reasoning: { ...reasoning, budgetTokens: 10_000, mode: 'on' } },
    { reasoning_effort: 'medium' },
    byEffort,
  ],
  ['no thinking as a word', { reasoning: { ...reasoning, mode: 'off' } }, { reasoning_effort: 'none' }, byEffort],
  ['an effort as a budget', { reasoning: { ...reasoning, effort: 'medium' } }, { thinking_budget: 10_000 }, byBudget],
  [
    'a budget as it was said',
    { reasoning: { ...reasoning, budgetTokens: 5000, mode: 'on' } },
    { thinking_budget: 5000 },
    byBudget,
  ],
  ['log probabilities', { topLogprobs: 2 }, { logprobs: true, top_logprobs: 2 }],
  ['a limit', { maxOutputTokens: 9 }, { max_tokens: 9 }],
])('%s', (_name, change, wanted, model = gpt) => {
  expect(encode(change, model).body).toMatchObject(wanted);
});

test.each<[string, Partial<ModelRequest>, readonly string[], readonly string[], Model?]>([
  [
    'a choice without tools',
    { toolChoice: { kind: 'required' }, parallelToolCalls: true },
    ['tool_choice', 'parallel_tool_calls', 'tools'],
    [],
  ],
  ['top_k', { sampling: { ...sampleRequest().sampling, topK: 5 } }, ['top_k'], ['not-carried sampling.topK']],
  [
    'an effort of a model that has none',
    { reasoning: { ...reasoning, effort: 'low' } },
    ['reasoning_effort'],
    ['not-carried reasoning'],
  ],
  ['no thinking of one that does not', { reasoning: { ...reasoning, mode: 'off' } }, ['thinking_budget'], []],
  [
    'no thinking of one that counts a budget',
    { reasoning: { ...reasoning, mode: 'off' } },
    ['thinking_budget'],
    ['not-carried reasoning'],
    byBudget,
  ],
])('%s is left out', (_name, change, members, edits, model = gpt) => {
  const { body, rules } = encode(change, model);
  expect(members.filter((member) => member in body)).toEqual([]);
  expect(rules).toEqual(edits);
});

test('a fifth stop sequence is left out, and that is said', () => {
  const { body, rules } = encode({ stop: ['a', 'b', 'c', 'd', 'e'] });
  expect(body['stop']).toEqual(['a', 'b', 'c', 'd']);
  expect(rules).toEqual(['not-carried stop']);
});

test('an output limit of nothing is one of one, which is the least that Chat takes', () => {
  const { body, rules } = encode({ maxOutputTokens: 0 });
  expect(body).toMatchObject({ max_tokens: 1 });
  expect(rules).toEqual(['approximated max_tokens']);
});
