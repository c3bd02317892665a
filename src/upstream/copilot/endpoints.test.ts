/** Hostile discovery answers: the bearer goes nowhere but to GitHub. */
import { expect, test } from 'vitest';
import { acceptApiOrigin, acceptConfiguredBase, fallbackApiOrigin, tenantUrls } from './endpoints.ts';

const github = { githubApiUrl: 'https://api.github.com', allowedHosts: ['copilot.test', 'copilot.test:8443'] };
const tenant = { githubApiUrl: 'https://api.octo.ghe.com', allowedHosts: [] };
const loopback = { githubApiUrl: 'http://127.0.0.1:4000', allowedHosts: [] };

test.each([
  'http://api.githubcopilot.com',
  'https://evil.example',
  'https://githubcopilot.com.evil.example',
  'https://api.githubcopilot.com.evil.example',
  'https://evilgithubcopilot.com',
  'https://githubcopilot.com',
  'https://api.githubcopilot.com@evil.example',
  'https://user:pass@api.githubcopilot.com',
  'https://evil.example/.githubcopilot.com',
  'https://evil.example?.githubcopilot.com',
  'https://evil.example#.githubcopilot.com',
  'https://evil.example\\.githubcopilot.com',
  'https://evil.example\t.githubcopilot.com',
  'https://evil.example\n.githubcopilot.com',
  'https://evil.example\u3002githubcopilot.com',
  'https://api.githubcopilot.com:444',
  'https://api.githubcopilot.com:443',
  'https://api.githubcopilot.com/path',
  'https://api.githubcopilot.com//',
  'https://api.githubcopilot.com/?x',
  'https://api.githubcopilot.com.',
  'https://api..githubcopilot.com',
  'https://.githubcopilot.com',
  'https://%61pi.githubcopilot.com',
  'https://\u0430pi.githubcopilot.com',
  'https://127.0.0.1',
  'http://127.0.0.1:9',
  'https://[::1]',
  'https:api.githubcopilot.com',
  '//api.githubcopilot.com',
  ' https://api.githubcopilot.com',
  'HTTPS://API.GITHUBCOPILOT.COM',
  'ftp://api.githubcopilot.com',
  'javascript:alert(1)//.githubcopilot.com',
  'https://copilot.test:9443',
  `https://${'a'.repeat(300)}.githubcopilot.com`,
  '',
  null,
  42,
  ['https://api.githubcopilot.com'],
])('refuses %j', (candidate) => {
  expect(acceptApiOrigin(candidate, github)).toBeNull();
});

test.each([
  ['https://api.githubcopilot.com', github, 'https://api.githubcopilot.com'],
  ['https://api.individual.githubcopilot.com/', github, 'https://api.individual.githubcopilot.com'],
  ['https://copilot-api.octo.ghe.com', github, 'https://copilot-api.octo.ghe.com'],
  ['https://copilot.test', github, 'https://copilot.test'],
  ['https://copilot.test:8443', github, 'https://copilot.test:8443'],
  ['https://copilot-api.octo.ghe.com', tenant, 'https://copilot-api.octo.ghe.com'],
  ['https://copilot-api.other.ghe.com', tenant, null],
  ['https://api.githubcopilot.com', tenant, null],
  ['http://127.0.0.1:5000', loopback, 'http://127.0.0.1:5000'],
  ['http://localhost:5000/', loopback, 'http://localhost:5000'],
  ['http://[::1]:5000', loopback, 'http://[::1]:5000'],
  ['http://127.0.0.1.evil.example:5000', loopback, null],
  ['http://10.0.0.1:5000', loopback, null],
] as const)('%s beside %o', (candidate, policy, expected) => {
  expect(acceptApiOrigin(candidate, policy)).toBe(expected);
});

test.each([
  ['https://copilot.corp/gateway/', 'https://copilot.corp/gateway'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://copilot.test', 'http://copilot.test'],
  ['http://elsewhere.test', null],
  ['https://user@copilot.corp', null],
  ['https://copilot.corp?x=1', null],
  ['nonsense', null],
])('a configured address %s', (configured, expected) => {
  expect(acceptConfiguredBase(configured, github.allowedHosts)).toBe(expected);
});

test('the general host is a guess for github.com only: a test never reaches GitHub by accident', () => {
  expect(fallbackApiOrigin('https://api.github.com')).toBe('https://api.githubcopilot.com');
  expect(fallbackApiOrigin('https://api.octo.ghe.com')).toBe('https://copilot-api.octo.ghe.com');
  expect(fallbackApiOrigin('http://127.0.0.1:4000')).toBeNull();
});

const ofTenant = { githubApiUrl: 'http://127.0.0.1:4000', allowedHosts: ['copilot.test'], accountHost: 'octo.ghe.com' };

test.each([
  ['https://copilot-api.octo.ghe.com', 'https://copilot-api.octo.ghe.com'],
  ['https://api.octo.ghe.com/', 'https://api.octo.ghe.com'],
  ['https://copilot.test', 'https://copilot.test'],
  ['http://127.0.0.1:5000', 'http://127.0.0.1:5000'],
  ['https://api.githubcopilot.com', null],
  ['https://api.individual.githubcopilot.com', null],
  ['https://copilot-api.other.ghe.com', null],
  ['https://copilot-api.octo.ghe.com.evil.example', null],
  ['https://evilocto.ghe.com', null],
  ['https://octo.ghe.com', null],
  ['http://copilot-api.octo.ghe.com', null],
])('for the account of a tenant, %s is %j', (candidate, expected) => {
  expect(acceptApiOrigin(candidate, ofTenant)).toBe(expected);
});

test.each([
  ['https://api.octo.ghe.com', 'https://api.octo.ghe.com'],
  ['https://octo.ghe.com', 'https://octo.ghe.com'],
  ['https://copilot.test/gateway', 'https://copilot.test/gateway'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['https://api.github.com', null],
  ['https://api.githubcopilot.com', null],
  ['https://api.other.ghe.com', null],
  ['https://api.octo.ghe.com:8443', null],
  ['https://evilocto.ghe.com', null],
])('for the account of a tenant, the configured %s is %j', (configured, expected) => {
  expect(acceptConfiguredBase(configured, ofTenant.allowedHosts, 'octo.ghe.com')).toBe(expected);
});

test('a tenant is guessed at its own host, whatever GitHub API is configured', () => {
  for (const api of ['https://api.github.com', 'https://proxy.corp', 'http://127.0.0.1:4000'])
    expect(fallbackApiOrigin(api, 'octo.ghe.com')).toBe('https://copilot-api.octo.ghe.com');
});

test.each([
  ['octo.ghe.com', { githubUrl: 'https://octo.ghe.com', githubApiUrl: 'https://api.octo.ghe.com' }],
  ['github.com', null],
  ['ghe.com', null],
  ['a.b.ghe.com', null],
  ['octo.ghe.com.evil.example', null],
  ['127.0.0.1:4000', null],
])('the addresses of %s', (host, urls) => {
  expect(tenantUrls(host)).toEqual(urls);
});

test.each([
  ['https://api.github.com', 'https://api.github.com'],
  ['https://copilot.corp/gateway', 'https://copilot.corp/gateway'],
  ['https://api.octo.ghe.com', null],
])('for an account of github.com, the configured %s is %j', (configured, expected) => {
  expect(acceptConfiguredBase(configured, [], 'github.com')).toBe(expected);
});

test('no tenant serves an account of github.com', () => {
  const policy = { ...github, accountHost: 'github.com' };
  expect(acceptApiOrigin('https://copilot-api.octo.ghe.com', policy)).toBeNull();
  expect(acceptApiOrigin('https://api.githubcopilot.com', policy)).toBe('https://api.githubcopilot.com');
});
