/** The honest answer to "who began this turn?", case by case. */
import { expect, test } from 'vitest';
import type { UpstreamPath } from '../upstream.ts';
import { declaredInteraction, initiatorOf } from './initiator.ts';

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown = 'ok') => ({ role: 'assistant', content });
const text = (words: string) => ({ type: 'text', text: words });
const result = (content: unknown = 'done') => ({ type: 'tool_result', tool_use_id: 't1', content });
const toolUse = assistant([{ type: 'tool_use', id: 't1', name: 'f', input: {} }]);
const reminder = '<system-reminder>Do not forget.</system-reminder>';
const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' };
const output = { type: 'function_call_output', call_id: 'c', output: 'done' };
const said = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'ok' }] };
const asked = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'go on' }] };

const rows: readonly [name: string, path: UpstreamPath, turns: unknown, expected: 'user' | 'agent'][] = [
  ['chat: a first question', '/chat/completions', [user('hi')], 'user'],
  ['chat: a system text before it', '/chat/completions', [{ role: 'system', content: 's' }, user('hi')], 'user'],
  ['chat: the second question of a talk', '/chat/completions', [user('a'), assistant(), user('b')], 'user'],
  ['chat: a tool result', '/chat/completions', [user('a'), assistant(), { role: 'tool', content: 'x' }], 'agent'],
  ['chat: an old function result', '/chat/completions', [user('a'), { role: 'function', content: 'x' }], 'agent'],
  ['chat: a question after a tool result', '/chat/completions', [assistant(), { role: 'tool' }, user('b')], 'user'],
  ['chat: the model spoke last', '/chat/completions', [user('a'), assistant()], 'agent'],
  ['chat: a system text after the model', '/chat/completions', [user('a'), assistant(), { role: 'system' }], 'agent'],
  [
    'chat: a developer text after a result',
    '/chat/completions',
    [assistant(), { role: 'tool' }, { role: 'developer' }],
    'agent',
  ],
  ['chat: a reminder after a result', '/chat/completions', [assistant(), { role: 'tool' }, user(reminder)], 'agent'],
  ['chat: a reminder alone', '/chat/completions', [user(reminder)], 'user'],
  ['chat: a reminder after the model', '/chat/completions', [user('a'), assistant(), user(reminder)], 'user'],
  [
    'chat: an image after a result',
    '/chat/completions',
    [assistant(), { role: 'tool' }, user([{ type: 'image_url' }])],
    'user',
  ],
  ['chat: no messages', '/chat/completions', [], 'user'],
  ['chat: messages of the wrong type', '/chat/completions', 'hello', 'user'],
  ['chat: a message of the wrong type', '/chat/completions', [assistant(), 7], 'user'],
  ['chat: only system texts', '/chat/completions', [{ role: 'system', content: 's' }], 'user'],
  ['chat: an unknown role', '/chat/completions', [assistant(), { role: 'robot', content: 'x' }], 'user'],
  ['messages: a string', '/v1/messages', [user('hi')], 'user'],
  ['messages: text blocks', '/v1/messages', [user([text('hi')])], 'user'],
  ['messages: a tool result under the role user', '/v1/messages', [user('a'), toolUse, user([result()])], 'agent'],
  ['messages: two tool results', '/v1/messages', [user('a'), toolUse, user([result(), result()])], 'agent'],
  ['messages: a result and a reminder', '/v1/messages', [toolUse, user([result(), text(reminder)])], 'agent'],
  [
    'messages: a result and two reminders in one text',
    '/v1/messages',
    [toolUse, user([result(), text(`${reminder}\n${reminder} `)])],
    'agent',
  ],
  ['messages: a result and a human word', '/v1/messages', [toolUse, user([result(), text('stop that')])], 'user'],
  [
    'messages: a human word behind a reminder',
    '/v1/messages',
    [toolUse, user([result(), text(`${reminder} stop`)])],
    'user',
  ],
  [
    'messages: a human word before a reminder',
    '/v1/messages',
    [toolUse, user([result(), text(`stop ${reminder}`)])],
    'user',
  ],
  [
    'messages: an open reminder',
    '/v1/messages',
    [toolUse, user([result(), text('<system-reminder>never closed')])],
    'user',
  ],
  [
    'messages: words between two reminders',
    '/v1/messages',
    [toolUse, user([result(), text(`${reminder} x ${reminder}`)])],
    'user',
  ],
  ['messages: a result and an image', '/v1/messages', [toolUse, user([result(), { type: 'image' }])], 'user'],
  ['messages: an empty text after a result', '/v1/messages', [toolUse, user([result(), text('')])], 'user'],
  ['messages: a reminder as a turn of its own', '/v1/messages', [toolUse, user([result()]), user(reminder)], 'agent'],
  ['messages: a human turn of its own', '/v1/messages', [toolUse, user([result()]), user('stop')], 'user'],
  ['messages: a prefill', '/v1/messages', [user('a'), assistant('{')], 'agent'],
  ['messages: a server tool result', '/v1/messages', [toolUse, user([{ type: 'mcp_tool_result' }])], 'agent'],
  ['messages: an empty content', '/v1/messages', [user('a'), assistant(), user([])], 'user'],
  ['messages: UTF-8 read as latin1', '/v1/messages', [toolUse, user([result(), text('Ã¼ber')])], 'user'],
  ['count_tokens: as Messages', '/v1/messages/count_tokens', [toolUse, user([result()])], 'agent'],
  ['responses: a string', '/responses', 'hi', 'user'],
  ['responses: a human item', '/responses', [asked], 'user'],
  ['responses: a human item without a type', '/responses', [user('hi')], 'user'],
  ['responses: the second question', '/responses', [asked, said, asked], 'user'],
  ['responses: a function output', '/responses', [asked, call, output], 'agent'],
  [
    'responses: a custom tool output',
    '/responses',
    [asked, { type: 'custom_tool_call' }, { type: 'custom_tool_call_output' }],
    'agent',
  ],
  [
    'responses: a shell output',
    '/responses',
    [{ type: 'local_shell_call' }, { type: 'local_shell_call_output' }],
    'agent',
  ],
  ['responses: reasoning last', '/responses', [asked, { type: 'reasoning' }], 'agent'],
  [
    'responses: an output and a developer text',
    '/responses',
    [call, output, { role: 'developer', content: 's' }],
    'agent',
  ],
  ['responses: an output and a question', '/responses', [call, output, asked], 'user'],
  ['responses: a compaction trigger', '/responses', [asked, said, { type: 'compaction_trigger' }], 'agent'],
  ['embeddings: nobody loops there', '/embeddings', [assistant()], 'user'],
];

test.each(rows)('%s', (_name, path, turns, expected) => {
  expect(initiatorOf(path, path === '/responses' ? { input: turns } : { messages: turns }, undefined)).toBe(expected);
});

const asks = { role: 'model', parts: [{ functionCall: { name: 'weather', args: {} } }] };
const asked4 = { role: 'user', parts: [{ text: 'How warm is it?' }] };
const answers = { functionResponse: { name: 'weather', response: { output: 'warm' } } };

test.each([
  ['a question', [asked4], 'user'],
  ['a question without a role', [{ parts: [{ text: 'a' }] }], 'user'],
  ['a text in place of turns', 'How warm is it?', 'user'],
  ["a call's result", [asked4, asks, { role: 'user', parts: [answers] }], 'agent'],
  ["a call's result in snake_case", [asked4, asks, { parts: [{ function_response: {} }] }], 'agent'],
  ["a call's result under its own role", [asked4, asks, { role: 'function', parts: [answers] }], 'agent'],
  ['a result and a question beside it', [asked4, asks, { role: 'user', parts: [answers, { text: 'And?' }] }], 'user'],
  ['what the model said', [asked4, asks], 'agent'],
  ['nothing', [], 'user'],
])('Gemini: %s', (_what, contents, expected) => {
  expect(initiatorOf('gemini', { contents }, undefined)).toBe(expected);
});

test.each([
  ['user', [user('a'), assistant()], 'user'],
  [' User ', [user('a'), assistant()], 'user'],
  ['agent', [user('a')], 'user'],
  ['agent', [user('a'), assistant()], 'agent'],
  ['', [user('a'), assistant()], 'agent'],
] as const)('an inbound %j only ever lowers trust', (inbound, messages, expected) => {
  expect(initiatorOf('/chat/completions', { messages }, inbound)).toBe(expected);
});

test.each([
  ['conversation-subagent', undefined, 'agent'],
  [' Conversation-Compaction ', 'agent', 'agent'],
  ['conversation-background', 'user', 'user'],
  ['conversation-agent', undefined, 'user'],
  ['not-conversation-subagent', undefined, 'user'],
  ['', undefined, 'user'],
  [undefined, undefined, 'user'],
] as const)('a client that declares %j (and says %j) began as %s', (interaction, inbound, expected) => {
  const body = { messages: [user('Write a title.')] };
  expect(initiatorOf('/chat/completions', body, inbound, declaredInteraction(interaction))).toBe(expected);
});
