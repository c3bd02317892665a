/** Networks that answer in GitHub's place, or lead its name elsewhere (`faults.md` §5): what the whole program says and keeps. */
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { goodStreams } from '../corpora/upstream-rows/good-streams.ts';
import { rawModels } from '../support/raw-proxy.ts';
import { keepRow, roundsOf } from '../support/keep-figures.ts';
import { startProgram } from '../support/run-program.ts';
import { startTcpRelay } from '../support/tcp-relay.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { testCertificate } from '../support/test-certificate.ts';
import { askWorld, expectServed, startGithub, worldEnvironment } from '../support/world-program.ts';

type Answer = (response: http.ServerResponse) => void;

async function startServer(server: http.Server, port = 0, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const portals: readonly (readonly [form: string, answer: (login: string) => Answer])[] = [
  ['leads to its login page', (login) => (response) => void response.writeHead(302, { location: login }).end()],
  [
    'shows its login page',
    () => (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to the hotel'),
  ],
  [
    'says that one has to sign in to it',
    () => (response) =>
      void response.writeHead(511, { 'content-type': 'text/html' }).end('<html>Sign in to this network'),
  ],
];

test.each(portals)(
  'W-016 a captive portal that %s: told so, the token goes no further, and it passes',
  async (form, answer) => {
    let logins = 0;
    const login = await startServer(http.createServer((_request, response) => ((logins += 1), response.end('login'))));
    const answers = answer(`http://127.0.0.1:${login}/hotel`);
    const portal = await startServer(http.createServer((request, response) => (request.resume(), answers(response))));
    const github = await startGithub();
    const relay = await startTcpRelay(github);
    const environment = { ...worldEnvironment(relay.port), CROSSFEED_COPILOT_API_URL: relay.url };
    const enter = (port: number) => {
      relay.leadTo(port);
      relay.resetAll();
    };

    // In the portal from the start: the exchange of the token meets it.
    relay.leadTo(portal);
    const atStart = await startProgram(temporaryFolder(), [], environment);
    const refused = await askWorld(atStart.url);
    expect(refused.status, refused.text).toBe(502);
    expect(refused.text).toMatch(/network|proxy|portal/i);
    enter(github.port);
    await vi.waitFor(() => expectServed(atStart.url), { timeout: 15_000, interval: 200 });

    // In the portal in the middle of a life: the call itself meets it.
    enter(portal);
    const inMidLife = await askWorld(atStart.url);
    expect(inMidLife.status, inMidLife.text).toBe(502);
    expect(inMidLife.text).toMatch(/network|proxy|portal/i);
    expect(inMidLife.text).not.toMatch(/<html/);
    enter(github.port);
    await expectServed(atStart.url);
    expect(logins).toBe(0);
    atStart.kill('SIGTERM');
    expect(await atStart.exited).toBe(0);
    keepRow(`W-016 ${form}`, `a captive portal that ${form}, at the start and in mid-life`, 2);
  },
);

/** GitHub and Copilot behind somebody's certificate. */
async function startIntercepted(certificate: { cert: string; key: string }) {
  let requests = 0;
  const server = https.createServer(certificate, (request, response) => {
    requests += 1;
    request.resume();
    if (request.url?.startsWith('/copilot_internal/v2/token'))
      return void response.end(JSON.stringify({ token: 't', refresh_in: 1500 }));
    if (request.url === '/models') return void response.end(JSON.stringify({ data: rawModels }));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(goodStreams.messages.frames.map((frame) => `${frame}\n\n`).join(''));
  });
  const port = await startServer(server);
  const url = `https://localhost:${port}`;
  const environment = {
    ...worldEnvironment(port),
    CROSSFEED_GITHUB_URL: url,
    CROSSFEED_GITHUB_API_URL: url,
    CROSSFEED_COPILOT_API_URL: url,
    CROSSFEED_ALLOWED_HOSTS: 'localhost',
  };
  return { environment, requests: () => requests };
}

test('W-017 a network that opens TLS: told how to trust it, and served where it is trusted', async () => {
  const certificate = testCertificate();
  const company = await startIntercepted(certificate);
  const unknown = await startProgram(temporaryFolder(), [], company.environment);
  const refused = await askWorld(unknown.url);
  expect(refused.status, refused.text).toBe(502);
  expect(refused.text).toContain('NODE_EXTRA_CA_CERTS');
  // Not a byte of a request, so no token either.
  expect(company.requests()).toBe(0);

  const folder = temporaryFolder();
  const file = path.join(folder, 'company.pem');
  writeFileSync(file, certificate.cert);
  const trusting = await startProgram(temporaryFolder(), [], { ...company.environment, NODE_EXTRA_CA_CERTS: file });
  await expectServed(trusting.url);
  keepRow('W-017', 'TLS that is opened: with its CA named, and without', 2);
});

/** Looks names up in a file, from inside the program: what a resolver says can change there. */
const resolver = (file: string) => `
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const asked = dns.lookup;
dns.lookup = (host, options, callback) => {
  if (host !== 'copilot.test') return asked.call(dns, host, options, callback);
  const address = readFileSync(${JSON.stringify(file)}, 'utf8').trim();
  if (options?.all) setImmediate(callback, null, [{ address, family: 4 }]);
  else setImmediate(callback, null, address, 4);
};
syncBuiltinESMExports();
`;

test('W-021 a name that moves to another address is followed: when its connections end, and when they rest', async () => {
  const folder = temporaryFolder();
  const address = path.join(folder, 'address.txt');
  const hook = path.join(folder, 'resolver.mjs');
  writeFileSync(hook, resolver(address));
  const certificate = testCertificate(['copilot.test']);
  const trusted = path.join(folder, 'copilot.pem');
  writeFileSync(trusted, certificate.cert);
  const seen: string[] = [];
  const closers: (() => void)[] = [];
  const copilot = (host: string) => {
    const server = https.createServer(certificate, (request, response) => {
      request.resume();
      // It says how long it keeps a connection that rests: not long.
      response.setHeader('keep-alive', 'timeout=2');
      if (request.url === '/models') return void response.end(JSON.stringify({ data: rawModels }));
      seen.push(host);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(goodStreams.messages.frames.map((frame) => `${frame}\n\n`).join(''));
    });
    closers.push(() => (server.closeAllConnections(), void server.close()));
    return server;
  };
  const port = await startServer(copilot('127.0.0.2'), 0, '127.0.0.2');
  await startServer(copilot('127.0.0.3'), port, '127.0.0.3');
  const github = await startGithub();
  writeFileSync(address, '127.0.0.2');
  const program = await startProgram(temporaryFolder(), [], {
    ...worldEnvironment(github.port),
    CROSSFEED_COPILOT_API_URL: `https://copilot.test:${port}`,
    CROSSFEED_ALLOWED_HOSTS: 'copilot.test',
    NODE_EXTRA_CA_CERTS: trusted,
    NODE_OPTIONS: `--import=${hook}`,
  });
  await expectServed(program.url);
  expect(seen.at(-1)).toBe('127.0.0.2');
  const hosts = ['127.0.0.2', '127.0.0.3'] as const;
  const moves = roundsOf(1, 9);
  for (let move = 1; move <= moves; move += 1) {
    // It rests, and its name moves.
    writeFileSync(address, hosts[move % 2] ?? '');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await expectServed(program.url);
    expect(seen.at(-1)).toBe(hosts[move % 2]);
  }
  // It moves back, and the server of before is gone.
  writeFileSync(address, hosts[0]);
  closers[1]?.();
  await expectServed(program.url);
  expect(seen.at(-1)).toBe(hosts[0]);
  keepRow('W-021', 'a name that moves to another address', moves + 1);
});
