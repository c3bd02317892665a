/** From an argument list to an exit code, without a process. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeCliContext } from '../../test/support/fake-cli-context.ts';
import { runProgram } from './program.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'crossfeed-home-'));
});
afterAll(() => rm(home, { recursive: true }));

async function run(args: readonly string[], env: Record<string, string> = {}, tty = false) {
  const context = fakeCliContext({
    env: { CROSSFEED_HOME: home, ...env },
    isTty: { stdin: tty, stdout: tty, stderr: tty },
  });
  const code = await runProgram(args, context);
  return { code, out: context.out(), err: context.err() };
}

const commandNames = [
  'start',
  'demo',
  'status',
  'usage',
  'check-usage',
  'models',
  'stop',
  'logs',
  'keys',
  'config',
  'simulate',
];

test('--version and --help answer on stdout', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  const help = await run(['--help']);
  expect(help.code).toBe(0);
  for (const name of commandNames) expect(help.out).toMatch(new RegExp(`\\n  ${name}[ |]`));
});

test.each(commandNames)('%s --help shows examples of itself', async (name) => {
  const { code, out } = await run([name, '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`Examples:\\n.*crossfeed ${name}`));
  expect(await run(['help', name])).toMatchObject({ code: 0, out });
});

test.each([
  ...['show', 'add', 'list', 'revoke'].map((one) => ['keys', one]),
  ...['get', 'set', 'unset', 'path', 'schema', 'check'].map((one) => ['config', one]),
  ['models', 'enable'],
])('%s %s --help shows examples of itself: a subcommand had none', async (name, one) => {
  const { code, out } = await run([name, one, '--help']);
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`Examples:\\n.*crossfeed ${name} ${one}`));
  expect(out).toContain('--json');
});

test('every command takes --json', async () => {
  for (const name of [...commandNames, 'login', 'logout', 'accounts', 'use', 'env', 'resume']) {
    const pages = name === 'keys' ? ['keys', 'list', '--help'] : [name, '--help'];
    expect([name, (await run(pages)).out.includes('--json')]).toEqual([name, true]);
  }
});

test('config set, unset and path print JSON: --json was taken and forgotten', async () => {
  const set = await run(['config', 'set', 'server.port', '5001', '--json']);
  expect(JSON.parse(set.out)).toMatchObject({ path: 'server.port', value: 5001 });
  const unset = await run(['config', 'unset', 'server.port', '--json']);
  expect(JSON.parse(unset.out)).toMatchObject({ path: 'server.port', value: 4141, source: 'default' });
  expect(JSON.parse((await run(['config', 'path', '--json'])).out)).toEqual({ path: path.join(home, 'config.jsonc') });
});

test('the address in `env` is one that the door lets in: 0.0.0.0 was printed, and refused as a Host', async () => {
  const { out } = await run(['env', 'claude', '--shell', 'sh'], { CROSSFEED_HOST: '0.0.0.0', CROSSFEED_LAN: '1' });
  expect(out).toContain('export ANTHROPIC_BASE_URL=http://127.0.0.1:4141\n');
});

test('auth -v --show-token is taken as in copilot-api, and shows no token', async () => {
  const { code, err } = await run(['auth', '-v', '--show-token', '--store', 'nowhere']);
  expect(code).toBe(2);
  expect(err).toContain('--show-token prints no token');
  expect(err).not.toContain('unknown option');
});

test('a tool that nobody knows is one sentence, then the list', async () => {
  expect((await run(['env', 'nosuch'])).err).toContain(
    '"nosuch" is no tool that is known here. Known are claude-code,',
  );
});

test.each([
  ['an unknown command', ['statsu'], /unknown command 'statsu'[^]*Did you mean status/],
  ['an unknown flag', ['start', '--nope'], /unknown option '--nope'/],
  ['a flag of the default command that does not fit', ['--port', 'x'], /--port: "x" is not an integer; allowed is/],
  ['a port out of range', ['start', '-p', '65536'], /too large/],
  ['an unknown setting', ['start', '--set', 'server.prt=1'], /did you mean "server\.port"/],
  ['a setting without a value', ['start', '--set', 'server.port'], /setting=value/],
  ['a value that a setting does not take', ['start', '--set', 'log.format=xml'], /one of json, pretty/],
  ['a log format there is not', ['start', '--log-format', 'xml'], /--log-format: "xml" is unknown/],
  ['an argument too many', ['stop', 'please'], /too many arguments/],
  ['a number of lines that is none', ['logs', '-n', 'many'], /--lines takes a number/],
  ['a port of the simulator', ['simulate', '--port', '-1'], /--port takes a number/],
  ['a setting that cannot be got', ['config', 'get', 'port'], /no setting "port"/],
])('%s is a usage error', async (_, args, message) => {
  const { code, out, err } = await run(args);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toMatch(/^crossfeed: /);
  expect(err).toMatch(message);
});

const wideLan = { CROSSFEED_HOST: '0.0.0.0', CROSSFEED_LAN: '1' };
const noPem = { CROSSFEED_TLS_CERT: '/nowhere/c.pem', CROSSFEED_TLS_KEY: '/nowhere/k.pem' };

test.each<[string, string[], Record<string, string>, RegExp]>([
  ['no token', ['start'], {}, /CROSSFEED_GITHUB_TOKEN.*--simulate/],
  ['no token, the default command', [], {}, /CROSSFEED_GITHUB_TOKEN/],
  ['a classic token', ['start'], { CROSSFEED_GITHUB_TOKEN: 'ghp_abcdef' }, /CROSSFEED_GITHUB_TOKEN holds a classic/],
  ['a generic classic token', ['start'], { GH_TOKEN: 'ghp_abcdef' }, /no GitHub login.*GH_TOKEN is passed over/],
  ['a sample key', ['start', '--simulate'], { CROSSFEED_API_KEY: 'your-api-key-1' }, /sample key/],
  ['a short key', ['start', '--simulate'], { CROSSFEED_API_KEY: 'abc' }, /shorter than 8/],
  [
    'all interfaces',
    ['start', '--simulate', '--host', '0.0.0.0'],
    {},
    /0\.0\.0\.0 .*--tls-cert.*--lan.*--behind-proxy/,
  ],
  ['a LAN address without --lan', ['start', '--simulate'], { CROSSFEED_HOST: '192.168.1.4' }, /--lan/],
  ['all interfaces, IPv6', ['start', '--simulate', '--host', '::'], {}, /--lan/],
  ['no key beyond this machine', ['start', '--simulate', '--host', '0.0.0.0', '--lan', '--no-key'], {}, /--no-key is/],
  ['the same by variables', ['start', '--simulate'], { ...wideLan, CROSSFEED_NO_KEY: '1' }, /--no-key is for this/],
  ['a public address as a LAN', ['start', '--simulate', '--host', '8.8.8.8', '--lan'], {}, /a public address/],
  ['a certificate without its key', ['start', '--simulate', '--tls-cert', 'c.pem'], {}, /--tls-key/],
  ['a certificate that is not there', ['start', '--simulate'], noPem, /--tls-cert: \/nowhere\/c\.pem .*ENOENT/],
  ['a proxy that is everybody', ['start', '--simulate', '--behind-proxy', '0.0.0.0/0'], {}, /believe everybody/],
  ['a bad variable', ['start', '--simulate'], { CROSSFEED_PORT: 'x' }, /CROSSFEED_PORT/],
  ['a bad value for config set', ['config', 'set', 'server.port', 'x'], {}, /server\.port/],
])('%s is a configuration error', async (_, args, env, message) => {
  const { code, out, err } = await run(args, env);
  expect({ code, out }).toEqual({ code: 78, out: '' });
  expect(err.trimEnd().split('\n')).toHaveLength(1);
  expect(err).toMatch(message);
});

test('a config file that is wrong is exit 78, with the place', async () => {
  const broken = await mkdtemp(path.join(tmpdir(), 'crossfeed-home-'));
  await writeFile(path.join(broken, 'config.jsonc'), '{\n  "server": { "prt": 1 }\n}\n');
  for (const args of [['start', '--simulate'], ['config'], ['config', 'check']]) {
    const { code, err } = await run(args, { CROSSFEED_HOME: broken });
    expect(code).toBe(78);
    expect(err).toMatch(/config\.jsonc:2:15: .*did you mean "server\.port"/);
  }
  await rm(broken, { recursive: true });
});

test.each([['status'], ['logs'], ['logs', '--follow']])('%s: nothing runs is exit 1', async (...args) => {
  const { code, err } = await run(args);
  expect(code).toBe(1);
  expect(err).toMatch(/not running.*crossfeed start/);
});

test('stop: what does not run is stopped', async () => {
  expect(await run(['stop', '--json'])).toMatchObject({ code: 0, out: '{\n  "stopped": false\n}\n' });
});

test('config set, get, unset, path and check work on the file and keep its comments', async () => {
  const file = (await run(['config', 'path'])).out.trim();
  await writeFile(file, '{\n  // mine\n  "server": { "port": 5000 }\n}\n', { mode: 0o600 });
  expect((await run(['config', 'set', 'limits.silenceMs', '1000'])).code).toBe(0);
  expect((await run(['config', 'set', 'upstream.allowedHosts', '["a.example"]'])).code).toBe(0);
  expect(await readFile(file, 'utf8')).toContain('// mine');
  expect((await run(['config', 'get', 'limits.silenceMs'])).out).toBe('1000\n');
  expect(JSON.parse((await run(['config', 'get', 'upstream.allowedHosts', '--json'])).out)).toEqual({
    path: 'upstream.allowedHosts',
    value: ['a.example'],
    source: 'file',
  });
  expect((await run(['config', 'check'])).out).toContain('is fine');
  expect((await run(['config', 'unset', 'limits.silenceMs'])).code).toBe(0);
  expect((await run(['config', 'get', 'limits.silenceMs'])).out).toBe('90000\n');

  const all = JSON.parse((await run(['config', '--json'], { CROSSFEED_HOST: 'localhost' })).out) as {
    settings: { path: string; source: string }[];
  };
  const sources = Object.fromEntries(all.settings.map((row) => [row.path, row.source]));
  expect(sources).toMatchObject({ 'server.host': 'environment', 'server.port': 'file', 'log.level': 'default' });
  expect((await run(['config'])).out).toContain('server.port\t5000\tfile\n');
  expect((await run(['config'], {}, true)).out).toMatch(
    /^SETTING +VALUE +SET BY\nserver\.host +127\.0\.0\.1 +default\n/,
  );
  expect(JSON.parse((await run(['config', 'schema'])).out)).toMatchObject({ title: 'Crossfeed configuration' });
});

test('keys show: the same key each time, or the one that the environment sets', async () => {
  const first = await run(['keys', 'show']);
  expect(first.out).toMatch(/^cf_[\w-]{43}\n$/);
  expect(await run(['keys', 'show'])).toEqual(first);
  expect(JSON.parse((await run(['keys', 'show', '--json'])).out)).toEqual({ key: first.out.trim(), source: 'file' });
  expect((await run(['keys', 'show'], { CROSSFEED_API_KEY: 'my-own-keyring' })).out).toBe('my-own-keyring\n');
});
