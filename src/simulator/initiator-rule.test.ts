import { expect, test } from 'vitest';
import { declaresOwnCall, expectedInitiator } from './initiator-rule.ts';

const hello = { role: 'user', content: 'Hello' };
const result = { type: 'tool_result', tool_use_id: 't1', content: 'x' };
const reminder = { type: 'text', text: '<system-reminder>\nBe brief.\n</system-reminder>' };

test.each([
  ['a first message', 'user', { messages: [hello] }],
  ['a second human turn', 'user', { messages: [hello, { role: 'assistant', content: 'Hi' }, hello] }],
  ['a tool message', 'agent', { messages: [hello, { role: 'tool', content: 'x' }] }],
  [
    'the image that a tool brought, in a turn of its own',
    'agent',
    {
      messages: [
        { role: 'tool', content: 'x' },
        {
          role: 'user',
          content: [{ type: 'text', text: '[content of tool result a]' }, { type: 'image_url' }],
        },
      ],
    },
  ],
  ['an image of a person', 'user', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }],
  ['an assistant message', 'agent', { messages: [hello, { role: 'assistant', content: 'Hi' }] }],
  ['tool results alone', 'agent', { messages: [hello, { role: 'user', content: [result] }] }],
  ['tool results and reminders', 'agent', { messages: [{ role: 'user', content: [result, reminder] }] }],
  [
    'tool results and a human word',
    'user',
    { messages: [{ role: 'user', content: [result, { type: 'text', text: 'Stop!' }] }] },
  ],
  [
    'a system turn behind a result',
    'agent',
    {
      messages: [
        { role: 'user', content: [result] },
        { role: 'system', content: 'x' },
      ],
    },
  ],
  [
    'a reminder in a turn of its own behind a result',
    'agent',
    {
      messages: [
        { role: 'user', content: [result] },
        { role: 'user', content: [reminder] },
      ],
    },
  ],
  ['a reminder behind a human word', 'user', { messages: [hello, { role: 'user', content: [reminder] }] }],
  [
    'a reminder behind the word of the model',
    'user',
    {
      messages: [
        { role: 'assistant', content: 'Hi' },
        { role: 'user', content: reminder.text },
      ],
    },
  ],
  ['a string input', 'user', { input: 'Hello' }],
  ['an input message', 'user', { input: [{ type: 'message', ...hello }] }],
  ['a call output', 'agent', { input: [hello, { type: 'function_call_output', call_id: 'c', output: '' }] }],
  ['nothing', 'agent', {}],
])('%s is the turn of the %s', (_, initiator, body) => {
  expect(expectedInitiator(body)).toBe(initiator);
});

test('a declared call of the client proves nothing', () => {
  expect(declaresOwnCall({ 'x-interaction-type': 'conversation-subagent' }, {})).toBe(true);
  expect(declaresOwnCall({}, { input: [hello, { type: 'compaction_trigger' }] })).toBe(true);
  expect(declaresOwnCall({ 'x-interaction-type': 'conversation-agent' }, { input: [hello] })).toBe(false);
});
