/** Which calls belong to one session: by each marker that clients have, and without any by how a conversation begins. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../canonical/json-value.ts';
import { sessionOf } from './session.ts';

const uuid = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const body = (first = 'Hello.', more: JsonObject = {}): JsonObject => ({
  system: [{ type: 'text', text: 'You help.' }],
  messages: [{ role: 'user', content: first }],
  ...more,
});
const of = (headers: Readonly<Record<string, string>>, from: JsonObject, key = 'k') => sessionOf(headers, from, key);

test.each(['x-claude-code-session-id', 'session-id', 'session_id', 'x-session-id', 'x-session-affinity'])(
  'the header %s decides, whatever the conversation',
  (name) => {
    expect(of({ [name]: 'a' }, body('one'))).toBe(of({ [name]: 'a' }, body('two')));
    expect(of({ [name]: 'a' }, body())).not.toBe(of({ [name]: 'b' }, body()));
  },
);

test.each([
  ['JSON text', JSON.stringify({ device_id: 'd', account_uuid: '', session_id: uuid })],
  ['its own form', `user_${'a'.repeat(64)}_account__session_${uuid}`],
])('the session in metadata.user_id as %s decides, and is the one that the header would name', (_form, userId) => {
  const metadata = { user_id: userId };
  expect(of({}, body('one', { metadata }))).toBe(of({}, body('two', { metadata })));
  expect(of({}, body('one', { metadata }))).toBe(of({ 'x-claude-code-session-id': uuid }, body()));
});

test('any other metadata.user_id decides as it is, as long as there is nothing closer', () => {
  const metadata = { user_id: 'anna' };
  expect(of({}, body('one', { metadata }))).toBe(of({}, body('two', { metadata })));
  expect(of({}, body('one', { metadata }))).not.toBe(of({}, body('one', { metadata: { user_id: 'ben' } })));
  const closer = { metadata, prompt_cache_key: 'c' };
  expect(of({}, body('one', closer))).toBe(of({}, body('two', { prompt_cache_key: 'c' })));
});

test('prompt_cache_key decides', () => {
  const key = { prompt_cache_key: 'c' };
  expect(of({}, { input: 'one', ...key })).toBe(of({}, { input: 'two', ...key }));
});

test.each([
  ['Messages', (last: readonly unknown[]) => ({ system: 's', messages: [{ role: 'user', content: 'a' }, ...last] })],
  [
    'Chat',
    (last: readonly unknown[]) => ({
      messages: [{ role: 'system', content: 's' }, { role: 'user', content: 'a' }, ...last],
    }),
  ],
  [
    'Responses',
    (last: readonly unknown[]) => ({ instructions: 's', input: [{ role: 'user', content: 'a' }, ...last] }),
  ],
  [
    'Gemini',
    (last: readonly unknown[]) => ({
      systemInstruction: { parts: [{ text: 's' }] },
      contents: [{ role: 'user', parts: [{ text: 'a' }] }, ...last],
    }),
  ],
])('%s: without a marker, how the conversation begins decides', (_protocol, conversation) => {
  const later = [
    { role: 'assistant', content: 'b' },
    { role: 'user', content: 'c' },
  ];
  expect(of({}, conversation([]))).toBe(of({}, conversation(later)));
});

test.each(['systemInstruction', 'system_instruction'])('Gemini: another %s is another session', (name) => {
  const contents = [{ role: 'user', parts: [{ text: 'a' }] }];
  const one = of({}, { [name]: { parts: [{ text: 's' }] }, contents });
  expect(of({}, { [name]: { parts: [{ text: 't' }] }, contents })).not.toBe(one);
  expect(of({}, { [name]: { parts: [{ text: 's' }] }, contents: 'a' })).not.toBe(of({}, { contents: 'b' }));
});

test('a cache marker that moves on leaves the session what it was', () => {
  const marked = [{ type: 'text', text: 'Hello.', cache_control: { type: 'ephemeral' } }];
  const turns = (content: unknown) => ({ system: 's', messages: [{ role: 'user', content }] });
  expect(of({}, turns(marked))).toBe(of({}, turns([{ type: 'text', text: 'Hello.' }])));
  expect(of({}, turns(marked))).toBe(of({}, turns('Hello.')));
});

test('two long first turns that differ at their end are two sessions', () => {
  const long = 'x'.repeat(9_000);
  expect(of({}, body(`${long}1`))).not.toBe(of({}, body(`${long}2`)));
});

test('keys never share a session', () => {
  expect(of({ 'session-id': 'a' }, body(), 'k1')).not.toBe(of({ 'session-id': 'a' }, body(), 'k2'));
});

test('markers are hashed: some name a person', () => {
  expect(of({ 'x-session-id': 'anna' }, body())).toMatch(/^[0-9a-f]{16}$/);
});
