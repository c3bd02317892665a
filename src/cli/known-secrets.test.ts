/** Which values of an environment are secrets. */
import { expect, test } from 'vitest';
import { knownSecrets } from './known-secrets.ts';

test.each<[string, Record<string, string>, readonly string[]]>([
  ['nothing', { PATH: '/bin', HTTPS_PROXY: 'http://proxy.example:8080' }, []],
  ['key and tokens', { CROSSFEED_API_KEY: 'my-own-keyring', GH_TOKEN: ' gho_x\n' }, ['my-own-keyring', 'gho_x']],
  [
    'a proxy with a password, as written, as meant, as sent',
    { HTTPS_PROXY: 'http://me:p%40ss@proxy.example:8080' },
    ['p%40ss', 'p@ss', 'bWU6cEBzcw=='],
  ],
  [
    'a proxy without a scheme, in lower case',
    { all_proxy: 'me:secret@proxy.example' },
    ['secret', 'secret', 'bWU6c2VjcmV0'],
  ],
  ['a broken escape', { HTTP_PROXY: 'http://me:p%zz@proxy.example' }, ['p%zz', 'p%zz', 'bWU6cCV6eg==']],
  ['what is no address', { HTTP_PROXY: 'http://' }, []],
])('%s', (_, env, secrets) => {
  expect(knownSecrets(env)).toEqual(secrets);
});
