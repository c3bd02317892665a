/** What is learned of a refusal, and what never is. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isObject, type JsonObject } from '../../canonical/json-value.ts';
import { editJson } from '../../framing/json-text.ts';
import type { UpstreamPath } from '../upstream.ts';
import { readLessons } from './learnable-refusal.ts';
import { applyLessons, type Lesson } from './learned-rule.ts';

const messages: JsonObject = {
  model: 'm',
  max_tokens: 10,
  system: [{ type: 'text', text: 'be', cache_control: { type: 'ephemeral', scope: 'global' } }],
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'hello', citations: [], new_flag: true }] },
    { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'read', input: { path: 'a', strict: true } }] },
    {
      role: 'user',
      output_config: { effort: 'low' },
      content: [
        { type: 'tool_result', tool_use_id: 't', is_error: false, content: [{ type: 'text', text: 'x', caller: 'y' }] },
      ],
    },
  ],
  tools: [
    { name: 'read', description: 'Reads.', input_schema: { type: 'object', strict: true }, strict: true },
    { name: 'defer', defer_loading: true, input_schema: { type: 'object' } },
  ],
  tool_choice: { type: 'auto' },
  context_management: { edits: [] },
  thinking: { type: 'adaptive', display: 'full' },
  output_config: { effort: 'xhigh', format: { type: 'json_schema' } },
  temperature: 0.5,
  brand_new: { a: 1 },
};

const responses: JsonObject = {
  model: 'm',
  instructions: 'be',
  input: [
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi', annotations: [] }] },
    { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}', status: 'completed', internal: null },
  ],
  reasoning: { effort: 'minimal', summary: 'auto' },
  tools: [{ type: 'function', name: 'f', parameters: {}, strict: true }],
  text: { format: { type: 'json_schema' }, verbosity: 'low' },
  store: true,
  prompt_cache_retention: '24h',
};

const chat: JsonObject = {
  model: 'm',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'hi', phase: 'x' }],
  reasoning_effort: 'max',
  tools: [{ type: 'function', function: { name: 'f', parameters: {}, strict: true } }],
  parallel_tool_calls: true,
  temperature: 0.2,
  n: 2,
};

interface Refused {
  readonly message: string;
  readonly param?: string;
  readonly upstreamCode?: string;
}

function learn(path: UpstreamPath, body: JsonObject, refused: Refused, betas: string[] = [], lessons: Lesson[] = []) {
  const { message, param, upstreamCode } = refused;
  return readLessons({ message, param, upstreamCode }, { path, body, betas, lessons }).map((lesson) =>
    [lesson.kind, lesson.path, lesson.value].join(' ').trim(),
  );
}

describe('on /v1/messages', () => {
  test.each<[what: string, message: string, learned: string[]]>([
    ['a new field', 'brand_new: Extra inputs are not permitted', ['field brand_new']],
    ['a member of a new field', 'brand_new.a: Extra inputs are not permitted', ['field brand_new.a']],
    [
      'a marker, with the tag of its union',
      'system.0.cache_control.ephemeral.scope: Extra inputs are not permitted',
      ['field system.*.cache_control.scope'],
    ],
    [
      'a field of a tool, with a tag',
      'tools.0.custom.strict: Extra inputs are not permitted',
      ['field tools.*.strict'],
    ],
    [
      'a field of a block, with a tag',
      'messages.0.content.0.text.citations: Extra inputs are not permitted',
      ['field messages.*.content.*.citations'],
    ],
    [
      'a flag of a block',
      'messages.0.content.0.text.new_flag: Extra inputs are not permitted',
      ['field messages.*.content.*.new_flag'],
    ],
    [
      'a field deep in a tool result',
      'messages.2.content.0.tool_result.content.0.text.caller: Extra inputs are not permitted',
      ['field messages.*.content.*.content.*.caller'],
    ],
    [
      'a field of a message',
      'messages.2.output_config: Extra inputs are not permitted',
      ['field messages.*.output_config'],
    ],
    [
      'two fields at once',
      'brand_new: Extra inputs are not permitted\ntools.0.custom.strict: Extra inputs are not permitted',
      ['field brand_new', 'field tools.*.strict'],
    ],
    [
      'a field that needs its beta',
      'context_management: Extra inputs are not permitted',
      ['needs-beta context_management context-management-2025-06-27'],
    ],
    [
      'a field of a tool that needs its beta',
      'tools.1.custom.defer_loading: Extra inputs are not permitted',
      ['needs-beta tools.*.defer_loading advanced-tool-use-2025-11-20'],
    ],
    [
      'an effort',
      "output_config.effort: 'xhigh' is not supported by this model. Supported: low, high",
      ['value output_config.effort xhigh'],
    ],
    [
      'an effort of a model without any',
      'This model does not support the effort parameter.',
      ['value output_config.effort xhigh'],
    ],
    [
      'one of some values',
      "thinking.display: Input should be 'omitted' or 'summarized'",
      ['value thinking.display full'],
    ],
    ['a field that is deprecated', '`temperature` is deprecated for this model.', ['field temperature']],
    ['a kind of thinking', '"thinking.type.adaptive" is not supported for this model.', []],
    ['a field that is not there', 'nowhere: Extra inputs are not permitted', []],
    ['what was written', 'messages.0.content.0.text.text: Extra inputs are not permitted', []],
    ['the arguments of a call', 'messages.1.content.0.tool_use.input.path: Extra inputs are not permitted', []],
    [
      'a flag in the arguments of a call',
      'messages.1.content.0.tool_use.input.strict: Extra inputs are not permitted',
      [],
    ],
    ['whether a tool failed', 'messages.2.content.0.tool_result.is_error: Extra inputs are not permitted', []],
    ['a schema', 'tools.0.custom.input_schema.strict: Extra inputs are not permitted', []],
    ['a whole message', 'messages.0: Extra inputs are not permitted', []],
    ['a whole tool', 'tools.0: Extra inputs are not permitted', []],
    ['a role', "messages.0.role: Input should be 'assistant'", []],
    ['the form of the answer', 'output_config.format: Extra inputs are not permitted', []],
    ['the choice of a tool', 'tool_choice.type: Extra inputs are not permitted', []],
    ['the limit of the answer', 'max_tokens: Extra inputs are not permitted', []],
    ['something else', 'messages: text content blocks must be non-empty', []],
  ])('%s: %s', (_what, message, learned) => {
    expect(learn('/v1/messages', messages, { message })).toEqual(learned);
  });

  test('betas that went up, and only those', () => {
    const message = 'unsupported beta header(s): new-thing-2026-11-01, other-2026-01-01';
    expect(learn('/v1/messages', messages, { message }, ['new-thing-2026-11-01'])).toEqual([
      'beta new-thing-2026-11-01',
    ]);
  });

  test('a beta in the words of the vendor', () => {
    const message = 'Unexpected value(s) `new-2026-11-01` for the `anthropic-beta` header.';
    expect(learn('/v1/messages', messages, { message }, ['new-2026-11-01'])).toEqual(['beta new-2026-11-01']);
  });

  test.each([
    ['went up', ['context-management-2025-06-27'], []],
    [
      'was added and did not help',
      [],
      [{ kind: 'needs-beta' as const, path: 'context_management', value: 'context-management-2025-06-27', words: '' }],
    ],
  ])('a field whose beta %s is left out', (_how, betas, known) => {
    const message = 'context_management: Extra inputs are not permitted';
    expect(learn('/v1/messages', messages, { message }, betas, known)).toEqual(['field context_management']);
  });
});

describe('on /responses', () => {
  test.each<[what: string, refused: Refused, learned: string[]]>([
    [
      'a field by its param',
      { message: 'store is not supported', upstreamCode: 'unsupported_value', param: 'store' },
      ['field store'],
    ],
    [
      'a parameter',
      { message: "Unsupported parameter: 'prompt_cache_retention' is not supported with this model." },
      ['field prompt_cache_retention'],
    ],
    ['an unknown parameter of an item', { message: "Unknown parameter: 'input[1].status'." }, ['field input.*.status']],
    ['an empty field of an item', { message: "Unknown parameter: 'input[1].internal'." }, ['field input.*.internal']],
    ['an unknown parameter of a tool', { message: "Unknown parameter: 'tools[0].strict'." }, ['field tools.*.strict']],
    ['a member', { message: "Unknown parameter: 'reasoning.summary'." }, ['field reasoning.summary']],
    [
      'an annotation',
      { message: "Unknown parameter: 'input[0].content[0].annotations'." },
      ['field input.*.content.*.annotations'],
    ],
    [
      'a value',
      {
        message: "Unsupported value: 'minimal' is not supported with the 'm' model. Supported values are: 'low'.",
        upstreamCode: 'unsupported_value',
        param: 'reasoning.effort',
      },
      ['value reasoning.effort minimal'],
    ],
    [
      'an effort by its code',
      { message: 'nope', upstreamCode: 'invalid_reasoning_effort' },
      ['value reasoning.effort minimal'],
    ],
    [
      'a value that did not go up',
      {
        message: "Unsupported value: 'none' is not supported.",
        upstreamCode: 'unsupported_value',
        param: 'reasoning.effort',
      },
      [],
    ],
    ['the input', { message: "Unknown parameter: 'input[0].content[0].text'." }, []],
    ['arguments', { message: "Unknown parameter: 'input[1].arguments'." }, []],
    ['the form of the answer', { message: "Unknown parameter: 'text.format'." }, []],
    ['tools as a whole', { message: "tools[0]: tool type 'x' is not supported", param: 'tools' }, []],
    ['a parameter that is missing', { message: "Missing required parameter: 'tools[0].description'." }, []],
  ])('%s', (_what, refused, learned) => {
    expect(learn('/responses', responses, refused)).toEqual(learned);
  });
});

describe('on /chat/completions', () => {
  test.each<[what: string, refused: Refused, learned: string[]]>([
    [
      'an argument',
      { message: 'Unrecognized request argument supplied: parallel_tool_calls' },
      ['field parallel_tool_calls'],
    ],
    [
      'arguments',
      { message: 'Unrecognized request arguments supplied: parallel_tool_calls, reasoning_effort' },
      ['field parallel_tool_calls', 'field reasoning_effort'],
    ],
    [
      'a field in the words of Go',
      { message: 'json: unknown field "parallel_tool_calls"' },
      ['field parallel_tool_calls'],
    ],
    [
      'a field in the words of Google',
      { message: `Invalid JSON payload received. Unknown name "phase" at 'messages[0]': Cannot find field.` },
      ['field messages.*.phase'],
    ],
    ['a property', { message: "property 'parallel_tool_calls' is unsupported" }, ['field parallel_tool_calls']],
    [
      'a member of a wrapped tool',
      { message: "Unknown parameter: 'tools[0].function.strict'." },
      ['field tools.*.function.strict'],
    ],
    [
      'an effort',
      { message: 'reasoning_effort "max" is not supported by this model', upstreamCode: 'invalid_reasoning_effort' },
      ['value reasoning_effort max'],
    ],
    ['a name', { message: "Unknown parameter: 'tools[0].function.name'." }, []],
    [
      'a number',
      {
        message:
          "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) is supported.",
        upstreamCode: 'unsupported_value',
        param: 'temperature',
      },
      ['field temperature'],
    ],
    [
      'a number, without a param',
      { message: "Unsupported value: 'temperature' does not support 0.2 with this model." },
      ['field temperature'],
    ],
    [
      'a field that begins the words',
      { message: 'parallel_tool_calls is not supported' },
      ['field parallel_tool_calls'],
    ],
    ['a word that is no field', { message: 'Streaming is not supported' }, []],
    ['a field somewhere in the words', { message: 'this use of temperature is not supported' }, []],
    [
      'the other name of a limit',
      {
        message:
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        upstreamCode: 'invalid_request_body',
        param: 'max_tokens',
      },
      ['rename max_tokens max_completion_tokens'],
    ],
    ['the other name of no limit', { message: "'n' is not supported. Use 'temperature' instead." }, []],
    ['several answers', { message: "Unsupported parameter: 'n'." }, []],
    ['words of the user', { message: "Unknown parameter: 'messages[0].content'." }, []],
  ])('%s', (_what, refused, learned) => {
    expect(learn('/chat/completions', chat, refused)).toEqual(learned);
  });
});

test('a rule acts on every place that its pattern means, and on no other', () => {
  const [lesson] = readLessons(
    { message: 'tools.0.custom.strict: Extra inputs are not permitted', param: undefined, upstreamCode: undefined },
    { path: '/v1/messages', body: messages, betas: [], lessons: [] },
  );
  const later = {
    tools: [{ name: 'a', strict: true }, { name: 'b' }, { name: 'c', strict: false, input_schema: { strict: 1 } }],
  };
  const { edits } = applyLessons(lesson === undefined ? [] : [lesson], later, []);
  expect(
    JSON.parse(
      editJson(
        JSON.stringify(later),
        edits.map(({ edit }) => edit),
      ),
    ),
  ).toEqual({
    tools: [{ name: 'a' }, { name: 'b' }, { name: 'c', input_schema: { strict: 1 } }],
  });
});

/** Everything in a body that a person or a model wrote, or that a tool is. */
function writings(body: JsonObject): unknown {
  const keep = new Set([
    'role',
    'type',
    'text',
    'content',
    'input',
    'name',
    'input_schema',
    'description',
    'id',
    'tool_use_id',
    'is_error',
  ]);
  const only = (value: unknown, top: boolean): unknown => {
    if (Array.isArray(value)) return value.map((one) => only(one, false));
    if (!isObject(value)) return value;
    const members = Object.entries(value).filter(([key]) => top || keep.has(key));
    return Object.fromEntries(
      members.map(([key, one]) => [key, key === 'input' || key === 'input_schema' ? one : only(one, false)]),
    );
  };
  const { model, system, messages: turns, tools } = body;
  return only({ model, system, messages: turns, tools }, true);
}

/** Any path at all, also those that no upstream would name. */
const segment = fc.constantFrom(
  ...'messages content text input tools system name input_schema role tool_result custom strict'.split(' '),
  ...'cache_control path 0 1 2 thinking model brand_new citations *'.split(' '),
);
const anyPath = fc.array(segment, { minLength: 1, maxLength: 8 }).map((segments) => segments.join('.'));
const refusal = fc.oneof(
  anyPath.map((path) => ({ message: `${path}: Extra inputs are not permitted` })),
  anyPath.map((path) => ({ message: `Unknown parameter: '${path}'.` })),
  anyPath.map((param) => ({ message: 'not supported', upstreamCode: 'unsupported_value', param })),
  anyPath.map((path) => ({ message: `${path}: Input should be 'a' or 'b'` })),
);

test('no refusal, and no pattern that was remembered, touches what was written', () => {
  const kinds = fc.constantFrom('field' as const, 'value' as const, 'needs-beta' as const);
  const remembered = fc.record({ kind: kinds, path: anyPath, value: fc.constant('x'), words: fc.constant('') });
  fc.assert(
    fc.property(refusal, fc.array(remembered, { maxLength: 4 }), (refused: Refused, old) => {
      const lessons = readLessons(
        { message: refused.message, param: refused.param, upstreamCode: refused.upstreamCode },
        { path: '/v1/messages', body: messages, betas: [], lessons: old },
      );
      const { edits } = applyLessons([...old, ...lessons], messages, []);
      const after = JSON.parse(
        editJson(
          JSON.stringify(messages),
          edits.map(({ edit }) => edit),
        ),
      ) as JsonObject;
      expect(writings(after)).toEqual(writings(messages));
    }),
    { numRuns: 2000 },
  );
});
