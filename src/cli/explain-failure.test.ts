/** Which exit code a thrown value becomes, and what is said. */
import { expect, test } from 'vitest';
import { ConfigError } from '../config/config-error.ts';
import { StateFileError } from '../config/state-file-error.ts';
import { ControlError } from '../control/control-error.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { CliError } from './cli-error.ts';
import { explainFailure } from './explain-failure.ts';

test.each<[unknown, number]>([
  [new CliError(2, 'wrong flag'), 2],
  [new ConfigError(['one']), 78],
  [new StateFileError('not_private', '/x', 'others can read it'), 78],
  [new ControlError('not_running', 'nobody'), 1],
  [new ControlError('timeout', 'silent'), 75],
  [new ProxyError('upstream_sign_in_required', 'login ended'), 77],
  [new ProxyError('upstream_unreachable', 'no network'), 69],
  [new ProxyError('rate_limited', 'slow'), 75],
  [new ProxyError('model_not_found', 'no such'), 1],
  [Object.assign(new Error('ENOSPC: no space left'), { syscall: 'write', code: 'ENOSPC' }), 1],
  [new TypeError('undefined is not a function'), 70],
  ['a text', 70],
])('%s ends with %d', (thrown, exitCode) => {
  expect(explainFailure(thrown).exitCode).toBe(exitCode);
});

test('every problem of the config is a line, an own error has its hint, and no secret is shown', () => {
  expect(explainFailure(new ConfigError(['one', 'two'])).lines).toEqual(['one', 'two']);
  expect(explainFailure(new ProxyError('tls_error', 'TLS failed.')).lines[0]).toContain('NODE_EXTRA_CA_CERTS');
  expect(explainFailure(new Error('bad ghu_abcdefghijkl')).lines[0]).not.toContain('abcdefghijkl');
});

test.each([
  ['GitHub says: Bad credentials', /Bad credentials\. Sign in again/],
  ['GitHub says no.', /says no\. Sign in again/],
  ['Nobody is signed in: run `crossfeed login`.', /crossfeed login`\.$/],
])('%s gets its hint as a sentence of its own, once', (message, line) => {
  const { lines } = explainFailure(new ProxyError('upstream_sign_in_required', message));
  expect(lines[0]).toMatch(line);
  expect(lines[0]?.match(/crossfeed login/g)).toHaveLength(1);
});

test('a secret of the environment is left out by value', () => {
  expect(explainFailure(new Error('it holds my-own-keyring'), ['my-own-keyring']).lines[0]).toContain(
    'it holds [redacted]',
  );
});
