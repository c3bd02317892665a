/**
 * The packed package, installed and used as people do: the command, the library, the simulator, the types. CI does it on the
 * Node that runs the tests; `npm run test:package` on the oldest that is allowed and on the newest of three lines.
 */
import { spawn } from 'node:child_process';
import http from 'node:http';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { simulatedGithubToken } from '../../src/simulator/index.ts';
import { installClient } from '../clients/client-cache.ts';
import { installArchive, nodeOf, packInto, root, runIn, userEnvironment } from '../support/packed-package.ts';
import { useSimulator } from '../support/use-simulator.ts';

const allNodes = process.env['CROSSFEED_PACKAGE_NODES'];
const nodeVersions = allNodes === undefined ? [process.versions.node] : allNodes.split(',');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
const apiKey = 'a-key-of-the-package-test';
const simulator = useSimulator();

const place = mkdtempSync(path.join(tmpdir(), 'crossfeed-package-'));
let archive: string;
beforeAll(async () => {
  archive = await packInto(place);
}, 240_000);
// Three installations, and the cache of npx.
afterAll(() => rmSync(place, { recursive: true, force: true }), 240_000);

describe.each(nodeVersions)('on Node %s', (nodeVersion) => {
  const home = path.join(place, nodeVersion);
  const project = path.join(home, 'project');
  let node = '';
  let env: Record<string, string> = {};
  let notRun: string | null = null;

  beforeAll(async () => {
    const found = await nodeOf(nodeVersion);
    if ('why' in found) {
      notRun = `not run: the package on Node ${nodeVersion}, ${found.why}`;
      console.log(notRun);
      return;
    }
    ({ node } = found);
    env = userEnvironment(node, home);
    await installArchive(project, archive, env);
  }, 240_000);

  beforeEach((context) => {
    if (notRun !== null) context.skip(notRun);
  });

  /** The installed command, until it is ready; killed after the test. */
  async function startInstalled(flags: readonly string[], more: Readonly<Record<string, string>> = {}) {
    const state = mkdtempSync(path.join(home, 'state-'));
    const readyFile = path.join(state, 'ready.json');
    const started = ['start', '--port', '0', '--ready-file', readyFile, ...flags];
    const child = spawn(path.join(project, 'node_modules/.bin/crossfeed'), started, {
      env: { ...env, CROSSFEED_HOME: state, CROSSFEED_API_KEY: apiKey, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    while (!existsSync(readyFile)) {
      if (child.exitCode !== null) throw new Error(said);
      await wait(20);
    }
    const { url } = JSON.parse(readFileSync(readyFile, 'utf8')) as { url: string };
    return { url, state, exited, said: () => said, end: () => child.kill('SIGTERM') };
  }

  test('npx runs the command', async () => {
    expect((await runIn(project, env, ['npx', '--no-install', 'crossfeed', '--version'])).out.trim()).toBe(version);
  });

  test.skipIf(allNodes === undefined)(
    'npx runs it straight from the archive, with the optional parts',
    async () => {
      const words = ['npx', '--yes', '--cache', path.join(home, 'cache'), `--package=${archive}`, '--', 'crossfeed'];
      expect((await runIn(home, env, [...words, '--version'])).out.trim()).toBe(version);
    },
    240_000,
  );

  test('it streams an answer, counts tokens in its worker, serves its page, and ends', async () => {
    const proxy = await startInstalled(['--simulate', '--json']);
    const post = (route: string, body: object) =>
      fetch(proxy.url + route, {
        method: 'POST',
        headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-5.2', messages: [{ role: 'user', content: 'Hello' }], ...body }),
      });
    const streamed = await post('/v1/messages', { stream: true, max_tokens: 100 });
    expect(await streamed.text()).toContain('event: message_stop');
    expect(streamed.headers.get('x-crossfeed-lane')).toBe('translated');
    const counted = await post('/v1/messages/count_tokens', {});
    expect((await counted.json()) as object).toHaveProperty('input_tokens');
    expect(await (await fetch(`${proxy.url}/ui/`)).text()).toContain('/ui/assets/');
    proxy.end();
    expect(await proxy.exited).toBe(0);
    // What is compiled is kept for the next start.
    expect(existsSync(path.join(proxy.state, 'compiled', version))).toBe(true);
  });

  // What of undici is part of our files is not what the other tests run on.
  test('it finds its way through a network proxy', async () => {
    const asked: string[] = [];
    const between = http.createServer((request, response) => {
      asked.push(request.url ?? '');
      const { method = 'GET', headers } = request;
      const onward = http.request(request.url ?? '', { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      between.close();
      between.closeAllConnections();
    });
    const { url } = simulator();
    const proxy = await startInstalled(['--json'], {
      HTTP_PROXY: `http://127.0.0.1:${(between.address() as AddressInfo).port}`,
      CROSSFEED_GITHUB_TOKEN: simulatedGithubToken,
      CROSSFEED_GITHUB_URL: url,
      CROSSFEED_GITHUB_API_URL: url,
    });
    const reply = await fetch(`${proxy.url}/v1/models`, { headers: { 'x-api-key': apiKey } });
    expect(reply.status).toBe(200);
    expect(asked.filter((one) => !one.startsWith(url))).toEqual([]);
    expect(asked).toContain(`${url}/models`);
  });

  test('without the optional parts it says what is missing, and goes on', async () => {
    for (const name of ['sharp', 'pino-pretty', '@napi-rs/keyring'])
      expect(existsSync(path.join(project, 'node_modules', name)), name).toBe(false);
    const proxy = await startInstalled(['--simulate', '--log-format', 'pretty']);
    expect((await fetch(`${proxy.url}/healthz`)).status).toBe(200);
    proxy.end();
    expect(await proxy.exited).toBe(0);
    expect(proxy.said()).toMatch(/pino-pretty/);
  });

  test.each([
    ['library.mjs', /tokens of output\n200 You asked: “Say hello\.”/],
    ['simulator.mjs', /You asked: “Say hello\.”[^]*what the real one would mind: \[\]/],
  ])('the example %s does what it says', async (name, words) => {
    cpSync(path.join(root, 'examples', name), path.join(project, name));
    const told = { ...env, GITHUB_TOKEN: simulatedGithubToken, GITHUB_URL: simulator().url };
    expect((await runIn(project, told, [node, name])).out).toMatch(words);
  });
});

test('the types are whole: nothing of ours is skipped where a strict program uses them', async () => {
  const project = path.join(place, 'typed');
  const env = userEnvironment(process.execPath, place);
  await installArchive(project, archive, env, []);
  const types = path.join(project, 'node_modules/@types');
  if (!existsSync(types)) symlinkSync(path.join(root, 'node_modules/@types'), types, 'junction');
  writeFileSync(
    path.join(project, 'program.ts'),
    `import { createProxy, ConfigError, type EmbeddedProxy, type ExchangeEvent } from 'crossfeed';
     import { createSimulator, type Simulator } from 'crossfeed/simulator';
     export const simulator: Simulator = createSimulator({ scenario: { login: 'me' } });
     export const proxy: EmbeddedProxy = await createProxy({ githubToken: null, apiKey: null, settings: { 'server.port': 0 } });
     // @ts-expect-error -- a port is a number
     export const wrong = createProxy({ githubToken: null, apiKey: null, settings: { 'server.port': 'x' } });
     // @ts-expect-error -- there is no such setting
     export const unknown = createProxy({ githubToken: null, apiKey: null, settings: { 'server.prot': 1 } });
     proxy.events.subscribe((event: ExchangeEvent) => void (event.type === 'usage' && event.usage.outputTokens));
     export const { problems }: ConfigError = new ConfigError(['x']);
    `,
  );
  const compilerOptions = { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, types: ['node'] };
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  expect((await runIn(project, env, [process.execPath, tsc, '-p', '.'])).out).toBe('');
}, 240_000);

test.skipIf(allNodes === undefined)(
  'every way to resolve the types of an ES module finds them (attw)',
  async (context) => {
    const installed = await installClient('@arethetypeswrong/cli', '0.18.5');
    if (!installed.ok) return context.skip(`not run: attw, ${installed.why}`);
    const attw = path.join(installed.folder, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const env = userEnvironment(process.execPath, place);
    const { out } = await runIn(place, env, [process.execPath, attw, archive, '--profile', 'esm-only', '--no-emoji']);
    // It fails where there is a problem; this says that it looked at both.
    expect(out.match(/node16 \(from ESM\): OK \(ESM\)/g)).toHaveLength(2);
  },
  240_000,
);
