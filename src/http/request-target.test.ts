/** Tests of the one reading of request targets. */
import { expect, test } from 'vitest';
import { decodeSegment, parseTarget } from './request-target.ts';

test.each([
  ['/v1/messages', undefined, '/v1/messages', ''],
  ['/v1/messages?beta=true', undefined, '/v1/messages', 'beta=true'],
  ['/v1/messages?a=/../?b', undefined, '/v1/messages', 'a=/../?b'],
  ['http://localhost:4141/v1/models?x', 'localhost:4141', '/v1/models', 'x'],
  ['HTTP://EVIL.example', 'evil.example', '/', ''],
  ['https://localhost:4141/v1/models', 'https:', '/v1/models', ''],
  ['http://evil.example?x=1', 'evil.example', '/', 'x=1'],
] as const)('reads %s', (url, authority, path, query) => {
  expect(parseTarget(url)).toEqual({ authority, path, pathKey: undefined, query, canonical: true });
});

test.each([
  '/',
  '/v1/models/gpt-5.2',
  '/v1/models/org/model',
  '/v1/models/org%2Fmodel',
  '/models/a%20b',
  '/v1/models/..gpt',
  '/v1/v1/models/a%2Fb',
])('%s is canonical', (url) => expect(parseTarget(url).canonical).toBe(true));

test.each([
  '*',
  'v1/models',
  '//v1/models',
  '/v1//models',
  '/v1/../admin',
  '/v1/..',
  '/./v1',
  '/v1/%2e%2e/admin',
  '/v1/chat%2fcompletions',
  '/v1/mess%61ges',
  '/v1\\models',
  '/v1/models#x',
  '/v1/models/%2e%2e%2fadmin',
  '/v1/models/a%5cb',
  '/v1/models/a%2f%2fb',
  '/v1/models/%ff',
  '/v1/models%2fx',
])('%s is not', (url) => expect(parseTarget(url).canonical).toBe(false));

test('decodes UTF-8 only', () => {
  expect(decodeSegment('a%2Fb%C3%A9')).toBe('a/bé');
  expect(decodeSegment('%e9')).toBeUndefined();
});

test.each([
  ['/k/abc/v1/models?x', '/v1/models', 'abc', true],
  ['/openai/v1/chat/completions', '/v1/chat/completions', undefined, true],
  ['/v1beta/openai/chat/completions', '/chat/completions', undefined, true],
  ['/k/abc/openai/v1/models', '/v1/models', 'abc', true],
  ['/openai/openai/v1/models', '/openai/openai/v1/models', undefined, true],
  ['/openai/status', '/openai/status', undefined, true],
  ['/openai//v1/models', '/openai//v1/models', undefined, false],
  ['/k/abc', '/', 'abc', true],
  ['/k/abc/', '/', 'abc', true],
  ['/k/a%2Fb/v1/models', '/v1/models', 'a/b', true],
  ['/k/a%252Fb/v1/models', '/v1/models', 'a%2Fb', true],
  ['http://localhost:4141/k/abc/v1/models', '/v1/models', 'abc', true],
  ['/k/abc/k/def/v1/models', '/k/def/v1/models', 'abc', true],
  ['/k/%ff/v1/models', '/v1/models', undefined, false],
  ['/k/abc/../v1/models', '/../v1/models', 'abc', false],
  ['/k//v1/models', '/k//v1/models', undefined, false],
  ['/k', '/k', undefined, true],
  ['/key/abc', '/key/abc', undefined, true],
] as const)('%s carries a key before its path', (url, path, pathKey, canonical) => {
  expect(parseTarget(url)).toMatchObject({ path, pathKey, canonical });
});

test('over TLS an absolute target is https, and http another server', () => {
  expect(parseTarget('https://box.example/v1/models', 'https').authority).toBe('box.example');
  expect(parseTarget('http://box.example/v1/models', 'https').authority).toBe('http:');
});
