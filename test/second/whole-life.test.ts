/** One life of the program through all corpora, with marked secrets: what it let out, whom it called, what it left behind. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { callControl } from '../../src/control/control-client.ts';
import { maxBodyBytes } from '../corpora/client-rows/bodies.ts';
import { dashboardLink, signInAt } from '../support/dashboard-client.ts';
import { createEvidence } from '../support/evidence.ts';
import { playCorpora, startPlayedUpstream } from '../support/play-corpora.ts';
import { runToEnd, startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { watchConnections } from '../support/watch-connections.ts';

/** `CORPORA=all npm run test:second -- whole-life` plays each row on every face. */
const everywhere = process.env['CORPORA'] === 'all';

const marked = {
  githubToken: 'ghu_CANARYofTheGithubToken0000000001',
  copilotToken: 'tid=CANARYofCopilot0002;exp=4000000000;sku=x',
  callerKey: 'canary-caller-key-0003',
  proxyPassword: 'canary-p4ssword-0004',
  searchKey: 'canary-search-key-0005',
};

test.skipIf(process.platform === 'win32')('a life through all corpora', { timeout: 600_000 }, async () => {
  const home = temporaryFolder();
  const outside = temporaryFolder();
  const evidence = createEvidence();
  const watch = watchConnections(outside);
  const played = await startPlayedUpstream(marked.copilotToken);
  onTestFinished(() => played.upstream.close());
  const env = {
    CROSSFEED_GITHUB_URL: played.upstream.url,
    CROSSFEED_GITHUB_API_URL: played.upstream.url,
    CROSSFEED_COPILOT_API_URL: played.upstream.url,
    CROSSFEED_API_KEY: marked.callerKey,
    CROSSFEED_GITHUB_TOKEN: marked.githubToken,
    CROSSFEED_WEB_SEARCH_KEY: marked.searchKey,
    HTTPS_PROXY: `http://somebody:${marked.proxyPassword}@proxy.invalid:8080`,
  };
  const settings = [`limits.maxBodyBytes=${maxBodyBytes}`, 'capture.enabled=true', 'limits.silenceMs=5000'];
  const logFile = path.join(home, 'logs', 'proxy.log');
  const program = await startProgram(
    home,
    [
      '--verbose',
      '--log-format',
      'json',
      '--no-pace',
      '--log-file',
      logFile,
      ...settings.flatMap((one) => ['--set', one]),
    ],
    { ...env, NODE_OPTIONS: watch.nodeOptions },
    'umask 000',
  );
  const control = { home, env: {} };
  const { key: furtherKey } = await callControl(control, 'addKey', { label: 'tool' });

  // The owner's page: link, cookie and token of a session that is used.
  const link = await dashboardLink(home);
  const dashboard = await signInAt(link);
  const secrets: Record<string, string> = {
    ...marked,
    furtherKey,
    cookie: dashboard.headers['cookie']?.split('=')[1] ?? '',
    csrf: dashboard.headers['x-crossfeed-csrf'] ?? '',
    code: new URL(link).searchParams.get('code') ?? '',
    unusedCode: new URL(await dashboardLink(home)).searchParams.get('code') ?? '',
  };
  const quoted = Object.values(secrets).join(' ');

  const cases = await playCorpora({
    port: program.port,
    key: marked.callerKey,
    played,
    quoted,
    everywhere,
    before: () => callControl(control, 'resume', {}),
    answered(where, head, body) {
      evidence.add(`head of ${where}`, head);
      evidence.add(`body of ${where}`, body);
    },
  });
  expect(cases).toBeGreaterThan(350);

  // Each secret in each place where the wrong door could take it for something to tell.
  for (const [name, secret] of Object.entries(secrets)) {
    for (const [at, headers] of [
      [`/v1/models?key=${encodeURIComponent(secret)}`, {}],
      [`/k/${encodeURIComponent(secret)}/v1/nothing`, {}],
      [`/ui/sign-in?code=${encodeURIComponent(secret)}x`, {}],
      [`/ui/${encodeURIComponent(secret)}`, {}],
      [
        '/v1/models',
        { authorization: `Bearer ${secret}`, cookie: secret, referer: `${program.url}/ui/?code=${secret}` },
      ],
      ['/ui/api/keys', { cookie: `crossfeed_ui_${program.port}=${secret}`, 'x-crossfeed-csrf': secret }],
      [`/crossfeed/v1/exchanges/${encodeURIComponent(secret)}`, { authorization: `Bearer ${marked.callerKey}` }],
      ['/v1/nothing', { authorization: `Bearer ${marked.callerKey}`, 'user-agent': secret, 'x-request-id': secret }],
    ] as const) {
      const reply = await fetch(program.url + at, { headers, redirect: 'manual' });
      // Who writes another's kind of secret into a path reads it again in what is said of that path.
      const echoed = at.includes('%3D') ? [name] : [];
      evidence.add(`${name} at ${at.slice(0, 12)}`, JSON.stringify([...reply.headers]) + (await reply.text()), echoed);
    }
    // What a person pastes into a prompt is kept for them, without it.
    played.script = [];
    await fetch(`${program.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${marked.callerKey}`,
        'content-type': 'application/json',
        'user-agent': secret,
      },
      body: JSON.stringify({
        model: 'm-chat',
        messages: [{ role: 'user', content: `my secret: ${secret}` }],
        user: secret,
      }),
    }).then((reply) => reply.text());
  }

  // All that the owner's page asks, and what it is built of.
  for (const operation of [
    'status',
    'keys',
    'settings',
    'sessions',
    'exchanges',
    'budgets',
    'models',
    'aliases',
    'spendDays',
  ])
    evidence.add(`/ui ${operation}`, JSON.stringify(await dashboard.post(operation, { limit: 500 })));
  const shown = await dashboard.ask('exchanges', { limit: 500 });
  for (const { id } of shown.slice(0, 20))
    evidence.add('/ui captured', JSON.stringify(await dashboard.post('captured', { id })));

  for (const args of [
    ['export', '--csv'],
    ['export', '--jsonl'],
    ['logs', '--json', '--limit', '500'],
    ['status', '--json'],
    ['config', '--json'],
    ['sessions', '--json'],
    ['capture', 'list', '--json'],
    ...shown.slice(0, 3).flatMap(({ id }) => [
      ['capsule', id],
      ['capsule', id, '--out', path.join(outside, `${id}.json`)],
      ['capture', 'show', id],
    ]),
  ]) {
    const { out, err } = await runToEnd(home, args, env);
    evidence.add(`crossfeed ${args.join(' ')}`, out + err);
  }
  if (process.platform === 'linux') {
    for (const file of ['cmdline', 'comm']) evidence.add(`its ${file}`, readFileSync(`/proc/${program.pid}/${file}`));
    for (const child of readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, 'utf8').split(' '))
      if (child !== '') evidence.add('the environment of a child', readFileSync(`/proc/${child}/environ`));
  }
  const openFiles = modesBelow(home);
  evidence.addFolder(home, ['control.sock', 'credentials.json']);

  program.kill('SIGTERM');
  await program.exited;
  evidence.add('stdout', program.out());
  evidence.add('stderr', program.err());
  evidence.addFolder(home, ['control.sock', 'credentials.json']);
  evidence.addFolder(outside);

  expect(evidence.size.bytes).toBeGreaterThan(200_000);
  expect(program.out()).toContain('"level":"debug"');
  expect(played.upstream.requests.some(({ headers }) => headers['authorization']?.includes(marked.copilotToken))).toBe(
    true,
  );
  expect(evidence.hits(secrets)).toEqual([]);

  const allowed = [`tcp 127.0.0.1:${new URL(played.upstream.url).port}`, `pipe ${path.join(home, 'control.sock')}`];
  expect(watch.seen().filter((place) => !allowed.includes(place))).toEqual([]);
  expect(watch.seen()).toContain(allowed[0]);

  // While it runs and afterwards, with a umask that forbids nothing.
  expect(openFiles.map(({ name }) => name)).toEqual(expect.arrayContaining(['control.sock', 'crossfeed.db']));
  const shared = [...openFiles, ...modesBelow(home)].filter(({ mode }) => (mode & 0o077) !== 0);
  expect(shared.filter(({ name, mode }) => name !== 'ready.json' || mode !== 0o644)).toEqual([]);
});

function modesBelow(home: string): readonly { readonly name: string; readonly mode: number }[] {
  return ['', ...readdirSync(home, { recursive: true, encoding: 'utf8' })].map((name) => ({
    name,
    mode: statSync(path.join(home, name)).mode & 0o777,
  }));
}
