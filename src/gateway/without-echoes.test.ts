/** Tests of what is kept of an error's words when the upstream quotes the request. */
import { expect, test } from 'vitest';
import { withoutEchoes } from './without-echoes.ts';

const prompt = 'Please keep canary-7f3a91 to yourself, and\nwrite.';
const body = JSON.stringify({
  model: 'claude-opus-5.5',
  stream_options: { include_usage: true },
  messages: [{ role: 'user', content: prompt }],
  tools: [{ name: 'mcp__server__tool' }],
});
const keep = (message: string) => withoutEchoes(message, Buffer.from(body));

test.each([
  ['a quoted sentence', 'Invalid value: "Please keep canary-7f3a91 to yourself".', 'Invalid value: "[…]".'],
  ['a word of it, with a full stop behind', "'canary-7f3a91.' is not allowed here", "'[…]' is not allowed here"],
  ['the whole body', `cannot read ${body}`, 'cannot read […]'],
])('the prompt is not kept: %s', (_case, message, kept) => expect(keep(message)).toBe(kept));

test.each([
  'model claude-opus-5.5 is not supported',
  'stream_options: Extra inputs are not permitted',
  "tool 'mcp__server__tool' has no schema",
  'prompt is too long: 220000 tokens > 200000 maximum',
  'user: a word that also stands in the prompt, write.',
  '',
])('what the message is about stays: %s', (message) => expect(keep(message)).toBe(message));

test('a body too large to be searched costs the words', () => {
  expect(withoutEchoes('Something about the prompt', Buffer.alloc(5 * 1024 * 1024))).toBe('[…]');
});
