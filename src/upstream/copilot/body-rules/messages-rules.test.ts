/** What the rules of `/v1/messages` make of bodies that a model would refuse, a row a case. */
import { expect, test } from 'vitest';
import { sampleModel } from '../../../../test/support/sample-model.ts';
import type { JsonObject } from '../../../canonical/json-value.ts';
import type { Model } from '../../../canonical/model.ts';
import { editJson } from '../../../framing/json-text.ts';
import { createBodyDraft } from './body-draft.ts';
import { fitBody } from './fit-body.ts';

const base = sampleModel('claude', { vendor: 'Anthropic', endpoints: ['/v1/messages'] });
const { limits, supports } = base;
const bounded: Model = { ...base, limits: { ...limits, outputTokens: 32_000 } };
const budgeted: Model = {
  ...bounded,
  supports: {
    ...supports,
    reasoning: true,
    reasoningEfforts: [],
    adaptiveThinking: false,
    minThinkingBudget: 1024,
    maxThinkingBudget: 20_000,
  },
};
const adaptive: Model = {
  ...bounded,
  supports: {
    ...supports,
    reasoning: true,
    reasoningEfforts: ['low', 'medium', 'high', 'xhigh'],
    adaptiveThinking: true,
    minThinkingBudget: undefined,
    maxThinkingBudget: undefined,
  },
};
const mute: Model = {
  ...bounded,
  supports: { ...supports, reasoning: false, reasoningEfforts: [], adaptiveThinking: false },
};

function fitted(body: JsonObject, model: Model): { body: JsonObject; rules: readonly string[] } {
  const whole = { model: model.id, ...body };
  const draft = createBodyDraft(whole);
  const edits = fitBody({ path: '/v1/messages', draft, model, stream: true, disabledRules: new Set() });
  const { model: _id, ...rest } = JSON.parse(editJson(JSON.stringify(whole), draft.edits())) as Record<string, unknown>;
  return { body: rest, rules: [...new Set(edits.map((edit) => edit.rule))] };
}

const budget = (tokens: number, more: object = {}) => ({ type: 'enabled', budget_tokens: tokens, ...more });
const think = (type: string) => ({ type });
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const system = (content: unknown) => ({ role: 'system', content });
const text = (words: string) => ({ type: 'text', text: words });
const reminder = (words: string) => text(`<system-reminder>\n${words}\n</system-reminder>`);
const call = { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} };
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' };
const marked = (words: string) => ({ ...text(words), cache_control: { type: 'ephemeral' } });

test('a model of which the catalogue says nothing gets its thinking and its effort as they were asked for', () => {
  const silent = { ...base, supports: { ...mute.supports, unstated: true } };
  const body = { max_tokens: 9_000, thinking: budget(4_000), output_config: { effort: 'max' } };
  expect(fitted(body, silent)).toEqual({ body, rules: [] });
});

type Row = readonly [name: string, model: Model, body: JsonObject, expected: JsonObject, rules: readonly string[]];

const rows: readonly Row[] = [
  ['max_tokens over the limit', budgeted, { max_tokens: 64_000 }, { max_tokens: 32_000 }, ['output-limit']],
  ['max_tokens within it', budgeted, { max_tokens: 32_000 }, { max_tokens: 32_000 }, []],
  [
    'a budget as large as max_tokens is lowered',
    budgeted,
    { max_tokens: 8000, thinking: budget(31_999) },
    { max_tokens: 8000, thinking: budget(7999) },
    ['thinking-budget'],
  ],
  [
    'a budget over the model is lowered',
    budgeted,
    { max_tokens: 32_000, thinking: budget(31_999) },
    { max_tokens: 32_000, thinking: budget(20_000) },
    ['thinking-budget'],
  ],
  ['a tiny budget is raised', budgeted, { thinking: budget(10) }, { thinking: budget(1024) }, ['thinking-budget']],
  [
    'no room to think in',
    budgeted,
    { max_tokens: 500, thinking: budget(4000) },
    { max_tokens: 500 },
    ['thinking-budget'],
  ],
  [
    'a budget becomes an effort where the model decides',
    adaptive,
    { thinking: budget(31_999, { display: 'omitted' }), temperature: 1 },
    { thinking: { display: 'omitted', type: 'adaptive' }, temperature: 1, output_config: { effort: 'high' } },
    ['thinking-kind'],
  ],
  [
    'a stated effort is not overruled by a budget',
    adaptive,
    { thinking: budget(31_999), output_config: { effort: 'low' } },
    { thinking: think('adaptive'), output_config: { effort: 'low' } },
    ['thinking-kind'],
  ],
  [
    'adaptive becomes a budget where the model counts',
    budgeted,
    { max_tokens: 32_000, thinking: think('adaptive'), output_config: { effort: 'medium' } },
    { max_tokens: 32_000, thinking: budget(10_000) },
    ['thinking-kind', 'effort'],
  ],
  [
    'adaptive for a model that does not think',
    mute,
    {
      thinking: think('adaptive'),
      output_config: { effort: 'high' },
      context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    },
    {},
    ['thinking-kind', 'no-thoughts-to-clear', 'effort'],
  ],
  [
    'an effort over the list',
    adaptive,
    { output_config: { effort: 'max' } },
    { output_config: { effort: 'xhigh' } },
    ['effort'],
  ],
  [
    'an effort under the list',
    adaptive,
    { output_config: { effort: 'minimal' } },
    { output_config: { effort: 'low' } },
    ['effort'],
  ],
  [
    'an effort that nobody knows',
    adaptive,
    { output_config: { effort: 'ultra' } },
    { output_config: { effort: 'ultra' } },
    [],
  ],
  [
    'thinking shown in a way that needs a beta',
    adaptive,
    { thinking: { type: 'adaptive', display: 'updates' } },
    { thinking: think('adaptive') },
    ['thinking-display'],
  ],
  [
    'what becomes of thoughts from elsewhere, which opencode sets without its beta',
    adaptive,
    { thinking: { type: 'adaptive', block_binding: { prefix_mismatch_behavior: 'drop_block' } } },
    { thinking: think('adaptive') },
    ['thinking-binding'],
  ],
  [
    'thinking and a forced call',
    budgeted,
    { max_tokens: 9000, thinking: budget(2000), tools: [{ name: 'f' }], tool_choice: { type: 'tool', name: 'f' } },
    { max_tokens: 9000, tools: [{ name: 'f' }], tool_choice: { type: 'tool', name: 'f' } },
    ['no-thinking-when-forced'],
  ],
  [
    'thinking in a turn whose thoughts were dropped',
    budgeted,
    { max_tokens: 9000, thinking: budget(2000), messages: [user('a'), assistant([call]), user([result])] },
    { max_tokens: 9000, messages: [user('a'), assistant([call]), user([result])] },
    ['no-thinking-without-thoughts'],
  ],
  [
    'thinking in a turn whose thoughts were dropped, with a reminder behind its results',
    budgeted,
    {
      max_tokens: 9000,
      thinking: budget(2000),
      messages: [user('a'), assistant([call]), user([result]), user('Mind the time.')],
    },
    { max_tokens: 9000, messages: [user('a'), assistant([call]), user([result]), user('Mind the time.')] },
    ['no-thinking-without-thoughts'],
  ],
  [
    'thinking in a turn whose thoughts came back',
    budgeted,
    {
      max_tokens: 9000,
      thinking: budget(2000),
      messages: [user('a'), assistant([{ type: 'redacted_thinking', data: 'x' }, call]), user([result])],
    },
    {
      max_tokens: 9000,
      thinking: budget(2000),
      messages: [user('a'), assistant([{ type: 'redacted_thinking', data: 'x' }, call]), user([result])],
    },
    [],
  ],
  [
    'sampling beside thinking',
    budgeted,
    { thinking: budget(2000), temperature: 0.2, top_p: 0.5, top_k: 3 },
    { thinking: budget(2000) },
    ['thinking-sampling'],
  ],
  ['sampling without thinking', budgeted, { temperature: 0.2, top_k: 3 }, { temperature: 0.2, top_k: 3 }, []],
  ['sampling of the newest', adaptive, { temperature: 0.2, top_p: 1 }, { top_p: 1 }, ['thinking-sampling']],
  [
    'leading system turns move to the top, later ones stay in place',
    budgeted,
    { system: 'A', messages: [system('B'), user('hi'), assistant('yes'), system([text('C')]), user('more')] },
    {
      system: [text('A'), text('B')],
      messages: [user('hi'), assistant('yes'), user([reminder('C')]), user('more')],
    },
    ['system-turns'],
  ],
  [
    'a system turn between a call and its result follows them',
    budgeted,
    { messages: [user('hi'), assistant([call]), system('C'), user([result])] },
    { messages: [user('hi'), assistant([call]), user([result, reminder('C')])] },
    ['system-turns'],
  ],
  [
    'a setting on a system turn goes with it',
    budgeted,
    { messages: [user('hi'), { ...system('C'), output_config: { effort: 'low' } }] },
    { messages: [user('hi'), user([reminder('C')])] },
    ['system-turns'],
  ],
  [
    'a model that takes system turns keeps them, without their own settings',
    adaptive,
    { messages: [user('hi'), { ...system('C'), output_config: { effort: 'low' } }] },
    { messages: [user('hi'), system('C')] },
    ['turn-settings'],
  ],
  [
    'a turn of settings alone, as Claude Code leaves it when it compacts',
    adaptive,
    {
      messages: [
        user('hi'),
        { role: 'system', content: [], output_config: { effort: 'low' } },
        assistant('a'),
        user('b'),
      ],
    },
    { messages: [user('hi'), assistant('a'), user('b')] },
    ['turn-settings'],
  ],
  [
    'a begun answer that the model will not continue',
    adaptive,
    { messages: [user('hi'), assistant('{')] },
    { messages: [user('hi'), assistant('{'), user('Continue exactly where your last words end.')] },
    ['no-prefill'],
  ],
  [
    'an open call is no begun answer',
    adaptive,
    { messages: [user('hi'), assistant([call])] },
    { messages: [user('hi'), assistant([call])] },
    [],
  ],
  [
    'calls without results are the upstream to judge',
    budgeted,
    { messages: [user('hi'), assistant([call]), user('no')] },
    { messages: [user('hi'), assistant([call]), user('no')] },
    [],
  ],
  [
    'six cache markers become four',
    budgeted,
    { system: [marked('a'), marked('b')], messages: [user([marked('c'), marked('d'), marked('e'), marked('f')])] },
    { system: [marked('a'), text('b')], messages: [user([text('c'), marked('d'), marked('e'), marked('f')])] },
    ['four-cache-markers'],
  ],
  [
    'lifetimes of markers, where they may not go up',
    budgeted,
    { system: [{ ...text('a'), cache_control: { type: 'ephemeral', ttl: '1h' } }] },
    { system: [marked('a')] },
    ['no-cache-ttl'],
  ],
  [
    'a marker on a thought is not counted',
    budgeted,
    { messages: [assistant([{ type: 'thinking', thinking: 'x', signature: 's', cache_control: {} }]), user('a')] },
    { messages: [assistant([{ type: 'thinking', thinking: 'x', signature: 's' }]), user('a')] },
    ['unmarkable-blocks'],
  ],
  [
    'a choice without tools',
    budgeted,
    { tools: [], tool_choice: { type: 'auto' } },
    { tools: [] },
    ['no-choice-without-tools'],
  ],
];

test.each(rows)('%s', (_name, model, body, expected, rules) => {
  const result = fitted(body, model);
  expect(result.body).toEqual(expected);
  expect(result.rules).toEqual(rules);
});

test('the edits of several rules on one value make one body', () => {
  const { body } = fitted(
    {
      max_tokens: 99_999,
      thinking: { type: 'adaptive', display: 'updates' },
      output_format: { type: 'json_schema' },
      output_config: { effort: 'high' },
      system: [{ ...marked('a'), cache_control: { type: 'ephemeral', scope: 'global' } }],
      messages: [system('S'), user([text(''), text('hi')])],
    },
    budgeted,
  );
  expect(body).toEqual({
    max_tokens: 32_000,
    thinking: budget(20_000),
    output_config: { format: { type: 'json_schema' } },
    system: [marked('a'), text('S')],
    messages: [user([text('hi')])],
  });
});
