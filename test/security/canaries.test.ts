/** No secret, prompt or answer leaves the program: everything is run with marked ones, and everything is searched. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Evidence } from '../support/evidence.ts';
import { runProgram, runToEnd, startProgram } from '../support/run-program.ts';
import type { Program } from '../support/run-program.ts';
import { everyExchange } from './every-exchange.ts';
import { marked, stage } from './marked-stage.ts';

/** The store of secrets is where they belong; its mode and place have their own tests. */
const credentialStore = ['credentials.json'];

/** A fault that nobody caught, at SIGUSR2, with every secret of the environment in it. */
function crashing(outside: string): Readonly<Record<string, string>> {
  const file = path.join(outside, 'crash.mjs');
  const secrets = [marked.githubToken, marked.secondToken, marked.callerKey, marked.proxyPassword];
  writeFileSync(
    file,
    `process.on('SIGUSR2', () => {
      const words = ${JSON.stringify(secrets.join(' '))};
      throw Object.assign(new Error('boom ' + words, { cause: new TypeError(words) }), {
        code: words, request: { headers: { authorization: 'Bearer ' + words }, body: ${JSON.stringify(marked.prompt)} },
      });
    });\n`,
  );
  return { NODE_OPTIONS: `--import=${file}` };
}

function keepStreams(evidence: Evidence, name: string, program: Program): void {
  evidence.add(`stdout of ${name}`, program.out());
  evidence.add(`stderr of ${name}`, program.err());
}

test.skipIf(process.platform === 'win32').each([
  ['json', ['--log-format', 'json']],
  ['pretty', ['--log-format', 'pretty']],
])('a proxy and its commands, with a verbose log in %s', { timeout: 60_000 }, async (_, flags) => {
  const set = await stage();
  const { evidence, home, outside, env, command, simulator } = set;
  await command(['login', '--from', 'gh', '--name', 'third', '--store', 'file']);
  await command(['keys', 'show'], {}, ['callerKey']);
  // What is shown once is shown by design; from here on it is a secret like the others.
  const added = await runToEnd(home, ['keys', 'add', 'tool', '--account', 'third', '--json'], env);
  const furtherKey = /cf_[\w-]{43}/.exec(added.out)?.[0] ?? '';
  expect(furtherKey).not.toBe('');

  const withToken = { ...env, ...crashing(outside), CROSSFEED_GITHUB_TOKEN: marked.githubToken };
  const logFile = path.join(outside, 'proxy.log');
  const program = await startProgram(home, [...flags, '--verbose', '--no-pace', '--log-file', logFile], withToken);
  const follower = runProgram(home, ['logs', '--follow', '--json'], env);
  await everyExchange(program.url, set, furtherKey);
  await follower.says('model_not_found');
  const commands = [
    ['status', '--roads'],
    ['status', '--json'],
    ['usage'],
    ['usage', '--json'],
    ['check-usage'],
    ['models', '--json'],
    ['models', 'enable', 'gpt-6-astra', '--yes'],
    ['logs'],
    ['logs', '--json'],
    ['accounts', '--json'],
    ['keys', 'list', '--json'],
    ['keys', 'revoke', 'tool'],
    ['config', '--json'],
    ['config', 'check'],
    ['resume'],
    ['start'],
  ];
  for (const args of commands) await command(args);
  if (process.platform === 'linux') {
    evidence.add('arguments of the proxy', readFileSync(`/proc/${program.pid}/cmdline`));
  }
  evidence.addFolder(home, [...credentialStore, 'control.sock']);
  program.kill('SIGUSR2');
  expect(await program.exited).toBe(70);
  await command(['logout', 'third']);

  expect(await follower.exited).toBe(0);
  keepStreams(evidence, 'logs --follow', follower);
  keepStreams(evidence, 'the proxy', program);
  expect(program.out()).toContain('boom [redacted]');
  evidence.addFolder(home, credentialStore);
  evidence.addFolder(outside, ['crash.mjs', path.join('bin', 'gh')]);
  expect(readFileSync(path.join(outside, 'children.txt'), 'utf8')).toContain('auth token');
  // The search is one: the secrets are where they belong, and were used.
  const secrets = { ...set.secrets(), furtherKey };
  expect(Object.keys(secrets).length).toBeGreaterThan(Object.keys(marked).length + 2);
  expect(simulator.requests.some(({ body }) => body.includes(marked.prompt))).toBe(true);
  expect(evidence.size.bytes).toBeGreaterThan(100_000);
  expect(evidence.hits(secrets)).toEqual([]);
});

test.skipIf(process.platform === 'win32')('commands that fail, each in its way', { timeout: 60_000 }, async () => {
  const set = await stage();
  const { evidence, home, outside, command, env, simulator } = set;
  const dead = 'http://127.0.0.1:1';
  const failing: readonly (readonly [args: readonly string[], more: Readonly<Record<string, string>>])[] = [
    [['models'], { CROSSFEED_GITHUB_TOKEN: 'ghu_CANARYofNobody000000000000000001' }],
    [['models'], { CROSSFEED_GITHUB_TOKEN: `ghp_${marked.callerKey}` }],
    [['models'], { CROSSFEED_GITHUB_TOKEN: `${marked.githubToken} and more` }],
    [['models'], { GH_TOKEN: `ghp_${marked.callerKey}` }],
    [['usage'], { CROSSFEED_GITHUB_TOKEN: marked.githubToken, CROSSFEED_GITHUB_API_URL: dead }],
    [
      ['usage'],
      {
        CROSSFEED_GITHUB_TOKEN: marked.githubToken,
        CROSSFEED_GITHUB_API_URL: `https://u:${marked.proxyPassword}@x.invalid`,
      },
    ],
    [
      ['status'],
      {
        CROSSFEED_GITHUB_TOKEN: marked.githubToken,
        CROSSFEED_GITHUB_API_URL: 'https://api.github.com',
        HTTPS_PROXY: `http://somebody:${marked.proxyPassword}@127.0.0.1:1`,
      },
    ],
    [['start'], { CROSSFEED_GITHUB_TOKEN: `ghr_${marked.wrongKey}` }],
    [['start', '--github-url', `https://u:${marked.proxyPassword}@x.invalid`], {}],
    [['keys', 'show'], { CROSSFEED_API_KEY: `${marked.wrongKey} ` + marked.prompt }],
    [['login', '--github-token-stdin'], {}],
    [['login', '--from-tools'], {}],
    [['nothing-of-the-kind'], {}],
  ];
  await Promise.all(failing.map(([args, more]) => command(args, more)));
  // A login that goes well: the code that was polled with, and the token that came of it, are secrets too.
  await command(['login', '--store', 'file', '--name', 'signed-in']);
  await command(['status']);
  await command(['usage']);
  const [poll] = simulator.requestsTo('/login/oauth/access_token');
  const deviceCode =
    /"device_code":"([^"]+)"|device_code=([^&]+)/.exec(String(poll?.body))?.slice(1).find(Boolean) ?? '';
  const issued = simulator
    .requestsTo('user')
    .flatMap(({ headers }) => /^(?:token|Bearer) (ghu_.+)$/i.exec(headers.authorization ?? '')?.[1] ?? [])
    .at(-1);
  expect(deviceCode).not.toBe('');
  // A crash before the log is there.
  const early = { ...env, ...crashing(outside), CROSSFEED_GITHUB_TOKEN: marked.githubToken };
  const simulate = runProgram(home, ['simulate', '--port', '0'], early);
  await simulate.says('crossfeed start');
  simulate.kill('SIGUSR2');
  expect(await simulate.exited).toBe(70);
  keepStreams(evidence, 'simulate', simulate);
  expect(simulate.err()).toContain('boom [redacted]');

  evidence.addFolder(home, credentialStore);
  const nobody = 'ghu_CANARYofNobody000000000000000001';
  expect(evidence.hits({ ...set.secrets(), deviceCode, issued: issued ?? '', nobody })).toEqual([]);
});
