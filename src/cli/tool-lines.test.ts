/** The lines for tools: for every tool, in every shell, taken as they are meant. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { fakeCliContext } from '../../test/support/fake-cli-context.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { resolveTool, toolAliases, tools } from '../connect/tools.ts';
import { runProgram } from './program.ts';
import { likelyShell, shellLine } from './shell-lines.ts';
import { toolLines } from './tool-lines.ts';

const place = {
  url: 'http://127.0.0.1:4141',
  key: 'cf_key',
  model: null,
  homedir: '/home/somebody',
  env: {},
  platform: 'linux',
} as const;

test.each(tools)('$id gets the key and the address, and its notes hold no key', (tool) => {
  const { variables, notes } = toolLines(tool, place);
  expect(Object.values(variables)).toContain(place.key);
  expect(Object.values(variables).join() + notes.join()).toContain(place.url);
  expect(notes.join()).not.toContain(place.key);
});

/** Their model is chosen in a call, or in a window. */
const withoutModel = new Set(['openai-sdk', 'anthropic-sdk', 'google-sdk', 'ollama-sdk', 'open-webui']);

test.each(tools.filter(({ id }) => !withoutModel.has(id)))('$id gets the model that was chosen', (tool) => {
  const { variables, notes } = toolLines(tool, { ...place, model: 'gpt-5.2' });
  expect(Object.values(variables).join() + notes.join()).toContain('gpt-5.2');
});

test('the names of the programs mean the tools, and nothing that objects inherit is a tool', () => {
  expect(toolAliases).toEqual(['claude', 'gemini', 'qwen', 'cn', 'kilo']);
  const meant = ['claude-code', 'gemini-cli', 'qwen-code', 'continue', 'kilocode'];
  expect(toolAliases.map((name) => resolveTool(name)?.id)).toEqual(meant);
  expect(['toString', '__proto__', 'claud', ''].map(resolveTool)).toEqual([undefined, undefined, undefined, undefined]);
});

const values = ['plain-1.2_3', "it's", 'a b', '$HOME `id` $(id)', 'back\\slash', '{"a":"b"}', 'ü', ''];

test.skipIf(process.platform === 'win32').each(values)('sh takes %j as it is', (value) => {
  const script = `${shellLine('sh', 'CROSSFEED_TEST', value)}\nprintf %s "$CROSSFEED_TEST"`;
  expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })).toBe(value);
});

test.each([
  ['fish', "it's \\n", String.raw`set -gx A 'it\'s \\n'`],
  ['powershell', "it's $x", "$env:A = 'it''s $x'"],
] as const)('%s gets its own quotes', (shell, value, line) => {
  expect(shellLine(shell, 'A', value)).toBe(line);
});

test.each([
  [{ SHELL: '/usr/bin/fish' }, 'fish'],
  [{ SHELL: '/bin/zsh', PSModulePath: 'x' }, 'sh'],
  [{ PSModulePath: 'x' }, 'powershell'],
  [{}, 'sh'],
] as const)('the shell of %j is %s', (env, shell) => {
  expect(likelyShell(env)).toBe(shell);
});

async function env(args: readonly string[], more: Record<string, string> = {}) {
  const home = temporaryFolder();
  const context = fakeCliContext({ env: { CROSSFEED_HOME: home, CROSSFEED_API_KEY: 'my-own-keyring', ...more } });
  const code = await runProgram(['env', ...args], context);
  return { code, out: context.out(), err: context.err() };
}

test('env prints lines for eval, where the settings say the proxy is', async () => {
  const { out } = await env(['claude'], { CROSSFEED_PORT: '5000', CROSSFEED_HOST: '::1' });
  expect(out).toBe(
    "export ANTHROPIC_BASE_URL='http://[::1]:5000'\nexport ANTHROPIC_AUTH_TOKEN=my-own-keyring\nexport CLAUDE_CODE_ATTRIBUTION_HEADER=0\nexport CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1\n",
  );
});

test('env as JSON, for another address', async () => {
  const { out } = await env(['qwen', '--json', '--url', 'https://box.lan:8443/']);
  expect(JSON.parse(out)).toEqual({
    tool: 'qwen-code',
    variables: { OPENAI_BASE_URL: 'https://box.lan:8443/v1', OPENAI_API_KEY: 'my-own-keyring' },
    notes: ['qwen --auth-type openai'],
  });
});

test('behind a network proxy the tools are told to go straight to this machine', async () => {
  const { out } = await env(['claude', '--json'], { HTTPS_PROXY: 'http://user:secret@proxy:3128', NO_PROXY: 'corp' });
  expect(JSON.parse(out)).toMatchObject({ variables: { NO_PROXY: 'corp,127.0.0.1,localhost' } });
  expect(out).not.toContain('secret');
});

test.each([
  ['a tool nobody knows', ['clade'], {}, 2, /did you mean claude/],
  ['a shell there is not', ['claude', '--shell', 'tcsh'], {}, 2, /--shell takes sh, fish, powershell/],
  ['an address that is none', ['claude', '--url', 'box'], {}, 2, /--url takes/],
  ['a model with a quote', ['claude', '--model', "x'y"], {}, 2, /--model takes/],
  ['a port that is not chosen yet', ['claude'], { CROSSFEED_PORT: '0' }, 1, /start it first/],
])('env with %s is refused', async (_what, args, more, code, message) => {
  expect(await env(args, more)).toMatchObject({ code, out: '', err: expect.stringMatching(message) });
});
