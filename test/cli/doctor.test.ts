/** `crossfeed doctor` as it is typed: against a simulated seat, networks that are not what they seem, and broken homes. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createNetServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Finding } from '../../src/doctor/check.ts';
import { createSimulator, scenarioNamed, simulatedGithubToken } from '../../src/simulator/index.ts';
import { runToEnd, startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testCertificate } from '../support/test-certificate.ts';

type Env = Readonly<Record<string, string>>;

async function simulated(scenario?: string) {
  const simulator = createSimulator({ scenario: (scenario === undefined ? undefined : scenarioNamed(scenario)) ?? {} });
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  return { simulator, env: { ...upstreamAt(url), CROSSFEED_GITHUB_TOKEN: simulatedGithubToken } };
}

const upstreamAt = (url: string): Env => ({
  CROSSFEED_GITHUB_URL: url,
  CROSSFEED_GITHUB_API_URL: url,
  CROSSFEED_COPILOT_API_URL: url,
});

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function found(home: string, env: Env, ...only: readonly string[]) {
  const { code, out, err } = await runToEnd(
    home,
    ['doctor', '--json', ...(only.length > 0 ? ['--only', ...only] : [])],
    { CROSSFEED_PORT: '0', ...env },
  );
  if (out === '') throw new Error(err);
  return { code, findings: JSON.parse(out) as readonly Finding[] };
}

test('a seat that is well, without a proxy and with one: nothing is wrong, nothing is made, nothing is billed', async () => {
  const { env } = await simulated();
  const empty = path.join(temporaryFolder(), 'home');
  const direct = await found(empty, env);
  expect(direct.findings.filter(({ state }) => state === 'problem')).toEqual([]);
  expect(direct.code).toBe(0);
  expect(() => statSync(empty)).toThrow('ENOENT');

  const home = temporaryFolder();
  await startProgram(home, ['--simulate']);
  const running = await found(home, {});
  expect(running.findings.filter(({ state }) => state === 'problem' || state === 'skipped')).toEqual([]);
  expect(running.findings.map(({ check }) => check)).toEqual(direct.findings.map(({ check }) => check));
  expect((await runToEnd(home, ['logs'])).out).toBe('');
  const text = await runToEnd(home, ['doctor', '--only', 'seat', 'models'], { CROSSFEED_PORT: '0' });
  expect(text.out).toMatch(/^ok {4}Seat {4}.* left\n/);
  expect(text.out).toMatch(/Nothing wrong, 1 to look at\.\n$|All is well\.\n$/);
});

test('credits that are used up, and a block by GitHub that came with a call', async () => {
  const { env } = await simulated('quota-gone');
  expect((await found(temporaryFolder(), env, 'seat')).findings).toMatchObject([{ id: 'seat/used-up' }]);

  const blocked = await simulated();
  blocked.simulator.addFault({ on: '/chat/completions', do: { kind: 'abuse-block' } });
  const home = temporaryFolder();
  const key = { CROSSFEED_API_KEY: 'key-of-the-test' };
  const { url } = await startProgram(home, [], { ...blocked.env, ...key });
  await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer key-of-the-test', 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'x' }] }),
  });
  const { code, findings } = await found(home, { ...blocked.env, ...key }, 'block');
  expect(findings).toMatchObject([{ id: 'block/blocked' }]);
  expect(code).toBe(1);
});

test('a token that GitHub does not take, and no token', async () => {
  const { env } = await simulated();
  const home = temporaryFolder();
  const revoked = await found(home, { ...env, CROSSFEED_GITHUB_TOKEN: 'ghu_revokedrevokedrevokedrevoked0000' }, 'seat');
  expect(revoked.findings).toMatchObject([{ id: 'seat/signed-out' }]);
  const { CROSSFEED_GITHUB_TOKEN: _, ...without } = env;
  expect((await found(home, without, 'login')).findings).toMatchObject([{ id: 'login/none', state: 'problem' }]);
});

const page: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to the hotel</html>');
};

test('the page of a network, another certificate, nobody, no such name, a clock that is off', async () => {
  const home = temporaryFolder();
  const portal = `http://${await listening(createHttpServer(page))}`;
  expect((await found(home, upstreamAt(portal), 'github')).findings).toMatchObject([{ id: 'github/other-page' }]);

  const certificate = testCertificate();
  const inspector = `https://${await listening(createHttpsServer(certificate, page))}`;
  const env = { ...upstreamAt(inspector), CROSSFEED_SYSTEM_CA: '0' };
  expect((await found(home, env, 'github')).findings).toMatchObject([{ id: 'github/tls', state: 'problem' }]);

  const gone = createHttpServer(page);
  const address = await listening(gone);
  await new Promise((resolve) => gone.close(resolve));
  expect((await found(home, upstreamAt(`http://${address}`), 'github')).findings).toMatchObject([
    { id: 'github/unreachable' },
  ]);
  expect((await found(home, { ...env, HTTPS_PROXY: `http://${address}` }, 'github')).code).toBe(1);

  const late = createHttpServer((_, response) => {
    response.sendDate = false;
    response.writeHead(200, {
      'content-type': 'application/json',
      date: new Date(Date.now() - 3_600_000).toUTCString(),
    });
    response.end('{}');
  });
  const clock = await found(home, upstreamAt(`http://${await listening(late)}`), 'clock');
  expect(clock.findings).toMatchObject([{ id: 'clock/wrong' }]);
  expect(clock.findings[0]?.seen).toMatch(/^3(?:599|60\d) s ahead of GitHub$/);
});

test('a home that is not as it should be: settings, rights, database, address', async () => {
  const { env } = await simulated();
  const home = temporaryFolder();
  const taken = createNetServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void taken.close());
  const port = String((taken.address() as AddressInfo).port);
  writeFileSync(path.join(home, 'crossfeed.db'), 'this is no database, '.repeat(500), { mode: 0o644 });
  const { findings, code } = await found(home, { ...env, CROSSFEED_PORT: port, CROSSFEED_API_KEY: 'changeme' });
  expect(findings.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['home/open', 'store/damaged', 'port/taken', 'key/unreadable']),
  );
  expect(code).toBe(1);

  mkdirSync(path.join(home, 'other'), { mode: 0o700 });
  writeFileSync(path.join(home, 'other', 'config.jsonc'), '{ "server": { "port": "many" } }');
  const broken = await found(path.join(home, 'other'), {}, 'config', 'port');
  expect(broken.findings).toMatchObject([{ id: 'config/broken' }, { check: 'port', state: 'skipped' }]);
});

test('--live says its price, asks nothing without a terminal, and books what it asks', async () => {
  const { env } = await simulated();
  const home = temporaryFolder();
  const args = ['doctor', '--live', '--json', '--only', 'node'];
  const unasked = await runToEnd(home, args, env);
  expect(unasked.code).toBe(78);
  expect(unasked.out).toBe('');
  expect((await runToEnd(home, ['doctor', '--live', '--only', 'node'], env)).out).toContain('ok    Node');
  expect(unasked.err).toMatch(/Live: \d+ model calls, at most [\d.]+ credits/);
  const live = await runToEnd(home, [...args, '--yes'], { ...env, CROSSFEED_PACE: '0' });
  const findings = (JSON.parse(live.out) as readonly Finding[]).filter(({ check }) => check === 'live');
  expect(findings.length).toBeGreaterThan(10);
  // The seat lists it, and GitHub serves it to nobody.
  expect(findings.filter(({ state }) => state !== 'ok').map(({ title }) => title)).toEqual([
    'mai-code-1-flash on /chat/completions',
  ]);
  const booked = await runToEnd(home, ['export', '--jsonl']);
  expect(booked.out.trim().split('\n')).toHaveLength(findings.length);
});

test('--report gives away nothing of the user', async () => {
  const { env } = await simulated();
  const home = temporaryFolder();
  const canaries = [
    'gho_canarycanarycanarycanarycanary000',
    'key-canary-of-the-caller',
    'prompt-canary',
    'project-canary',
    'session-canary',
  ];
  const logging = {
    CROSSFEED_API_KEY: 'key-canary-of-the-caller',
    CROSSFEED_LOG_FILE: path.join(home, 'log'),
    CROSSFEED_LOG_LEVEL: 'debug',
    CROSSFEED_LOG_FORMAT: 'json',
  };
  const { url } = await startProgram(home, [], { ...env, ...logging });
  await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer key-canary-of-the-caller',
      'content-type': 'application/json',
      'x-crossfeed-project': 'project-canary',
      'x-session-id': 'session-canary',
    },
    body: JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'prompt-canary' }] }),
  }).then((answer) => answer.text());
  const file = path.join(home, 'report.json');
  const { code } = await runToEnd(home, ['doctor', '--report', file], {
    ...env,
    ...logging,
    CROSSFEED_PORT: '0',
    USER: 'somebody',
  });
  expect(code).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = readFileSync(file, 'utf8');
  for (const canary of [...canaries, simulatedGithubToken, home, 'somebody']) expect(text).not.toContain(canary);
  const report = JSON.parse(text) as {
    kind: string;
    findings: unknown[];
    exchanges: { model: string }[];
    settings: unknown[];
    log: unknown[];
  };
  expect(report).toMatchObject({ kind: 'crossfeed-doctor', version: 1 });
  expect(report.exchanges).toMatchObject([{ model: 'gpt-4.1', status: 200 }]);
  expect(report.log.length).toBeGreaterThan(0);
  expect(report.settings.length).toBeGreaterThan(20);
});

test('a check that does not exist is a sentence', async () => {
  const { code, err } = await runToEnd(temporaryFolder(), ['doctor', '--only', 'weather']);
  expect(code).toBe(2);
  expect(err).toContain('There is no check "weather"');
});
