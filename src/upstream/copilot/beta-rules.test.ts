/** Which betas go up, and which are added because the body needs them. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../../canonical/json-value.ts';
import { planBetas } from './beta-rules.ts';

const context = 'context-management-2025-06-27';
const tools = 'advanced-tool-use-2025-11-20';
const deferred = { tools: [{ name: 'f', defer_loading: true }] };
const found = { type: 'tool_result', content: [{ type: 'tool_reference', tool_name: 'f' }] };

type Row = readonly [string, string | undefined, JsonObject, string | undefined, readonly string[]];

const rows: readonly Row[] = [
  ['none', undefined, {}, undefined, []],
  ['known ones', `${context}, ${tools}`, {}, `${context},${tools}`, []],
  ['an unknown one among them', `claude-code-20250219,${context}`, {}, context, ['known-betas']],
  ['unknown ones alone', 'a-1,b-2', {}, undefined, ['known-betas', 'known-betas']],
  ['context management without its beta', undefined, { context_management: {} }, context, ['context-beta']],
  ['context management with it', context, { context_management: {} }, context, []],
  ['deferred tools without their beta', undefined, deferred, tools, ['tools-beta']],
  ['deferred tools with it', tools, deferred, tools, []],
  [
    'a search for tools',
    undefined,
    { tools: [{ type: 'tool_search_tool_regex_20251119', name: 's' }] },
    tools,
    ['tools-beta'],
  ],
  ['a tool that was found earlier', undefined, { messages: [{ content: [found] }] }, tools, ['tools-beta']],
  ['tools that wait for nothing', undefined, { tools: [{ name: 'f', defer_loading: false }] }, undefined, []],
];

test.each(rows)('%s', (_name, inbound, body, header, rules) => {
  const plan = planBetas(inbound, body, new Set());
  expect(plan.header).toBe(header);
  expect(plan.edits.map(({ rule }) => rule)).toEqual(rules);
});

test('rules that are switched off let everything through and add nothing', () => {
  const plan = planBetas(
    'a-1',
    { ...deferred, context_management: {} },
    new Set(['known-betas', 'context-beta', 'tools-beta']),
  );
  expect(plan).toEqual({ header: 'a-1', edits: [] });
});
