/** Tests of errors as Gemini clients read them. */
import { expect, test } from 'vitest';
import { ProxyError } from '../../errors/proxy-error.ts';
import { geminiErrors } from './error.ts';

const retryInfo = (retryDelay: string) => ({
  details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }],
});

test.each([
  ['a wait that is known', new ProxyError('rate_limited', 'Slow down.', { retryAfterMs: 1500 }), 429, retryInfo('2s')],
  ['a wait that nobody named', new ProxyError('upstream_overloaded', 'Full.'), 503, retryInfo('5s')],
  ['no wait at all', new ProxyError('invalid_request', 'Wrong.', { param: 'contents' }), 400, {}],
])('%s', (_name, error, code, details) => {
  const reply = geminiErrors.encodeError(error, 'x');
  expect(reply.status).toBe(code);
  expect(JSON.parse(reply.body)).toEqual({
    error: { code, message: error.message, status: expect.any(String) as string, ...details },
  });
});
