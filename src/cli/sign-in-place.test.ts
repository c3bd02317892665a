/** Where a login goes, what a child of ours sees, when a browser may open, and how long a key lives. */
import { expect, test } from 'vitest';
import { defaultConfig } from '../config/config.ts';
import { githubPlace, isRealGithub } from './account-host.ts';
import { childEnvironment } from './child-environment.ts';
import { parseEnd } from './duration-text.ts';
import { browserCommand, hasBrowser } from './open-browser.ts';

const configFor = (githubUrl: string, githubApiUrl: string) => ({
  upstream: { ...defaultConfig.upstream, githubUrl, githubApiUrl },
});
const tenantConfig = configFor('https://octocorp.ghe.com', 'https://api.octocorp.ghe.com');
const testConfig = configFor('http://127.0.0.1:9', 'http://127.0.0.1:9');

test.each([
  [undefined, defaultConfig, 'github.com https://github.com https://api.github.com', true],
  ['github.com', defaultConfig, 'github.com https://github.com https://api.github.com', true],
  ['Octocorp.ghe.com', defaultConfig, 'octocorp.ghe.com https://octocorp.ghe.com https://api.octocorp.ghe.com', true],
  [undefined, tenantConfig, 'octocorp.ghe.com https://octocorp.ghe.com https://api.octocorp.ghe.com', true],
  ['github.com', tenantConfig, 'github.com https://github.com https://api.github.com', true],
  [undefined, testConfig, 'github.com http://127.0.0.1:9 http://127.0.0.1:9', false],
  ['github.com', testConfig, 'github.com http://127.0.0.1:9 http://127.0.0.1:9', false],
])('--host %s', (host, config, expected, real) => {
  const place = githubPlace(host, config);
  expect(`${place.host} ${place.githubUrl} ${place.githubApiUrl}`).toBe(expected);
  expect(isRealGithub(place)).toBe(real);
});

test.each(['evil.com', 'ghe.com', 'x.ghe.com.evil.com', 'api.octocorp.ghe.com', 'a@b.ghe.com', 'x.ghe.com:8443', ''])(
  '--host %s is a usage error',
  (host) => {
    expect(() => githubPlace(host, defaultConfig)).toThrow(expect.objectContaining({ exitCode: 2 }));
  },
);

test('a child sees what it needs to run, and nothing that might be a secret', () => {
  const seen = childEnvironment({
    Path: 'C:\\bin',
    HOME: '/h',
    XDG_RUNTIME_DIR: '/run/user/1',
    LC_ALL: 'C',
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x',
    CROSSFEED_GITHUB_TOKEN: 's',
    CROSSFEED_API_KEY: 's',
    GH_TOKEN: 's',
    GITHUB_TOKEN: 's',
    HTTPS_PROXY: 'http://u:s@p',
    NPM_TOKEN: 's',
    NODE_OPTIONS: '--require x',
    EMPTY: undefined,
  });
  expect(Object.keys(seen)).toEqual(['Path', 'HOME', 'XDG_RUNTIME_DIR', 'LC_ALL', 'DBUS_SESSION_BUS_ADDRESS']);
});

const tty = { stdin: true, stdout: true, stderr: true };

test.each([
  ['a desktop', { DISPLAY: ':0' }, tty, 'linux', true],
  ['a Mac', {}, tty, 'darwin', true],
  ['Windows', {}, tty, 'win32', true],
  ['WSL', { WSL_DISTRO_NAME: 'Ubuntu' }, tty, 'linux', true],
  ['a server', {}, tty, 'linux', false],
  ['SSH with X', { DISPLAY: ':10', SSH_CONNECTION: 'a b' }, tty, 'linux', false],
  ['SSH to a Mac', { SSH_TTY: '/dev/x' }, tty, 'darwin', false],
  ['a Mac whose user wants none', { CROSSFEED_NO_BROWSER: '1' }, tty, 'darwin', false],
  ['no terminal', { DISPLAY: ':0' }, { ...tty, stdin: false }, 'linux', false],
] as const)('a browser on %s', (_what, env, isTty, system, expected) => {
  expect(hasBrowser({ env, isTty }, system)).toBe(expected);
});

test.each([
  ['darwin', {}, 'open'],
  ['linux', {}, 'xdg-open'],
  ['win32', {}, 'rundll32.exe'],
  ['linux', { WSL_DISTRO_NAME: 'Ubuntu' }, 'rundll32.exe'],
] as const)('the browser on %s %j is opened without a shell', (system, env, program) => {
  const url = 'https://github.com/login/device?a=1&b=2';
  const [found, args] = browserCommand(url, env, system);
  expect(found).toBe(program);
  expect(args.at(-1)).toBe(url);
});

const now = Date.UTC(2026, 10, 22);
const day = 24 * 60 * 60 * 1000;

test.each([
  ['30d', now + 30 * day],
  ['12h', now + day / 2],
  ['90m', now + 90 * 60_000],
  ['90s', now + 90_000],
  ['2w', now + 14 * day],
  ['2026-12-01', Date.UTC(2026, 11, 1)],
  ['2026-11-22T00:00:01Z', now + 1000],
  ['2026-11-22', null],
  ['2020-01-01', null],
  ['2026-13-01', null],
  ['0d', null],
  ['0s', null],
  ['-1d', null],
  ['30', null],
  ['1y', null],
  ['tomorrow', null],
  ['', null],
])('an end of %j', (text, expected) => {
  expect(parseEnd(text, now)).toBe(expected);
});
