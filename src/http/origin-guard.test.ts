/** Tests of the guard: the whole matrix of hosts and origins. */
import { describe, expect, test } from 'vitest';
import { createAddressSet, loopbackRanges, privateRanges } from './address-set.ts';
import { refusal, type GuardedRequest, type GuardRules } from './origin-guard.ts';

const port = 4141;
const rules: GuardRules = {
  hosts: ['Box.local', 'proxy.example:8443'],
  callersHosts: ['host.docker.internal'],
  literals: 'none',
  peers: null,
};

/** A request with this Host and Origin, as it comes in on 127.0.0.1:4141 unless told. */
function asking(host: string, origin?: string, over: Partial<GuardedRequest> = {}): GuardedRequest {
  return {
    headers: { host, ...(origin !== undefined && { origin }) },
    host,
    authority: undefined,
    scheme: 'http',
    localAddress: '127.0.0.1',
    localPort: port,
    peer: '127.0.0.1',
    ...over,
  };
}

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
  'https://localhost:4141',
  'http://box.local:3000',
  'http://proxy.example',
  'http://host.docker.internal:3000',
];

function asked(host: string, origin: string | undefined): string | undefined {
  return refusal(asking(host, origin), rules);
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
  expect(refusal(asking('localhost:4141', undefined, { headers }), rules) === undefined).toBe(served);
});

test.each([
  ['localhost:4141', true],
  ['evil.example', false],
  ['user@localhost:4141', false],
  ['https:', false],
])('an absolute-form target at %s', (authority, served) => {
  expect(refusal(asking('localhost:4141', undefined, { authority }), rules) === undefined).toBe(served);
});

test.each([
  ['localhost', 'https', 443, true],
  ['localhost', 'http', 443, false],
  ['localhost:443', 'https', 443, true],
  ['localhost', 'http', 80, true],
  ['127.0.0.1', 'https', 80, false],
] as const)('Host %s over %s on port %d', (host, scheme, localPort, served) => {
  expect(refusal(asking(host, undefined, { scheme, localPort }), rules) === undefined).toBe(served);
});

test.each([
  ['https://localhost:4141', 'https', true],
  ['http://localhost:4141', 'https', false],
  ['https://box.local', 'https', true],
  ['https://box.local:4141', 'https', true],
  ['https://box.local:9443', 'https', false],
  ['https://proxy.example:8443', 'https', true],
  ['https://proxy.example', 'https', false],
] as const)('Origin %s over %s', (origin, scheme, served) => {
  expect(refusal(asking('localhost:4141', origin, { scheme }), rules) === undefined).toBe(served);
});

test('a page of the very host and port that it calls is no other origin', () => {
  expect(refusal(asking('box.local:9443', 'https://box.local:9443', { scheme: 'https' }), rules)).toBeUndefined();
  expect(refusal(asking('box.local:9443', 'http://box.local:9443', { scheme: 'https' }), rules)).toMatch(/origins/);
  // A container whose port has another number outside.
  const mapped = { ...rules, hosts: ['localhost:8080'] };
  expect(refusal(asking('localhost:8080', 'http://localhost:8080'), mapped)).toBeUndefined();
  expect(refusal(asking('localhost:8080', 'http://localhost:3000'), mapped)).toMatch(/origins/);
  expect(refusal(asking('localhost:8080', 'http://localhost:8080'), rules)).toMatch(/host name/);
  const docker = 'host.docker.internal:4141';
  expect(refusal(asking(docker, 'http://host.docker.internal:3000'), rules)).toMatch(/origins/);
});

describe('addresses in Host', () => {
  const own = { localAddress: '::ffff:192.168.1.5', peer: '192.168.1.9' };
  test.each([
    ['none', '192.168.1.5:4141', false],
    ['own', '192.168.1.5:4141', true],
    ['own', '192.168.1.5', false],
    ['own', '192.168.1.6:4141', false],
    ['private', '192.168.1.6:8080', true],
    ['private', '10.1.2.3', true],
    ['private', '[fd00::5]:4141', true],
    ['private', '8.8.8.8:4141', false],
    ['private', '0.0.0.0:4141', false],
    ['private', '0x0a.1.2.3:4141', false],
    ['private', '192.168.1.5.nip.io:4141', false],
  ] as const)('with %s, %s', (literals, host, served) => {
    expect(refusal(asking(host, undefined, own), { ...rules, literals }) === undefined).toBe(served);
  });

  test('a page of another server on the same address is another origin', () => {
    const request = asking('192.168.1.5:4141', 'http://192.168.1.5:8080', own);
    expect(refusal(request, { ...rules, literals: 'private' })).toMatch(/origins/);
    const same = asking('192.168.1.5:4141', 'http://192.168.1.5:4141', own);
    expect(refusal(same, { ...rules, literals: 'private' })).toBeUndefined();
  });
});

test.each([
  ['127.0.0.1', true],
  ['::1', true],
  ['::ffff:10.1.2.3', true],
  ['fe80::1%eth0', true],
  ['172.17.0.2', true],
  ['100.101.102.103', true],
  ['172.32.0.1', false],
  ['8.8.8.8', false],
  ['2001:db8::1', false],
  ['', false],
])('on a private network a caller from %s', (peer, served) => {
  const peers = createAddressSet([...loopbackRanges, ...privateRanges]);
  expect(refusal(asking('localhost:4141', undefined, { peer }), { ...rules, peers }) === undefined).toBe(served);
});

test('a host that a reverse proxy passes on must be ours too, and cannot stand in for the one that it names', () => {
  expect(refusal(asking('box.local', undefined, { host: 'evil.example' }), rules)).toMatch(/host name/);
  const headers = { host: 'evil.example' };
  expect(refusal(asking('box.local', undefined, { headers }), rules)).toMatch(/host name/);
  expect(refusal(asking('localhost:4141', undefined, { host: 'box.local' }), rules)).toBeUndefined();
});
