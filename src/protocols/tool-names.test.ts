/** Every place of a tool's name, in each wire format: a name that is missed would go up as it is, or come back changed. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../canonical/json-value.ts';
import { messagesToolNames } from './anthropic-messages/tool-names.ts';
import { chatToolNames } from './openai-chat/tool-names.ts';
import { responsesToolNames } from './openai-responses/tool-names.ts';
import type { ToolNamePlaces } from './tool-name-places.ts';

type Row = readonly [name: string, places: ToolNamePlaces, body: JsonObject, expected: readonly string[]];

const call = (name: string) => ({ id: 'c', type: 'function', function: { name, arguments: '{}' } });

const asked: readonly Row[] = [
  [
    'Chat as it was before there were tools: functions, calls, their results, the choice',
    chatToolNames,
    {
      functions: [{ name: 'a', parameters: {} }, null],
      function_call: { name: 'a' },
      messages: [
        { role: 'assistant', content: null, function_call: { name: 'b', arguments: '{}' } },
        { role: 'function', name: 'b', content: 'x' },
      ],
    },
    ['functions.0.name=a', 'messages.0.function_call.name=b', 'messages.1.name=b', 'function_call.name=a'],
  ],
  [
    'Messages: tools, calls, references in results, the choice',
    messagesToolNames,
    {
      tools: [{ name: 'a', input_schema: {} }, null, { type: 'bash_20250124', name: 'bash' }],
      tool_choice: { type: 'tool', name: 'a' },
      messages: [
        { role: 'user', content: 'x' },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'y' },
            { type: 'tool_use', id: '1', name: 'b', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: '1', content: [{ type: 'tool_reference', tool_name: 'c' }] },
            {
              type: 'tool_search_tool_result',
              content: { type: 'found', tool_references: [{ type: 'tool_reference', tool_name: 'd' }] },
            },
          ],
        },
      ],
    },
    [
      'tools.0.name=a',
      'tools.2.name=bash',
      'messages.1.content.1.name=b',
      'messages.2.content.0.content.0.tool_name=c',
      'messages.2.content.1.content.tool_references.0.tool_name=d',
      'tool_choice.name=a',
    ],
  ],
  [
    'Chat: functions, custom tools, calls, named results, allowed tools',
    chatToolNames,
    {
      tools: [
        { type: 'function', function: { name: 'a' } },
        { type: 'custom', custom: { name: 'b' } },
      ],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'a' } }] },
      },
      messages: [
        { role: 'user', name: 'Ann', content: 'x' },
        { role: 'assistant', tool_calls: [call('c')] },
        { role: 'tool', tool_call_id: 'c', name: 'c', content: 'z' },
      ],
    },
    [
      'tools.0.function.name=a',
      'tools.1.custom.name=b',
      'messages.1.tool_calls.0.function.name=c',
      'messages.2.name=c',
      'tool_choice.allowed_tools.tools.0.function.name=a',
    ],
  ],
  [
    'Responses: functions, namespaces, late tools, calls, allowed tools',
    responsesToolNames,
    {
      tools: [
        { type: 'function', name: 'a' },
        { type: 'namespace', name: 'n', tools: [{ type: 'function', name: 'b' }] },
        { type: 'web_search' },
      ],
      tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'a' }] },
      input: [
        { type: 'additional_tools', tools: [{ type: 'namespace', name: 'n', tools: [{ type: 'custom', name: 'c' }] }] },
        { type: 'function_call', name: 'a', call_id: '1', arguments: '{}' },
        { type: 'custom_tool_call', name: 'c', call_id: '2', input: '' },
        { type: 'message', role: 'user', name: 'Ann', content: 'x' },
      ],
    },
    [
      'tools.0.name=a',
      'tools.1.tools.0.name=b',
      'input.0.tools.0.tools.0.name=c',
      'input.1.name=a',
      'input.2.name=c',
      'tool_choice.tools.0.name=a',
    ],
  ],
];

test.each(asked)('%s', (_name, places, body, expected) => {
  const found = [...places.offered(body).flatMap(({ names }) => names), ...places.called(body), ...places.chosen(body)];
  expect(found.map(({ path, name }) => `${path.join('.')}=${name}`)).toEqual(expected);
});

const answered: readonly Row[] = [
  [
    'Messages: the event that opens a call',
    messagesToolNames,
    { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: '1', name: 'a', input: {} } },
    ['content_block.name=a'],
  ],
  [
    'Messages: a whole answer',
    messagesToolNames,
    {
      type: 'message',
      content: [
        { type: 'text', text: 'name' },
        { type: 'tool_use', id: '1', name: 'a', input: {} },
      ],
    },
    ['content.1.name=a'],
  ],
  [
    'Chat: a delta',
    chatToolNames,
    { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { name: 'a', arguments: '' } }] } }] },
    ['choices.0.delta.tool_calls.0.function.name=a'],
  ],
  [
    'Chat: a whole answer',
    chatToolNames,
    { choices: [{ index: 0, message: { tool_calls: [call('a')] } }] },
    ['choices.0.message.tool_calls.0.function.name=a'],
  ],
  [
    'Responses: an item',
    responsesToolNames,
    { type: 'response.output_item.added', output_index: 0, item: { type: 'function_call', name: 'a' } },
    ['item.name=a'],
  ],
  [
    'Responses: finished arguments',
    responsesToolNames,
    { type: 'response.function_call_arguments.done', name: 'a', arguments: '{}' },
    ['name=a'],
  ],
  [
    'Responses: the whole response, which repeats its tools',
    responsesToolNames,
    {
      type: 'response.completed',
      response: {
        output: [{ type: 'message' }, { type: 'function_call', name: 'a' }],
        tools: [{ type: 'function', name: 'a' }],
        tool_choice: { type: 'function', name: 'a' },
      },
    },
    ['response.output.1.name=a', 'response.tools.0.name=a', 'response.tool_choice.name=a'],
  ],
];

test.each(answered)('%s', (_name, places, payload, expected) => {
  expect(places.answered(payload).map(({ path, name }) => `${path.join('.')}=${name}`)).toEqual(expected);
});
