/** `crossfeed run` with a program that stands for a tool: what it is given, and what is left behind when it ends. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { tools } from '../../src/connect/tools.ts';
import { createSimulator, simulatedGithubToken } from '../../src/simulator/index.ts';
import { claudeCommand } from '../../src/cli/claude-command.ts';
import { runProgram } from '../support/run-program.ts';
import { sampleModel } from '../support/sample-model.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What the tool saw, as it wrote it down. */
interface Seen {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly models: number;
  readonly proxyPid: number;
  readonly files: readonly string[];
}

/** Writes down what it sees, asks for the models where it was told where, and waits where it is told to. */
const fakeTool = `#!${process.execPath}
const { readFileSync, readdirSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { env } = process;
const runs = join(env.CROSSFEED_HOME, 'runs');
const files = readdirSync(runs, { recursive: true });
const ready = files.find((file) => file.endsWith('ready.json'));
async function main() {
  const base = env.ANTHROPIC_BASE_URL;
  const headers = { authorization: 'Bearer ' + env.ANTHROPIC_AUTH_TOKEN };
  const models = base === undefined ? 0 : (await (await fetch(base + '/v1/models', { headers })).json()).data.length;
  if (env.FAKE_CALL) {
    const body = JSON.stringify({ model: env.ANTHROPIC_MODEL, max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] });
    await (await fetch(base + '/v1/messages', { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body })).text();
  }
  const proxyPid = ready === undefined ? 0 : JSON.parse(readFileSync(join(runs, ready), 'utf8')).pid;
  const seen = env.FAKE_SEEN + (process.argv.includes('second') ? '.second' : '');
  process.on('SIGTERM', () => process.exit(5));
  writeFileSync(seen + '.part', JSON.stringify({ args: process.argv.slice(2), env, models, proxyPid, files }));
  renameSync(seen + '.part', seen);
  if (env.FAKE_END === 'SIGKILL') process.kill(process.pid, 'SIGKILL');
  if (env.FAKE_END === 'wait') setTimeout(() => process.exit(9), 20000);
  else process.exit(Number(env.FAKE_END ?? 0));
}
main();
`;

async function stage(token: string | null = simulatedGithubToken) {
  const simulator = createSimulator();
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const home = temporaryFolder();
  const bin = join(home, 'programs of mine');
  mkdirSync(bin);
  for (const name of new Set(tools.flatMap(({ binaries }) => binaries))) {
    writeFileSync(join(bin, name), fakeTool);
    chmodSync(join(bin, name), 0o755);
  }
  const seenFile = join(home, 'seen.json');
  const env = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    CROSSFEED_GITHUB_URL: url,
    CROSSFEED_GITHUB_API_URL: url,
    CROSSFEED_COPILOT_API_URL: url,
    CROSSFEED_LIMITS_PACE_ENABLED: 'false',
    FAKE_SEEN: seenFile,
    ...(token === null ? {} : { CROSSFEED_GITHUB_TOKEN: token }),
  };
  const run = (args: readonly string[], more: Record<string, string> = {}) => {
    const program = runProgram(home, ['run', ...args], { ...env, ...more });
    return program;
  };
  const seen = (file = seenFile) => JSON.parse(readFileSync(file, 'utf8')) as Seen;
  const appears = async (file: string) => {
    for (let round = 0; round < 400 && !existsSync(file); round += 1) await wait(25);
    return seen(file);
  };
  return { home, env, run, seen, seenFile, appears, bin };
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function isGone(pid: number): Promise<boolean> {
  for (let round = 0; round < 400; round += 1) {
    if (!lives(pid)) return true;
    await wait(25);
  }
  return false;
}

const leases = (home: string) => (existsSync(join(home, 'runs')) ? readdirSync(join(home, 'runs')) : []);

test('none runs: a proxy of its own, the environment, the exit code, and nothing left behind', async () => {
  const { home, run, seen } = await stage();
  const program = run(['-v', 'claude', '--model', 'theirs', '-p', 'hello'], {
    FAKE_END: '7',
    ANTHROPIC_API_KEY: 'sk-ant-somebody-elses',
    HTTPS_PROXY: 'http://10.0.0.1:3128',
    NO_PROXY: 'intranet',
  });
  expect(await program.exited).toBe(7);
  expect(program.err()).toMatch(/Claude Code after \d+ ms, on a proxy of its own at http:\/\/127\.0\.0\.1:\d+/);
  const { args, env, models, proxyPid } = seen();
  // What stands behind the tool's name is the tool's.
  expect(args).toEqual(['--model', 'theirs', '-p', 'hello']);
  expect(models).toBeGreaterThan(3);
  expect(env['ANTHROPIC_AUTH_TOKEN']).toMatch(/^cf_/);
  expect(env['ANTHROPIC_MODEL']).toMatch(/^claude-opus/);
  expect(env['NO_PROXY']).toBe('intranet,127.0.0.1,localhost');
  for (const name of ['CROSSFEED_GITHUB_TOKEN', 'ANTHROPIC_API_KEY']) expect(env).not.toHaveProperty(name);
  expect(await isGone(proxyPid)).toBe(true);
  expect(leases(home)).toEqual([]);
  // The first-run notice is for the person who runs it.
  expect(program.err()).toMatch(/GitHub/);
});

test('the proxy that runs is used, and stays', async () => {
  const { home, env, run, seen } = await stage();
  const file = join(home, 'ready.json');
  const proxy = runProgram(home, ['start', '-p', '0', '--ready-file', file, '--log-format', 'json'], env);
  await proxy.says('Ready');
  for (let round = 0; round < 400 && !existsSync(file); round += 1) await wait(25);
  const { url } = JSON.parse(readFileSync(file, 'utf8')) as { url: string };
  const program = run(['--verbose', 'claude']);
  expect(await program.exited).toBe(0);
  expect(program.err()).toContain(`on the proxy that runs at ${url}`);
  expect(seen().env['ANTHROPIC_BASE_URL']).toBe(url);
  expect(lives(proxy.pid)).toBe(true);
});

test('a tool that is killed: its signal as a shell says it, and no proxy left', async () => {
  const { run, seen } = await stage();
  expect(await run(['claude'], { FAKE_END: 'SIGKILL' }).exited).toBe(137);
  expect(await isGone(seen().proxyPid)).toBe(true);
});

test('SIGTERM is passed on to the tool, which decides', async () => {
  const { run, appears, seenFile } = await stage();
  const program = run(['claude'], { FAKE_END: 'wait' });
  const { proxyPid } = await appears(seenFile);
  program.kill('SIGTERM');
  expect(await program.exited).toBe(5);
  expect(await isGone(proxyPid)).toBe(true);
});

test('a run that is killed leaves no proxy, and the next one removes its folder', async () => {
  const { home, run, appears, seenFile, seen } = await stage();
  const program = run(['claude'], { FAKE_END: 'wait' });
  const { proxyPid } = await appears(seenFile);
  program.kill('SIGKILL');
  expect(await isGone(proxyPid)).toBe(true);
  expect(leases(home)).toEqual([]);
  expect(await run(['claude']).exited).toBe(0);
  expect(seen().models).toBeGreaterThan(0);
});

test('two runs share the proxy of the first, which ends with the last', async () => {
  const { run, appears, seenFile } = await stage();
  const first = run(['claude'], { FAKE_END: 'wait' });
  const { proxyPid, env } = await appears(seenFile);
  const second = run(['claude', 'second'], { FAKE_END: 'wait' });
  const other = await appears(`${seenFile}.second`);
  expect(other.env['ANTHROPIC_BASE_URL']).toBe(env['ANTHROPIC_BASE_URL']);
  first.kill('SIGTERM');
  expect(await first.exited).toBe(5);
  expect(lives(proxyPid)).toBe(true);
  second.kill('SIGTERM');
  expect(await second.exited).toBe(5);
  expect(await isGone(proxyPid)).toBe(true);
});

test('a project: booked under it, by a key that ends with the run', async () => {
  const { home, env, run } = await stage();
  expect(await run(['--project', 'shop', '--model', 'claude-haiku-5.5', 'claude'], { FAKE_CALL: '1' }).exited).toBe(0);
  const usage = runProgram(home, ['usage', '--by', 'project', '--json'], env);
  await usage.exited;
  const { ledger } = JSON.parse(usage.out()) as { ledger: { rows: readonly { name: string; calls: number }[] } };
  expect(ledger.rows).toMatchObject([{ name: 'shop', calls: 1 }]);
  const keys = runProgram(home, ['keys', 'list'], env);
  await keys.exited;
  expect(keys.out()).toMatch(/run\/claude-code\/\d+\trevoked/);
});

test.each([
  ['a tool that is not installed', ['claude'], { PATH: '/nowhere' }, 1, /Claude Code is not installed here: npm /],
  ['a tool that nobody knows', ['cluade'], {}, 2, /did you mean claude\?/],
  ['a model that is no name', ['--model', 'a b', 'claude'], {}, 2, /--model takes a model id/],
  ['an account that there is not', ['--account', 'nobody', 'claude'], {}, null, /nobody/],
])('%s: one sentence, and nothing left behind', async (_, args, more, code, words) => {
  const { home, run } = await stage();
  const program = run(args, more);
  const ended = await program.exited;
  if (code === null) expect(ended).not.toBe(0);
  else expect(ended).toBe(code);
  expect(program.err()).toMatch(words);
  expect(leases(home)).toEqual([]);
});

test('nobody is signed in, and nobody can be asked', async () => {
  const { home, run } = await stage(null);
  const program = run(['claude']);
  expect(await program.exited).toBe(78);
  expect(program.err()).toMatch(/crossfeed login/);
  expect(leases(home)).toEqual([]);
});

test('every tool with a program starts, with no key on its command line and no file of its own written', async () => {
  const { home, env, run, seen, seenFile } = await stage();
  const proxy = runProgram(home, ['start', '-p', '0', '--log-format', 'json'], env);
  await proxy.says('Ready');
  const before = new Set([...readdirSync(home), 'runs', 'seen.json']);
  for (const { id, binaries } of tools.filter((tool) => tool.binaries.length > 0)) {
    const program = run([id, 'word'], { FAKE_SEEN: seenFile });
    expect({ id, code: await program.exited }).toEqual({ id, code: 0 });
    const { args } = seen();
    expect({ id, last: args.at(-1) }).toEqual({ id, last: 'word' });
    expect(JSON.stringify(args)).not.toContain('cf_');
    expect(binaries.length).toBeGreaterThan(0);
  }
  const isNew = (name: string) => !before.has(name) && !name.startsWith('crossfeed.db');
  expect(readdirSync(home).filter(isNew)).toEqual([]);
  expect(leases(home)).toEqual([]);
});

test('the line of `start --claude-code` is one that a shell takes', () => {
  const place = { url: 'http://127.0.0.1:4141', key: 'cf_key', models: [sampleModel('claude-x')] };
  expect(claudeCommand({ env: { SHELL: '/bin/bash' }, homedir: '/home/me' }, place)).toMatch(
    /^ANTHROPIC_BASE_URL=http:\/\/127\.0\.0\.1:4141 ANTHROPIC_AUTH_TOKEN=cf_key .*claude$/,
  );
  expect(claudeCommand({ env: { SHELL: '/usr/bin/fish' }, homedir: '/home/me' }, place)).toMatch(
    /^set -gx ANTHROPIC_BASE_URL '.*'; .*; claude$/,
  );
});
