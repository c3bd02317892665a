/** Law 5 for everything that fits a request: a longer conversation begins with what the shorter one sent. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import type { JsonObject } from '../canonical/json-value.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import type { Model } from '../canonical/model.ts';
import { editJson } from '../framing/json-text.ts';
import { fitRequest } from './fit-request.ts';

const { supports, limits } = sampleModel('m');
const bounded = { ...limits, outputTokens: 8_000 };
const models: readonly Model[] = [
  sampleModel('counts', {
    limits: bounded,
    supports: { ...supports, reasoning: true, minThinkingBudget: 1024, maxThinkingBudget: 4000 },
  }),
  sampleModel('decides', {
    limits: bounded,
    supports: { ...supports, reasoning: true, adaptiveThinking: true, reasoningEfforts: ['low', 'high'] },
  }),
  sampleModel('gpt', {
    vendor: 'OpenAI',
    limits: bounded,
    supports: { ...supports, reasoning: true, reasoningEfforts: ['low'] },
  }),
  sampleModel('gemini', { vendor: 'Google', limits: bounded }),
];

const text = fc.constantFrom('', 'a', 'b c');
const name = fc.constantFrom('f', 'fs.read', `mcp__${'x'.repeat(80)}`);
const marker = fc.constantFrom({}, { id: 'i' }, { status: null });

/** Whole turns: a call and its result stand or fall together, and a conversation ends with the caller. */
const messagesTurn = fc.oneof(
  fc.tuple(text, text).map(([said, heard]) => [
    {
      role: 'user',
      content: [
        { type: 'text', text: said },
        { type: 'text', text: 'x' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: heard },
        { type: 'text', text: 'y' },
      ],
    },
  ]),
  fc
    .tuple(name, fc.boolean(), text)
    .map(([tool, between, words]) => [
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: tool, input: {} }] },
      ...(between ? [{ role: 'system', content: words, output_config: { effort: 'low' } }] : []),
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: words }] }] },
    ]),
  text.map((words) => [
    { role: 'user', content: 'u' },
    { role: 'system', content: `s${words}` },
  ]),
);
const chatTurn = fc.oneof(
  text.map((words) => [
    { role: 'user', content: words },
    { role: 'assistant', content: words },
  ]),
  name.map((tool) => [
    { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: tool, arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'c', content: 'ok' },
  ]),
);
const responsesTurn = fc.oneof(
  fc.tuple(text, marker).map(([words, more]) => [{ type: 'message', role: 'user', content: words, ...more }]),
  fc.tuple(name, marker).map(([tool, more]) => [
    { type: 'function_call', call_id: 'c', name: tool, arguments: '{}', ...more },
    { type: 'function_call_output', call_id: 'c', output: 'ok', ...more },
  ]),
);

interface Dialect {
  readonly endpoint: Exclude<Endpoint, '/embeddings'>;
  readonly list: 'messages' | 'input';
  readonly turn: fc.Arbitrary<readonly object[]>;
  readonly head: fc.Arbitrary<JsonObject>;
}

const schema = { type: 'object', properties: { a: { const: 1 } }, $schema: 'x' };
const dialects: readonly Dialect[] = [
  {
    endpoint: '/v1/messages',
    list: 'messages',
    turn: messagesTurn,
    head: fc.record({
      max_tokens: fc.constantFrom(500, 4000, 99_000),
      thinking: fc.constantFrom(undefined, { type: 'adaptive' }, { type: 'enabled', budget_tokens: 5000 }),
      system: fc.constantFrom(undefined, 'S', [
        { type: 'text', text: 'S', cache_control: { type: 'ephemeral', scope: 'x' } },
      ]),
      tools: fc.array(name, { maxLength: 3 }).map((all) => all.map((tool) => ({ name: tool, input_schema: schema }))),
    }),
  },
  {
    endpoint: '/chat/completions',
    list: 'messages',
    turn: chatTurn,
    head: fc.record({
      max_tokens: fc.constantFrom(undefined, 99_000),
      tools: fc
        .array(name, { maxLength: 3 })
        .map((all) => all.map((tool) => ({ type: 'function', function: { name: tool, parameters: schema } }))),
    }),
  },
  {
    endpoint: '/responses',
    list: 'input',
    turn: responsesTurn,
    head: fc.record({
      reasoning: fc.constantFrom(undefined, { effort: 'max' }),
      tools: fc
        .array(name, { maxLength: 3 })
        .map((all) => all.map((tool) => ({ type: 'function', name: tool, parameters: null }))),
    }),
  },
];

function sent({ endpoint }: Dialect, body: JsonObject, model: Model): JsonObject {
  const raw = JSON.stringify(body);
  const { jsonEdits } = fitRequest({
    path: endpoint,
    endpoint,
    view: JSON.parse(raw) as JsonObject,
    model,
    stream: true,
    disabledRules: new Set(),
  });
  return JSON.parse(editJson(raw, jsonEdits)) as JsonObject;
}

test.each(dialects)('law 5: $endpoint', (dialect) => {
  const { list, turn, head } = dialect;
  fc.assert(
    fc.property(
      fc.constantFrom(...models),
      head,
      fc.array(turn, { minLength: 1, maxLength: 4 }),
      fc.array(turn, { minLength: 1, maxLength: 3 }),
      (model, fields, before, after) => {
        const opening = { role: 'user', content: 'first', ...(list === 'input' && { type: 'message' }) };
        const closing = { role: 'user', content: 'last', ...(list === 'input' && { type: 'message' }) };
        const conversation = (turns: readonly (readonly object[])[]) => [opening, ...turns.flat(), closing];
        const shorter = [opening, ...before.flat()];
        const body = { model: model.id, ...fields };
        const short = sent(dialect, { ...body, [list]: [...shorter, closing] }, model);
        const long = sent(dialect, { ...body, [list]: conversation([...before, [closing], ...after]) }, model);
        // Thinking itself rests in a turn whose thoughts did not come back: it is no part of the prompt.
        const { [list]: shortTurns, thinking: _short, ...shortHead } = short;
        const { [list]: longTurns, thinking: _long, ...longHead } = long;
        expect(longHead).toEqual(shortHead);
        const turns = shortTurns as readonly unknown[];
        expect((longTurns as readonly unknown[]).slice(0, turns.length)).toEqual(turns);
      },
    ),
  );
});
