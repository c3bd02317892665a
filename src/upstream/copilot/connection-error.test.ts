/** What a caller is told of a connection that broke, by the code that the system gave. */
import { expect, test } from 'vitest';
import type { ErrorCode } from '../../errors/error-table.ts';
import { connectionError } from './connection-error.ts';

test.each<[code: string, wanted: ErrorCode, says: RegExp]>([
  ['EMFILE', 'overloaded', /ulimit -n/],
  ['ENFILE', 'overloaded', /ulimit -n/],
  ['ECONNREFUSED', 'upstream_unreachable', /refused/],
  ['ENOTFOUND', 'upstream_unreachable', /online/],
  ['ENETUNREACH', 'upstream_unreachable', /online/],
  ['CERT_NOT_YET_VALID', 'tls_error', /clock/],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls_error', /NODE_EXTRA_CA_CERTS/],
])('%s is %s', (code, wanted, says) => {
  const inner = Object.assign(new Error('inner'), { code });
  const cause = new AggregateError([inner], 'connect failed');
  const error = connectionError({ phase: 'unsent', reused: false, timedOut: false, cause }, 'api.example');
  expect(error).toMatchObject({ code: wanted, message: expect.stringMatching(says) });
});
