/** Which network proxy an address is reached by. */
import { expect, test } from 'vitest';
import { proxyFor } from './proxy-env.ts';

const far = 'http://proxy.corp:3128/';
const api = 'https://api.githubcopilot.com';

test.each([
  ['none is named', api, {}, null],
  ['https by its own', api, { HTTPS_PROXY: far }, far],
  ['http by its own', 'http://copilot.test', { HTTP_PROXY: far, HTTPS_PROXY: 'http://x' }, far],
  ['https never by the one for http', api, { HTTP_PROXY: far }, null],
  ['all by ALL_PROXY', api, { ALL_PROXY: far }, far],
  ['lower case wins', api, { https_proxy: far, HTTPS_PROXY: 'http://x' }, far],
  ['a proxy without a scheme', api, { HTTPS_PROXY: 'proxy.corp:3128' }, far],
  ['SOCKS', api, { ALL_PROXY: 'socks5h://127.0.0.1:1080' }, 'socks5://127.0.0.1:1080'],
  ['an empty value', api, { HTTPS_PROXY: '' }, null],
  ['a scheme that nobody speaks', api, { HTTPS_PROXY: 'ftp://proxy.corp' }, null],
  ['nonsense', api, { HTTPS_PROXY: 'http://' }, null],
  ['NO_PROXY *', api, { HTTPS_PROXY: far, NO_PROXY: '*' }, null],
  ['NO_PROXY host', api, { HTTPS_PROXY: far, NO_PROXY: 'a.b, api.githubcopilot.com' }, null],
  ['NO_PROXY domain', api, { HTTPS_PROXY: far, NO_PROXY: 'githubcopilot.com' }, null],
  ['NO_PROXY .domain', api, { HTTPS_PROXY: far, no_proxy: '.githubcopilot.com' }, null],
  ['NO_PROXY *.domain', api, { HTTPS_PROXY: far, NO_PROXY: '*.GitHubCopilot.com' }, null],
  [
    'NO_PROXY of the apex only',
    'https://githubcopilot.com',
    { HTTPS_PROXY: far, NO_PROXY: '*.githubcopilot.com' },
    far,
  ],
  ['NO_PROXY of another port', api, { HTTPS_PROXY: far, NO_PROXY: 'api.githubcopilot.com:8443' }, far],
  ['NO_PROXY of this port', api, { HTTPS_PROXY: far, NO_PROXY: 'api.githubcopilot.com:443' }, null],
  ['NO_PROXY of a name that only ends alike', api, { HTTPS_PROXY: far, NO_PROXY: 'copilot.com' }, far],
  ['NO_PROXY of an IPv6 host', 'http://[::1]:80', { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '::1' }, null],
  ['loopback never by a proxy elsewhere', 'http://127.0.0.1:9', { HTTP_PROXY: far }, null],
  [
    'loopback by a proxy on loopback',
    'http://127.0.0.1:9',
    { HTTP_PROXY: 'http://127.0.0.1:8888' },
    'http://127.0.0.1:8888/',
  ],
] as const)('%s', (_name, origin, env, expected) => {
  expect(proxyFor(origin, env)).toBe(expected);
});
