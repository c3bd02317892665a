/** Attacks on the whole program: on its dashboard from a page, a neighbour and a caller, and on what it would connect to. */
import { request as httpRequest } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { goodStreams } from '../corpora/upstream-rows/good-streams.ts';
import { dashboardLink, signInAt } from '../support/dashboard-client.ts';
import { startPlayedUpstream, type PlayedUpstream } from '../support/play-corpora.ts';
import { startProgram, type Program, type Ready } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { watchConnections } from '../support/watch-connections.ts';

const key = 'cf_test-key-of-the-attacks';

interface Stage {
  readonly home: string;
  readonly played: PlayedUpstream;
  readonly program: Program & Ready;
  readonly seen: () => readonly string[];
}

async function stage(...settings: readonly string[]): Promise<Stage> {
  const home = temporaryFolder();
  const watch = watchConnections(temporaryFolder());
  const played = await startPlayedUpstream('tid=test;exp=4000000000');
  onTestFinished(() => played.upstream.close());
  const { url } = played.upstream;
  const program = await startProgram(home, ['--no-pace', ...settings.flatMap((one) => ['--set', one])], {
    CROSSFEED_GITHUB_URL: url,
    CROSSFEED_GITHUB_API_URL: url,
    CROSSFEED_COPILOT_API_URL: url,
    CROSSFEED_API_KEY: key,
    CROSSFEED_GITHUB_TOKEN: 'ghu_test',
    NODE_OPTIONS: watch.nodeOptions,
  });
  return { home, played, program, seen: () => watch.seen() };
}

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** By `node:http`, which sends Host, Origin and Cookie as they are told, and the path as it stands. */
function ask(port: number, { method = 'GET', path, headers = {}, body }: Asked) {
  return new Promise<{ status: number; text: string; headers: Readonly<Record<string, unknown>> }>(
    (resolve, reject) => {
      const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('close', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
        if (response.headers['content-type'] === 'text/event-stream') sent.destroy();
      });
      sent.on('error', (error) => sent.destroyed || reject(error));
      sent.end(body);
    },
  );
}

test('a dashboard that is signed in, attacked from everywhere', async () => {
  const { home, program } = await stage();
  const { port } = program;
  const link = await dashboardLink(home);
  const owner = await signInAt(link);
  const { cookie = '' } = owner.headers;
  const json = { 'content-type': 'application/json' };
  const csrf = { 'x-crossfeed-csrf': owner.headers['x-crossfeed-csrf'] ?? '' };
  const origin = { origin: `http://127.0.0.1:${port}` };
  const pause = { method: 'POST', path: '/ui/api/pause', body: '{"paused":true}' };
  const code = new URL(link).searchParams.get('code') ?? '';

  const attempts: readonly (readonly [what: string, asked: Asked, statuses: readonly number[]])[] = [
    [
      'a page rebound to us, with the cookie',
      { ...pause, headers: { ...json, ...csrf, cookie, host: 'evil.example' } },
      [403],
    ],
    [
      'a page of another site',
      { ...pause, headers: { ...json, ...csrf, cookie, origin: 'https://evil.example' } },
      [403],
    ],
    [
      'a page of another port',
      { ...pause, headers: { ...json, ...csrf, cookie, origin: 'http://127.0.0.1:1' } },
      [403],
    ],
    ['a sandboxed page', { ...pause, headers: { ...json, ...csrf, cookie, origin: 'null' } }, [403]],
    ['a form', { ...pause, headers: { ...csrf, ...origin, cookie, 'content-type': 'text/plain' } }, [403]],
    ['a page without the token', { ...pause, headers: { ...json, ...origin, cookie } }, [403]],
    [
      'a page with an older token',
      { ...pause, headers: { ...json, ...origin, cookie, 'x-crossfeed-csrf': code } },
      [403],
    ],
    [
      'a method in disguise',
      { path: '/ui/api/pause', headers: { ...csrf, cookie, 'x-http-method-override': 'POST' } },
      [405],
    ],
    [
      'a feed read from another site',
      { path: '/ui/api/live', headers: { cookie, origin: 'https://evil.example' } },
      [403],
    ],
    [
      'a feed in a tag of another site',
      { path: '/ui/api/live', headers: { cookie, 'sec-fetch-site': 'cross-site' } },
      [403],
    ],
    ['a feed with a key', { path: '/ui/api/live', headers: { authorization: `Bearer ${key}` } }, [401]],
    ['a question with a key', { ...pause, headers: { ...json, ...csrf, ...origin, 'x-api-key': key } }, [401]],
    ['a question with a key in the path', { ...pause, path: `/k/${key}/ui/api/pause`, headers: json }, [401, 404]],
    ['the cookie for a key', { path: '/v1/models', headers: { cookie } }, [401]],
    ['the cookie as a key', { path: '/v1/models', headers: { 'x-api-key': cookie.split('=')[1] ?? '' } }, [401]],
    ['the link again', { path: `/ui/sign-in?code=${code}` }, [403]],
    ['the link by POST', { method: 'POST', path: `/ui/sign-in?code=${code}` }, [405]],
    [
      'two cookies, a wrong one first',
      { ...pause, headers: { ...json, ...csrf, ...origin, cookie: `crossfeed_ui_${port}=x; ${cookie}` } },
      [401],
    ],
    ...[
      '../../package.json',
      '..%2f..%2fpackage.json',
      '%2e%2e/%2e%2e/package.json',
      '....//package.json',
      '..\\package.json',
      '%00',
      'assets/../../index.html',
      '/etc/passwd',
      'api/../../v1/models',
    ].map((path): readonly [string, Asked, readonly number[]] => [
      `the file ${path}`,
      { path: `/ui/${path}`, headers: { cookie } },
      [400, 404],
    ]),
  ];
  for (const [what, asked, statuses] of attempts) {
    const { status, text, headers } = await ask(port, asked);
    expect(statuses, what).toContain(status);
    expect(text, what).not.toMatch(/"version"|root:|paused":true/);
    expect(
      Object.keys(headers).filter((name) => /^access-control|^set-cookie/.test(name)),
      what,
    ).toEqual([]);
  }
  // The page itself: in nobody's frame, no script but its own, no cookie for a script.
  const page = await ask(port, { path: '/ui/', headers: { cookie } });
  expect(page.headers).toMatchObject({ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' });
  expect(page.headers['content-security-policy']).toMatch(/frame-ancestors 'none'/);
  expect(page.headers['content-security-policy']).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
  expect(await owner.ask('pause', { paused: false })).toEqual({ paused: false });
});

test('codes and keys are not found by trying, and who has a right one is never refused for it', async () => {
  const { home, program } = await stage();
  const link = await dashboardLink(home);
  for (let tries = 0; tries < 300; tries += 1) {
    const [entered, keyed] = await Promise.all([
      ask(program.port, { path: `/ui/sign-in?code=cf_${tries}` }),
      ask(program.port, { path: '/v1/models', headers: { authorization: `Bearer guess-${tries}` } }),
    ]);
    expect([403, 429]).toContain(entered.status);
    expect(keyed.status).toBe(tries < 20 ? 401 : keyed.status);
    expect([401, 429]).toContain(keyed.status);
  }
  expect((await ask(program.port, { path: '/v1/models', headers: { authorization: 'Bearer guess' } })).status).toBe(
    429,
  );
  expect((await ask(program.port, { path: '/v1/models', headers: { authorization: `Bearer ${key}` } })).status).toBe(
    200,
  );
  expect((await fetch(link, { redirect: 'manual' })).status).toBe(303);
});

test('with images fetched for callers, nothing of this machine or its network is connected to', async () => {
  const { played, program, seen } = await stage('media.fetchRemote=true');
  let reached = 0;
  const sink = net.createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void sink.close());
  const { port } = sink.address() as AddressInfo;
  const hosts = [
    '127.0.0.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    'localhost.',
    'a@127.0.0.1',
    '169.254.169.254',
    '10.0.0.1',
    '192.168.0.1',
    '[fe80::1]',
    '[fc00::1]',
    '100.64.0.1',
    '[64:ff9b::7f00:1]',
    '①②⑦.⓪.⓪.①',
  ];
  for (const host of hosts)
    for (const place of [host, `${host}:${port}`, `${host}:${program.port}`]) {
      played.script = [{ chunks: [goodStreams.messages.frames.map((frame) => `${frame}\n\n`).join('')] }];
      const source = { type: 'url', url: `http://${place}/a.png` };
      const messages = [
        {
          role: 'user',
          content: [
            { type: 'image', source },
            { type: 'text', text: 'hi' },
          ],
        },
      ];
      const reply = await fetch(`${program.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'm-messages', max_tokens: 9, messages, stream: true }),
      });
      await reply.text();
    }
  const upstream = `tcp 127.0.0.1:${new URL(played.upstream.url).port}`;
  expect(reached).toBe(0);
  expect(seen()).toContain(upstream);
  expect(seen().filter((place) => place.startsWith('tcp') && place !== upstream)).toEqual([]);
});
