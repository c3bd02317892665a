/** Tests of where an account's GitHub is. */
import { expect, test } from 'vitest';
import { defaultConfig } from '../../config/config.ts';
import { accountConfig } from './account-config.ts';

const config = { ...defaultConfig.upstream, githubUrl: 'http://127.0.0.1:1', githubApiUrl: 'http://127.0.0.1:1' };

test('github.com is as configured', () => {
  expect(accountConfig(config, { host: 'github.com' })).toBe(config);
});

test("a tenant's login has its own hosts, whatever is configured for github.com", () => {
  expect(accountConfig(config, { host: 'octocorp.ghe.com' })).toMatchObject({
    githubUrl: 'https://octocorp.ghe.com',
    githubApiUrl: 'https://api.octocorp.ghe.com',
    copilotApiUrl: null,
  });
});

test.each([
  ['https://api.githubcopilot.com', [], null],
  ['https://copilot-api.other.ghe.com', [], null],
  ['https://octocorp.ghe.com.evil.example', [], null],
  ['https://copilot-api.octocorp.ghe.com', [], 'https://copilot-api.octocorp.ghe.com'],
  ['https://gateway.example', ['gateway.example'], 'https://gateway.example'],
])('of a tenant, a configured Copilot API at %s with %o allowed', (copilotApiUrl, allowedHosts, used) => {
  const configured = { ...config, copilotApiUrl, allowedHosts };
  expect(accountConfig(configured, { host: 'octocorp.ghe.com' }).copilotApiUrl).toBe(used);
});

test.each(['evil.example', 'ghe.com', 'a.b.ghe.com', 'octocorp.ghe.com.evil.example', ''])(
  'a host %j that is no tenant gets the configured addresses, never ones of its own',
  (host) => expect(accountConfig(config, { host })).toBe(config),
);
