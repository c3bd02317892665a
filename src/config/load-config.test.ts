/** Layers, sources and messages of the settings. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { ConfigError } from './config-error.ts';
import { valueAt } from './config-path.ts';
import type { ConfigPath } from './config-path.ts';
import { defaultConfig } from './config.ts';
import { loadConfig } from './load-config.ts';

interface Given {
  readonly file?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, unknown>>;
}

function load({ file, env = {}, flags = {} }: Given) {
  const home = temporaryFolder();
  if (file !== undefined) writeFileSync(join(home, 'config.jsonc'), file);
  return loadConfig({ home, env, flags });
}

test('without anything, the defaults', async () => {
  const { config, file, sources, warnings } = await load({});
  expect(config).toEqual(defaultConfig);
  expect(file).toBeNull();
  expect(warnings).toEqual([]);
  expect(new Set(sources.values())).toEqual(new Set(['default']));
});

test('a group within a section keeps what is not set', async () => {
  const file = '{ "limits": { "pace": { "burst": 3 } } }';
  const flags = { 'limits.pace.minGapMs': '5000' };
  const { config } = await load({ file, env: { CROSSFEED_WAIT: '1' }, flags });
  const pace = { ...defaultConfig.limits.pace, burst: 3, minGapMs: 5000, wait: true };
  expect(config).toEqual({ ...defaultConfig, limits: { ...defaultConfig.limits, pace } });
});

test('flags win over the environment, that over the file, that over the defaults', async () => {
  const file = '{ "server": { "port": 1, "host": "::1" }, "log": { "level": "warn", "format": "json" } }';
  const env = { CROSSFEED_PORT: '2', CROSSFEED_LOG_LEVEL: 'error', CROSSFEED_HOST: '' };
  const { config, sources } = await load({ file, env, flags: { 'server.port': 3, 'server.host': undefined } });
  expect(config.server).toMatchObject({ host: '::1', port: 3 });
  expect(config.log).toMatchObject({ level: 'error', format: 'json', file: null });
  expect(Object.fromEntries(sources)).toMatchObject({
    'server.port': 'flag',
    'server.host': 'file',
    'log.level': 'environment',
    'log.format': 'file',
    'log.file': 'default',
  });
});

test('a file may hold comments, trailing commas, a byte order mark and its schema', async () => {
  const file = '\uFEFF// mine\n{\n  "$schema": "./config.schema.json",\n  "server": { "port": 0, /* free */ },\n}\n';
  expect((await load({ file })).config.server.port).toBe(0);
});

test.each(['', '  \n', '// nothing yet\n', '{}'])('a file that sets nothing is fine: %j', async (file) => {
  expect((await load({ file })).config).toEqual(defaultConfig);
});

const values: readonly [name: string, text: string, path: ConfigPath, value: unknown][] = [
  ['CROSSFEED_HOST', '0.0.0.0', 'server.host', '0.0.0.0'],
  ['CROSSFEED_PORT', '0', 'server.port', 0],
  ['CROSSFEED_GITHUB_URL', 'https://corp.ghe.com/', 'upstream.githubUrl', 'https://corp.ghe.com'],
  ['CROSSFEED_GITHUB_API_URL', 'http://127.0.0.2:80/api//', 'upstream.githubApiUrl', 'http://127.0.0.2/api'],
  ['CROSSFEED_COPILOT_API_URL', 'http://[::1]:99', 'upstream.copilotApiUrl', 'http://[::1]:99'],
  ['CROSSFEED_COPILOT_API_URL', 'http://localhost:99/p', 'upstream.copilotApiUrl', 'http://localhost:99/p'],
  ['CROSSFEED_ALLOWED_HOSTS', ' a.example, 10.0.0.1 ,', 'upstream.allowedHosts', ['a.example', '10.0.0.1']],
  ['CROSSFEED_ROAD', 'direct', 'upstream.road', 'direct'],
  ['CROSSFEED_LOG_FORMAT', 'json', 'log.format', 'json'],
  ['CROSSFEED_LOG_LEVEL', 'debug', 'log.level', 'debug'],
  ['CROSSFEED_LOG_FILE', 'a log.txt', 'log.file', 'a log.txt'],
];
test.each(values)('%s=%s', async (name, text, path, value) => {
  const { config, sources } = await load({ env: { [name]: text } });
  expect(valueAt(config, path)).toEqual(value);
  expect(sources.get(path)).toBe('environment');
});

const wrong: readonly [what: string, given: Given, message: string | RegExp][] = [
  [
    'text as a port',
    { env: { CROSSFEED_PORT: 'abc' } },
    'CROSSFEED_PORT: "abc" is not an integer; allowed is an integer from 0 to 65535.',
  ],
  [
    'a port beyond',
    { env: { CROSSFEED_PORT: '65536' } },
    'CROSSFEED_PORT: 65536 is too large; allowed is an integer from 0 to 65535.',
  ],
  [
    'a negative port',
    { flags: { 'server.port': '-1' } },
    'flag for server.port: -1 is too small; allowed is an integer from 0 to 65535.',
  ],
  ['half a port', { flags: { 'server.port': 1.5 } }, /^flag for server.port: 1.5 is not an integer/],
  [
    'an URL as a host',
    { env: { CROSSFEED_HOST: 'http://x' } },
    /^CROSSFEED_HOST: "http:\/\/x" does not fit; allowed is a host name/,
  ],
  [
    'http elsewhere',
    { env: { CROSSFEED_GITHUB_URL: 'http://github.com' } },
    /^CROSSFEED_GITHUB_URL: .* is plain http .*; allowed is an https URL/,
  ],
  [
    'a disguised host',
    { env: { CROSSFEED_GITHUB_URL: 'http://127.0.0.1.evil.example' } },
    /is plain http and not on this machine/,
  ],
  ['another scheme', { env: { CROSSFEED_GITHUB_URL: 'ftp://a' } }, /is neither https nor http/],
  ['no URL', { env: { CROSSFEED_COPILOT_API_URL: 'api' } }, /"api" is not a URL/],
  ['a query', { env: { CROSSFEED_COPILOT_API_URL: 'https://a/?b' } }, /holds a query/],
  [
    'an unknown choice',
    { env: { CROSSFEED_LOG_FORMAT: 'xml' } },
    'CROSSFEED_LOG_FORMAT: "xml" is unknown; allowed is one of json, pretty.',
  ],
  [
    'an unknown flag',
    { flags: { 'server.prt': 1 } },
    'flag for server.prt: there is no setting "server.prt"; did you mean "server.port"?',
  ],
  ['a cut-off file', { file: '{\n  "server": {' }, /config\.jsonc:2:14: close brace expected in the JSON\.$/],
  [
    'a missing comma',
    { file: '{\n  "server": {}\n  "log": {}\n}' },
    /config\.jsonc:3:3: comma expected in the JSON\.$/,
  ],
  [
    'a wrong type',
    { file: '{\n  "server": {\n    "port": "x"\n  }\n}' },
    /config\.jsonc:3:13: server\.port: "x" is not an integer; allowed is an integer from 0 to 65535\.$/,
  ],
  [
    'a number as text',
    { file: '{ "server": { "port": "80" } }' },
    /config\.jsonc:1:23: server\.port: the value has the wrong type; allowed is/,
  ],
  [
    'a bound',
    { file: '{ "limits": { "maxBodyBytes": 5 } }' },
    /:1:31: limits\.maxBodyBytes: 5 is too small; allowed is/,
  ],
  [
    'an entry of a list',
    { file: '{ "upstream": { "apiVersions": ["2026-01-01",\n 5] } }' },
    /:2:2: upstream\.apiVersions: 5 does not fit; allowed is a list of dates/,
  ],
  ['an empty list', { file: '{ "upstream": { "apiVersions": [] } }' }, /the list has 0 entries; .* at least 1\.$/],
  ['null', { file: '{ "server": { "host": null } }' }, /server\.host: null does not fit/],
  ['no section', { file: '{ "server": 5 }' }, /:1:13: server is not an object/],
  ['no group', { file: '{ "limits": { "pace": 5 } }' }, /:1:23: limits\.pace is not an object/],
  [
    'a bad value in a group',
    { file: '{ "limits": { "pace": { "burst": 0 } } }' },
    /limits\.pace\.burst: 0 is too small/,
  ],
  [
    'an unknown key in a group',
    { file: '{ "limits": { "pace": { "brust": 1 } } }' },
    /no setting "limits\.pace\.brust"; did you mean "limits\.pace\.burst"\?$/,
  ],
  ['no object', { file: '[]' }, /:1:1: the file is not an object/],
  [
    'an unknown key',
    { file: '{\n  "server": { "prot": 1 } }' },
    /:2:15: there is no setting "server\.prot"; did you mean "server\.port"\?$/,
  ],
  ['an unknown section', { file: '{ "sevrer": {} }' }, /:1:3: there is no setting "sevrer"; did you mean "server"\?$/],
  ['a setting without its section', { file: '{ "port": 1 }' }, /did you mean "server\.port"\?$/],
];
test.each(wrong)('refuses %s', async (_what, given, message) => {
  const failure = await load(given).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ConfigError);
  if (typeof message === 'string') expect((failure as ConfigError).message).toBe(message);
  else expect((failure as ConfigError).message).toMatch(message);
});

test('names every problem of a file', async () => {
  const failure = await load({ file: '{ "server": { "port": -1 }, "log": { "levle": 1, "maxFiles": 0 } }' }).catch(
    (error: unknown) => error,
  );
  expect((failure as ConfigError).problems).toHaveLength(3);
});

test.each(['https://user:secret@github.com', 'https://user:se cret@git hub.com', 'secret@github.com'])(
  'never repeats credentials: %s',
  async (text) => {
    const failure = await load({ env: { CROSSFEED_GITHUB_URL: text } }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as ConfigError).message).not.toMatch(/se ?cret/);
  },
);

test('warns of a repeated key and takes the last, also of a repeated section', async () => {
  const { config, warnings } = await load({
    file: '{ "server": { "port": 1 },\n "server": { "port": 2, "port": 3 } }',
  });
  expect(config.server.port).toBe(3);
  expect(warnings.map((warning) => /:(\d+:\d+): "(\w+)"/.exec(warning)?.slice(1))).toEqual([
    ['2:2', 'server'],
    ['2:25', 'port'],
  ]);
});

test('warns of a misspelt variable, and not of those that others read', async () => {
  const env = { CROSSFEED_PROT: '1', CROSSFEED_API_KEY: 'k', CROSSFEED_SOMETHING_ELSE: 'x', PATH: 'y' };
  expect((await load({ env })).warnings).toEqual([
    'CROSSFEED_PROT is unknown and ignored; did you mean CROSSFEED_PORT?',
  ]);
});

test('a folder in place of the file is an error', async () => {
  const home = temporaryFolder();
  mkdirSync(join(home, 'config.jsonc'));
  await expect(loadConfig({ home, env: {}, flags: {} })).rejects.toThrow(/config\.jsonc cannot be read \(EISDIR\)/);
});

test('only a start with a file loads the libraries that read it', () => {
  const loaded = (home: string) => {
    const script = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ resolve(name, context, next) { seen.push(name); return next(name, context); } });
      const { loadConfig } = await import(${JSON.stringify(fileURLToPath(new URL('load-config.ts', import.meta.url)))});
      await loadConfig({ home: ${JSON.stringify(home)}, env: { CROSSFEED_PORT: '1' }, flags: {} });
      console.log(JSON.stringify(seen));`;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    return JSON.parse(output) as string[];
  };
  const home = temporaryFolder();
  expect(loaded(home)).not.toEqual(expect.arrayContaining(['zod']));
  expect(loaded(home)).not.toEqual(expect.arrayContaining(['jsonc-parser']));
  writeFileSync(join(home, 'config.jsonc'), '{}');
  expect(loaded(home)).toEqual(expect.arrayContaining(['zod', 'jsonc-parser']));
});

test.each([
  ['1', false],
  ['true', false],
  ['0', true],
  ['', true],
])('CROSSFEED_NO_KEY=%j switches the need for a key', async (value, requireKey) => {
  const { config, sources } = await load({ env: { CROSSFEED_NO_KEY: value } });
  expect(config.server.requireKey).toBe(requireKey);
  expect(sources.get('server.requireKey')).toBe(value === '' ? 'default' : 'environment');
});

test('CROSSFEED_NO_KEY=yes is no answer', async () => {
  await expect(load({ env: { CROSSFEED_NO_KEY: 'yes' } })).rejects.toThrow(/CROSSFEED_NO_KEY: "yes" is neither/);
});

test('the variables of the door', async () => {
  const env = {
    CROSSFEED_LAN: '1',
    CROSSFEED_TLS_CERT: '/run/cert.pem',
    CROSSFEED_TLS_KEY: '/run/key.pem',
    CROSSFEED_ALLOW_HOST: 'box.local, proxy.example:8443',
    CROSSFEED_BEHIND_PROXY: '10.0.0.0/8,fd00::1',
    CROSSFEED_SYSTEM_CA: '0',
  };
  expect((await load({ env })).config.server).toMatchObject({
    lan: true,
    tlsCert: '/run/cert.pem',
    tlsKey: '/run/key.pem',
    allowHosts: ['box.local', 'proxy.example:8443'],
    behindProxy: ['10.0.0.0/8', 'fd00::1'],
    systemCa: false,
  });
});

test.each(['10.0.0.0/33', '10.0.0', 'proxy.example', '::/129', '10.0.0.0/-1'])('%s is no range', async (range) => {
  await expect(load({ env: { CROSSFEED_BEHIND_PROXY: range } })).rejects.toThrow(/CROSSFEED_BEHIND_PROXY/);
});
