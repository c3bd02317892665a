/** Tests of the guard: the whole matrix of hosts and origins. */
import { describe, expect, test } from 'vitest';
import { refusal } from './origin-guard.ts';

const port = 4141;
const allowed = ['Box.local', 'proxy.example:8443', 'host.docker.internal'];

const goodHosts = [
  'localhost:4141',
  'LocalHost:4141',
  '127.0.0.1:4141',
  '127.255.0.9:4141',
  '[::1]:4141',
  'box.local',
  'box.local:99',
  'BOX.LOCAL:4141',
  'proxy.example:8443',
  'host.docker.internal:4141',
];
const badHosts = [
  '',
  'localhost',
  'localhost:4142',
  'localhost.:4141',
  'localhost.evil.example:4141',
  'evil.localhost:4141',
  '127.0.0.1',
  '127.0.0.1:80',
  '127.1:4141',
  '127.0.0.01:4141',
  '127.0.0.256:4141',
  '127.0.0.1.nip.io:4141',
  '128.0.0.1:4141',
  '0.0.0.0:4141',
  '10.0.0.1:4141',
  '192.168.1.5:4141',
  '[::]:4141',
  '[::ffff:127.0.0.1]:4141',
  '[::1]:4142',
  '2130706433:4141',
  'evil.example',
  'evil.example:4141',
  'proxy.example',
  'proxy.example:4141',
  'xbox.local',
  'box.local.evil.example',
];
const goodOrigins = [
  undefined,
  'http://127.0.0.1:4141',
  'http://localhost:4141',
  'http://[::1]:4141',
  'https://box.local',
  'https://proxy.example:8443',
];
const badOrigins = [
  'null',
  '',
  'https://evil.example',
  'http://localhost',
  'http://localhost:3000',
  'http://127.0.0.1:4142',
  'http://localhost:4141.evil.example',
  'http://localhost:4141@evil.example',
  'http://localhost:4141/',
  'http://evil.example/http://localhost:4141',
  'file://',
  'chrome-extension://abcdef',
  'http://127.0.0.1:4141, https://evil.example',
];

function asked(host: string, origin: string | undefined): string | undefined {
  const headers = { host, ...(origin !== undefined && { origin }) };
  return refusal({ headers, authority: undefined, localPort: port }, allowed);
}

describe.each(goodHosts)('Host %s', (host) => {
  test.each(goodOrigins)('with Origin %s is served', (origin) => expect(asked(host, origin)).toBeUndefined());
  test.each(badOrigins)('with Origin %s is refused', (origin) => expect(asked(host, origin)).toMatch(/origins/));
});

test.each(badHosts)('Host %s is refused whatever the Origin', (host) => {
  for (const origin of [...goodOrigins, ...badOrigins]) expect(asked(host, origin)).toMatch(/host name/);
});

test.each([
  ['cross-site', false],
  ['same-site', false],
  ['same-origin', true],
  ['none', true],
  ['cross-site, none', false],
  ['some-later-word', false],
])('Sec-Fetch-Site %s', (site, served) => {
  const headers = { host: 'localhost:4141', 'sec-fetch-site': site };
  expect(refusal({ headers, authority: undefined, localPort: port }, []) === undefined).toBe(served);
});

test.each([
  ['localhost:4141', true],
  ['evil.example', false],
  ['user@localhost:4141', false],
  ['https:', false],
])('an absolute-form target at %s', (authority, served) => {
  expect(refusal({ headers: { host: 'localhost:4141' }, authority, localPort: port }, []) === undefined).toBe(served);
});
