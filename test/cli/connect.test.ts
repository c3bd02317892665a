/** `crossfeed connect`, `disconnect` and `connect --status`, as they are typed, on a proxy that plays GitHub. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { fakeCliContext } from '../support/fake-cli-context.ts';
import { startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function connectRig() {
  const home = path.join(temporaryFolder(), 'home of somebody');
  mkdirSync(home);
  const proxy = await startProgram(home, ['--simulate']);
  const settings = path.join(home, '.claude', 'settings.json');
  return { home, proxy, settings, run: (...args: string[]) => typed(home, args) };
}

/** In this process: only the proxy is one of its own. */
async function typed(home: string, args: readonly string[]) {
  const env = { CROSSFEED_HOME: home, PATH: '' };
  const context = fakeCliContext({ env, homedir: home });
  const code = await runProgram(args, context);
  return { code, out: context.out(), err: context.err() };
}

const secret = /cf_[\w-]{20,}/;

test(
  'connect shows, writes and checks; twice changes nothing; disconnect leaves the bytes and ends the key',
  { timeout: 60_000 },
  async () => {
    const { home, proxy, settings, run } = await connectRig();
    const before = '{\n  // mine\n  "env": { "ANTHROPIC_API_KEY": "sk-ant-mine-1234567890" },\n}';
    mkdirSync(path.dirname(settings));
    writeFileSync(settings, before);

    const shown = await run('connect', 'claude', '--print');
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toContain('"ANTHROPIC_BASE_URL": "http://127.0.0.1:');
    expect(shown.out).not.toMatch(/sk-ant|cf_/);
    expect(readFileSync(settings, 'utf8')).toBe(before);

    const unasked = await run('connect', 'claude');
    expect(unasked).toMatchObject({
      code: 78,
      err: expect.stringMatching(/Nobody can be asked here: answer yes by --yes, or CROSSFEED_YES=1/),
    });
    expect(readFileSync(settings, 'utf8')).toBe(before);

    const connected = await run('connect', 'claude', '--yes', '--status-line');
    expect(connected).toMatchObject({
      code: 0,
      err: expect.stringMatching(/One small call to \S+ checks it: at most [\d.]+ credits/),
    });
    expect(connected.out).toContain('a call in its protocol was answered');
    expect(connected.out + connected.err).not.toMatch(secret);
    const written = readFileSync(settings, 'utf8');
    const [key = ''] = secret.exec(written) ?? [];
    expect(written).toContain('"command": "crossfeed statusline"');
    const ask = () => fetch(`${proxy.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect((await ask()).status).toBe(200);

    expect((await run('connect', 'claude', '--yes', '--status-line', '--no-check')).out).toContain(
      'Nothing has to change',
    );
    expect(readFileSync(settings, 'utf8')).toBe(written);

    writeFileSync(settings, written.replace('crossfeed statusline', 'mine'));
    expect((await run('connect', '--status')).out).toMatch(/drifted .*mends it[\s\S]*changed since: statusLine/);
    const [status] = JSON.parse((await run('connect', '--status', '--json')).out) as { state: string }[];
    expect(status).toMatchObject({ tool: 'claude-code', state: 'drifted', keyLabel: 'connect/claude-code' });
    writeFileSync(settings, written);
    expect((await run('connect', '--status')).out).toContain(': connected; http://127.0.0.1:');

    expect(await run('disconnect', 'claude')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/its key is revoked[\s\S]*byte for byte/),
    });
    expect(readFileSync(settings, 'utf8')).toBe(before);
    expect((await ask()).status).toBe(401);
    expect((await run('disconnect', '--all')).out).toBe('Nothing was connected.\n');
    expect((await run('connect', '--status')).out).toBe('No tool is connected.\n');
    expect(existsSync(path.join(home, '.claude.json'))).toBe(false);
  },
);

test('two at once, a project, a broken file, a read-only one, and all disconnected', { timeout: 60_000 }, async () => {
  const { home, settings, run } = await connectRig();
  const both = await Promise.all([
    run('connect', 'codex', '--yes', '--no-check'),
    run('connect', 'codex', '--yes', '--no-check'),
    run('connect', 'opencode', '--yes', '--no-check', '--json'),
  ]);
  expect(both.map(({ code, err }) => [code, err.includes('crossfeed:')])).toEqual([
    [0, false],
    [0, false],
    [0, false],
  ]);
  expect(JSON.parse(both[2].out)).toMatchObject({ tool: 'opencode', check: 'not made', keyLabel: 'connect/opencode' });
  const toml = readFileSync(path.join(home, '.codex', 'config.toml'), 'utf8');
  expect(toml.match(/\[model_providers\.crossfeed\]/g)).toHaveLength(1);
  const keys = JSON.parse((await run('keys', 'list', '--json')).out) as { label: string; state: string }[];
  expect(keys.filter(({ label, state }) => label === 'connect/codex' && state === 'valid')).toHaveLength(1);

  const project = path.join(home, 'a project');
  mkdirSync(project);
  const local = await run('connect', 'claude', '--project', project, '--yes', '--no-check');
  expect(local).toMatchObject({ code: 0, out: expect.stringContaining('The key is not in the project') });
  expect(readFileSync(path.join(project, '.claude', 'settings.local.json'), 'utf8')).not.toMatch(secret);

  mkdirSync(path.dirname(settings));
  writeFileSync(settings, '{\n  "a": 1\n  "b": 2\n}');
  const broken = await run('connect', 'claude', '--yes');
  expect(broken).toMatchObject({
    code: 78,
    err: expect.stringMatching(/not valid JSON at line 3, column 3 .*Nothing was changed/),
  });
  writeFileSync(settings, '{}');
  chmodSync(settings, 0o444);
  expect((await run('connect', 'claude', '--yes')).err).toMatch(/is read-only: `chmod u\+w` allows/);
  const after = JSON.parse((await run('keys', 'list', '--json')).out) as { label: string }[];
  expect(after.filter(({ label }) => label === 'connect/claude-code')).toEqual([]);

  expect((await run('disconnect', '--all')).out.match(/ disconnected/g)).toHaveLength(3);
  for (const name of ['.codex', '.config', 'a project/.claude']) expect(existsSync(path.join(home, name))).toBe(false);
});

test('a torn record of one tool hides no other', { timeout: 60_000 }, async () => {
  const { home, run } = await connectRig();
  expect(await run('connect', 'claude', '--yes', '--no-check')).toMatchObject({ code: 0 });
  const torn = path.join(home, 'connect', 'codex');
  mkdirSync(torn);
  writeFileSync(path.join(torn, 'record.json'), '{"version":1');
  const { out } = await run('connect', '--status');
  expect(out).toContain('(claude-code): connected');
  expect(out).toMatch(/\(codex\): its record is torn.*delete its folder\n +\S.*record\.json/);
  const all = await run('disconnect', '--all');
  expect(all).toMatchObject({ code: 1, err: expect.stringContaining('is no record of this version') });
  expect(all.out).toContain('claude-code is disconnected; its key is revoked.');
});

test('tools without files: steps for some, variables for others, and no key that nobody would see', async () => {
  const { home, proxy, run } = await connectRig();
  const steps = await run('connect', 'xcode');
  expect(steps).toMatchObject({ code: 0, err: '' });
  expect(steps.out).toMatch(/^Xcode is set up by hand:\n {2}1\. /);
  expect(steps.out).toContain(`URL ${proxy.url} `);
  expect(steps.out).not.toMatch(secret);
  expect(await run('connect', 'openai-sdk', '--yes')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/Nothing can be written for OpenAI's SDKs: `crossfeed env openai-sdk`/),
  });
  const zed = await run('connect', 'zed', '--yes');
  expect(zed).toMatchObject({ code: 0, out: expect.stringMatching(/it was not run here/) });
  expect((await run('keys', 'list')).out).not.toContain('connect/zed');
  const file = path.join(home, '.config', 'zed', 'settings.json');
  expect(readFileSync(file, 'utf8')).toContain(`"api_url": "${proxy.url}/v1"`);
  expect(await run('disconnect', 'zed')).toMatchObject({ code: 0, out: expect.stringContaining('disconnected') });
  expect(existsSync(file)).toBe(false);
});

test.each([
  ['a tool nobody knows', ['connect', 'clade'], 2, /did you mean claude/],
  ['no tool', ['connect'], 2, /Which tool/],
  ['no tool to disconnect', ['disconnect'], 2, /--all takes every one/],
  ['a model with a quote', ['connect', 'claude', '--model', "x'y"], 2, /named by its id/],
  ['no proxy', ['connect', 'claude', '--yes'], 69, /Crossfeed is not running/],
])('with %s it says so', async (_what, args, code, message) => {
  const { code: ended, err } = await typed(temporaryFolder(), args);
  expect([ended, err]).toEqual([code, expect.stringMatching(message)]);
});
