/** Tests of finding a request's keys and of saying who calls. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { identifyCaller, presentedKeys } from './caller-auth.ts';
import type { KeyRegistry } from './key-registry.ts';
import { createWrongKeyLimiter } from './wrong-key-limiter.ts';

const places = { query: 'key=q', pathKey: undefined, protocol: 'openai-chat' as const };

test.each([
  [{ authorization: 'Bearer a' }, ['a']],
  [{ authorization: 'bearer   a ' }, ['a']],
  [{ authorization: 'Bearer a b' }, []],
  [{ authorization: 'Basic a' }, []],
  [{ authorization: 'Bearer ' }, []],
  [{ 'x-api-key': 'b' }, ['b']],
  [{ 'x-goog-api-key': 'c' }, ['c']],
  [{ authorization: 'Bearer a', 'x-api-key': 'b', 'x-goog-api-key': 'c' }, ['a', 'b', 'c']],
  [{ cookie: 'key=a' }, []],
])('%o presents %o', (headers, keys) => expect(presentedKeys({ ...places, headers })).toEqual(keys));

test('a key in the path comes first: it was written for this one tool', () => {
  expect(presentedKeys({ ...places, headers: { authorization: 'Bearer a' }, pathKey: 'p' })).toEqual(['p', 'a']);
});

test('a key in the query counts for Gemini alone', () => {
  expect(presentedKeys({ ...places, headers: {}, query: 'alt=sse&key=a%2Bb', protocol: 'gemini' })).toEqual(['a+b']);
  for (const protocol of ['openai-chat', 'openai-responses', 'anthropic-messages', 'ollama'] as const)
    expect(presentedKeys({ ...places, headers: {}, query: 'key=a', protocol })).toEqual([]);
});

const caller = { keyId: 'k1', label: 'laptop', accountName: 'octo', models: null, project: null };

function registry(anonymous: KeyRegistry['anonymous'] = null): Pick<KeyRegistry, 'find' | 'anonymous'> {
  const known: Readonly<Record<string, ReturnType<KeyRegistry['find']>>> = {
    right: caller,
    old: 'expired',
    gone: 'revoked',
  };
  return { anonymous, find: (key) => known[key] };
}

function identify(keys: readonly string[], anonymous: KeyRegistry['anonymous'] = null) {
  return identifyCaller(keys, registry(anonymous), createWrongKeyLimiter(createFakeClock()), '127.0.0.1');
}

test.each([[['right']], [['dummy', 'right']], [['old', 'right']], [['gone', 'dummy', 'right']]])(
  'one right key of %o is enough',
  (keys) => expect(identify(keys)).toBe(caller),
);

test.each([
  [[], 'An API key of this Crossfeed proxy is needed'],
  [['dummy'], 'is not a key of this Crossfeed proxy'],
  [['old'], 'has expired'],
  [['dummy', 'gone'], 'has been revoked'],
])('%o is refused in words that fit', (keys, words) => {
  const refused = identify(keys);
  expect(refused).toBeInstanceOf(ProxyError);
  expect(refused).toMatchObject({ code: 'invalid_api_key', message: expect.stringContaining(words) });
  expect(refused).toMatchObject({ message: expect.stringMatching(/`crossfeed keys (?:show|add)`/) });
});

test('where no key is needed any caller is let in, but for a key that was taken back', () => {
  const anonymous = { ...caller, keyId: 'no-key' };
  for (const keys of [[], ['dummy']]) expect(identify(keys, anonymous)).toBe(anonymous);
  expect(identify(['right'], anonymous)).toBe(caller);
  for (const keys of [['old'], ['gone']]) expect(identify(keys, anonymous)).toBeInstanceOf(ProxyError);
});

test('a store of keys that fails lets nobody in, and its words stay inside', () => {
  const broken: Pick<KeyRegistry, 'find' | 'anonymous'> = {
    anonymous: caller,
    find() {
      throw new Error('SQLITE_IOERR');
    },
  };
  const refused = identifyCaller(['right'], broken, createWrongKeyLimiter(createFakeClock()), 'peer');
  expect(refused).toMatchObject({ code: 'internal_error', message: expect.not.stringContaining('SQLITE') });
});

test('an ended key is no guess, however often it comes', () => {
  const wrongKeys = createWrongKeyLimiter(createFakeClock());
  for (let tries = 0; tries < 50; tries += 1)
    expect(identifyCaller(['old'], registry(), wrongKeys, 'peer')).toMatchObject({ code: 'invalid_api_key' });
  expect(identifyCaller(['dummy'], registry(), wrongKeys, 'peer')).toMatchObject({ code: 'invalid_api_key' });
});
