/** No word of a failure holds a secret, and nothing else of it changes. */
import { expect, test } from 'vitest';
import { ProxyError } from '../errors/proxy-error.ts';
import { withCleanErrors } from './clean-errors.ts';
import type { Upstream, UpstreamReceiver } from './upstream.ts';

const clean = (text: string) => text.replaceAll('marked-secret', '[redacted]');
const failure = new ProxyError('rate_limited', 'Quoted: marked-secret', {
  retryAfterMs: 7000,
  upstreamStatus: 429,
  upstreamRequestId: 'a1',
  upstreamCode: 'limited',
  param: 'model',
});
const call: Parameters<Upstream['send']>[0] = {
  path: '/responses',
  body: new Uint8Array(),
  stream: true,
  initiator: 'user',
  hasImages: false,
  headers: {},
  exchangeId: 'x1',
  signal: new AbortController().signal,
};

function failing(thrown: unknown): Upstream {
  const fail = () => Promise.reject(thrown);
  return {
    send(_call, receiver) {
      receiver.onData(Buffer.from('marked-secret'));
      if (thrown instanceof ProxyError) receiver.onFailure(thrown);
    },
    headersOf: () => ({}),
    models: fail,
    quota: fail,
    modelTerms: fail,
    enableModel: fail,
    otherRoadModels: fail,
    look: fail,
    status: () => ({
      ready: false,
      road: null,
      apiOrigin: null,
      apiVersion: '2026-08-01',
      credentialKind: null,
      bearerSince: null,
      bearerExpires: null,
      blockedSince: null,
      problem: { code: 'upstream_forbidden', message: 'Quoted: marked-secret' },
    }),
    resume: () => undefined,
    close: () => Promise.resolve(),
  };
}

test('a call: the error is clean and otherwise itself; bytes of an answer are nobody’s to change', () => {
  const heard: unknown[] = [];
  const receiver: UpstreamReceiver = {
    onHead: () => undefined,
    onData: (chunk) => heard.push(String(chunk)),
    onEnd: () => undefined,
    onFailure: (error) => heard.push(error),
  };
  withCleanErrors(failing(failure), clean).send(call, receiver);
  expect(heard).toEqual(['marked-secret', expect.any(ProxyError)]);
  expect(heard[1]).toMatchObject({
    code: 'rate_limited',
    message: 'Quoted: [redacted]',
    retryAfterMs: 7000,
    upstreamStatus: 429,
    upstreamRequestId: 'a1',
    upstreamCode: 'limited',
    param: 'model',
  });
});

test.each(['models', 'quota', 'otherRoadModels', 'modelTerms', 'enableModel'] as const)('%s: the same', async (ask) => {
  const other = new Error('marked-secret');
  await expect(withCleanErrors(failing(failure), clean)[ask]('m')).rejects.toMatchObject({
    code: 'rate_limited',
    message: 'Quoted: [redacted]',
    retryAfterMs: 7000,
  });
  await expect(withCleanErrors(failing(other), clean)[ask]('m')).rejects.toBe(other);
});

test('an error without a secret stays the same object', async () => {
  const harmless = new ProxyError('tls_error', 'No certificate.');
  await expect(withCleanErrors(failing(harmless), clean).models()).rejects.toBe(harmless);
});

test('status: the problem is clean', () => {
  expect(withCleanErrors(failing(failure), clean).status().problem).toEqual({
    code: 'upstream_forbidden',
    message: 'Quoted: [redacted]',
  });
});
