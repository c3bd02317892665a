/** No secret, prompt or answer leaves the program: everything is run with marked ones, and everything is searched. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSimulator, defaultScenario } from '../../src/simulator/index.ts';
import type { Fault, Simulator } from '../../src/simulator/index.ts';
import { createEvidence } from '../support/evidence.ts';
import type { Evidence } from '../support/evidence.ts';
import { runProgram, runToEnd, startProgram } from '../support/run-program.ts';
import type { Program } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Marked by value: some look like a secret, some like nothing at all. */
const marked = {
  githubToken: 'ghu_CANARYofTheGithubToken0000000001',
  secondToken: 'github_pat_CANARYofTheSecondAccount0000000002',
  ghToken: 'gho_CANARYofTheGithubCli0000000000003',
  callerKey: 'canary caller key'.replaceAll(' ', '-') + '-0004',
  wrongKey: 'canary-wrong-key-0005',
  proxyPassword: 'canary-p4ssword-0006',
  prompt: 'CanaryPromptOfSomebody0007',
  answer: 'CanaryAnswerOfTheModel0008',
};

/** The store of secrets is where they belong; its mode and place have their own tests. */
const credentialStore = ['credentials.json'];

interface Stage {
  readonly simulator: Simulator;
  readonly home: string;
  readonly outside: string;
  readonly evidence: Evidence;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command to its end and keeps what it said. `allowed` is what it prints by design. */
  readonly command: (
    args: readonly string[],
    more?: Readonly<Record<string, string>>,
    allowed?: readonly string[],
  ) => Promise<string>;
  /** Everything that Copilot tokens were seen to be, beside the marked ones. */
  readonly secrets: () => Readonly<Record<string, string>>;
}

async function stage(): Promise<Stage> {
  const { githubToken, secondToken, ghToken } = marked;
  const simulator = createSimulator({
    scenario: {
      githubTokens: [githubToken, secondToken, ghToken],
      device: { ...defaultScenario.device, pendingPolls: 0, intervalS: 1 },
    },
  });
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const home = temporaryFolder();
  const outside = temporaryFolder();
  const evidence = createEvidence();
  const env = {
    PATH: `${fakePrograms(outside)}${path.delimiter}${process.env['PATH'] ?? ''}`,
    CROSSFEED_GITHUB_URL: url,
    CROSSFEED_GITHUB_API_URL: url,
    CROSSFEED_COPILOT_API_URL: url,
    CROSSFEED_API_KEY: marked.callerKey,
    // Of another machine, so that the simulator is still reached.
    HTTP_PROXY: `http://somebody:${marked.proxyPassword}@proxy.invalid:8080`,
  };
  return {
    simulator,
    home,
    outside,
    evidence,
    env,
    async command(args, more = {}, allowed = []) {
      const { out, err } = await runToEnd(home, args, { ...env, ...more });
      evidence.add(`stdout of ${args.join(' ')}`, out, allowed);
      evidence.add(`stderr of ${args.join(' ')}`, err);
      return out;
    },
    secrets() {
      const bearers = simulator.requests
        .map(({ headers }) => /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '')
        .filter((bearer) => bearer !== '' && !Object.values<string>(marked).includes(bearer));
      return {
        ...marked,
        ...Object.fromEntries([...new Set(bearers)].map((bearer, n) => [`Copilot token ${n}`, bearer])),
      };
    },
  };
}

/** A `gh` that hands out its token, and keeps what it was told: argument list and environment. */
function fakePrograms(folder: string): string {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  const gh = path.join(bin, 'gh');
  writeFileSync(
    gh,
    `#!/bin/sh\n{ echo "$@"; env; } >> '${path.join(folder, 'children.txt')}'\nprintf %s%s gho_ CANARYofTheGithubCli0000000000003\n`,
  );
  chmodSync(gh, 0o755);
  return bin;
}

const chat = (content: string, over: object = {}) => ({
  model: 'gpt-4.1',
  messages: [{ role: 'user', content }],
  ...over,
});

/** One answer after another: served, refused, broken, to right keys and wrong ones. */
async function exchanges(url: string, { evidence, simulator }: Stage, furtherKey: string): Promise<void> {
  // A caller gets back what is its own.
  const own = ['prompt', 'answer'];
  async function ask(
    where: string,
    route: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
    allowed: readonly string[] = own,
  ) {
    const response = await fetch(url + route, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }).catch((reason: unknown) => reason);
    if (!(response instanceof Response)) return evidence.add(`failure of ${where}`, String(response));
    evidence.add(`head of ${where}`, JSON.stringify([...response.headers]));
    evidence.add(`body of ${where}`, await response.text().catch(String), allowed);
  }
  const arm = (fault: Fault) => simulator.addFault(fault);
  const key = { authorization: `Bearer ${marked.callerKey}` };
  const { prompt } = marked;

  const markers = { served: ['402', '500', '401', '403', 'reset'], streamed: ['429', 'cut 2', 'error 2', 'refuse'] };
  for (const stream of [false, true]) {
    await ask('chat', '/v1/chat/completions', chat(prompt, { stream }), key);
    await ask('responses', '/v1/responses', { model: 'gpt-6-luna', input: prompt, stream }, key);
    const messages = [{ role: 'user', content: prompt }];
    await ask(
      'messages',
      '/v1/messages',
      { model: 'claude-opus-5.5', max_tokens: 50, messages, stream },
      { 'x-api-key': furtherKey },
    );
    arm({ on: '/chat/completions', do: { kind: 'status', status: 200, ...markedAnswer(stream) } });
    await ask('a marked answer', '/v1/chat/completions', chat(prompt, { stream }), key);
    for (const marker of stream ? markers.streamed : markers.served)
      await ask(`[[sim:${marker}]]`, '/v1/chat/completions', chat(`${prompt} [[sim:${marker}]]`, { stream }), key);
  }
  // An upstream that quotes what it was sent.
  for (const status of [400, 401, 403, 500]) {
    const quoted = `Refused: Bearer ${marked.githubToken}; key ${marked.callerKey}; proxy ${marked.proxyPassword}`;
    arm({ on: '/chat/completions', times: 2, do: { kind: 'status', status, body: { error: { message: quoted } } } });
    await ask(`a quoting ${status}`, '/v1/chat/completions', chat(prompt), key);
    arm({ on: 'token', do: { kind: 'status', status, body: { message: quoted } } });
    await ask(`a quoting sign-in ${status}`, '/v1/chat/completions', chat(prompt), key);
  }
  simulator.revokeTokens();
  await ask('after a revocation', '/v1/chat/completions', chat(prompt), key);

  for (const wrong of [marked.wrongKey, marked.githubToken, `${marked.callerKey}x`, `Basic ${marked.wrongKey}`]) {
    await ask('a wrong bearer', '/v1/chat/completions', chat(prompt), { authorization: `Bearer ${wrong}` });
    await ask('a wrong x-api-key', '/v1/messages', chat(prompt), { 'x-api-key': wrong });
    await ask('a wrong x-goog-api-key', '/v1beta/models', undefined, { 'x-goog-api-key': wrong });
    await ask('a wrong ?key=', `/v1beta/models?key=${encodeURIComponent(wrong)}`, undefined, {});
    await ask('a wrong /k/', `/k/${encodeURIComponent(wrong)}/v1/models`, undefined, {});
  }
  await ask('a key in the path', `/k/${marked.callerKey}/v1/chat/completions`, chat(prompt), {});
  await ask('a key in the path of nothing', `/k/${marked.callerKey}/nowhere`, undefined, {});
  await ask('a further key in the path', `/k/${furtherKey}/v1/models`, undefined, {});
  await ask('a key in a query', `/v1/models?key=${marked.callerKey}&token=${marked.callerKey}`, undefined, key);
  await ask('a key in the Referer', '/v1/models', undefined, { ...key, referer: `${url}/k/${marked.callerKey}/x` });
  await ask('a key as user agent', '/v1/chat/completions', chat(prompt), { ...key, 'user-agent': marked.callerKey });
  await ask('a key as request id', '/v1/models', undefined, { ...key, 'x-request-id': marked.callerKey });
  await ask('a key as model', '/v1/chat/completions', chat(prompt, { model: marked.callerKey }), key, ['callerKey']);
  await ask('no JSON', '/v1/chat/completions', `{"messages":"${prompt}`, key);
  await ask('a prompt in a wrong place', '/v1/responses', { model: 'gpt-6-luna', input: { [prompt]: 1 } }, key);
  await ask('a web page', '/v1/chat/completions', chat(prompt), {
    ...key,
    origin: `https://${marked.wrongKey}.example`,
  });
  for (const route of ['/', '/healthz', '/readyz', '/v1/models', '/crossfeed/v1/status', '/token', '/metrics'])
    await ask(route, route, undefined, key);
}

function markedAnswer(stream: boolean): { readonly body: unknown; readonly contentType: string } {
  const base = { id: 'chatcmpl-1', created: 1, model: 'gpt-4.1' };
  if (!stream) {
    const message = { role: 'assistant', content: marked.answer };
    const choices = [{ index: 0, message, finish_reason: 'stop' }];
    return { contentType: 'application/json', body: { ...base, object: 'chat.completion', choices } };
  }
  const frame = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const body = `${frame({ role: 'assistant', content: marked.answer }, null)}${frame({}, 'stop')}data: [DONE]\n\n`;
  return { contentType: 'text/event-stream', body };
}

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
  await exchanges(program.url, set, furtherKey);
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
