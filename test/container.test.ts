/**
 * The container's files, read as what they are: no Docker runs here. What they rely on is tried without one: the
 * program in the image's own environment, and the image's own question after its health.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { misspeltVariables, variables } from '../src/config/environment.ts';
import { simulatedOauthToken } from '../src/simulator/index.ts';
import { spawnProxy } from './support/spawn-proxy.ts';
import { useSimulator } from './support/use-simulator.ts';

const root = path.join(import.meta.dirname, '..');
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');

/** The instructions of each stage, continued lines joined. */
const stages = read('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, ' ')
  .split(/^(?=FROM )/m)
  .filter((stage) => stage.trim() !== '')
  .map((stage) => stage.split('\n').filter((line) => line.trim() !== ''));
const last = stages.at(-1)!;
const argumentsOf = (name: string) =>
  last.filter((line) => line.trim().startsWith(`${name} `)).map((line) => line.trim().slice(name.length + 1));
const environment = Object.fromEntries(
  argumentsOf('ENV').flatMap((line) => line.split(/\s+/).map((pair) => pair.split('=') as [string, string])),
);

/** What of the checkout the image's build may see. */
const shown = read('.dockerignore')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1));

test('the image is built in stages, and what runs is not root', () => {
  expect(stages.map(([from]) => from!.split(' ').slice(1))).toEqual([
    ['node:24-bookworm-slim', 'AS', 'build'],
    ['node:24-bookworm-slim', 'AS', 'modules'],
    ['node:24-bookworm-slim'],
  ]);
  const order = last.map((line) => line.trim().split(' ')[0]);
  expect(order.indexOf('USER')).toBeGreaterThan(order.lastIndexOf('RUN'));
  expect(order.indexOf('USER')).toBeLessThan(order.indexOf('ENTRYPOINT'));
  expect(argumentsOf('USER')).toEqual(['node']);
  expect(argumentsOf('VOLUME')).toEqual([environment['CROSSFEED_HOME']]);
});

test('what the build copies is there and not hidden from it; no secret can be', () => {
  for (const stage of stages.slice(0, 2)) {
    const copied = stage.filter((line) => line.startsWith('COPY ')).flatMap((line) => line.split(' ').slice(1, -1));
    for (const name of copied.filter((one) => one !== '.')) {
      expect(shown).toContain(name);
    }
  }
  for (const name of shown) expect(existsSync(path.join(root, name)), name).toBe(true);
  expect(read('.dockerignore').split('\n')[0]).toBe('*');
  // The npm scripts of the build, and what they read.
  for (const name of ['src', 'web', 'scripts', 'tsconfig.build.json', 'tsconfig.json']) expect(shown).toContain(name);
});

test('its variables are ours', () => {
  const ours = Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('CROSSFEED_')));
  expect(misspeltVariables(ours)).toEqual([]);
  expect(Object.keys(variables)).toEqual(expect.arrayContaining(['CROSSFEED_HOST', 'CROSSFEED_PORT', 'CROSSFEED_LAN']));
  expect(argumentsOf('EXPOSE')).toEqual([environment['CROSSFEED_PORT']]);
});

const simulator = useSimulator();

test('the program lives in that environment, writes into the volume alone, and is found well', async () => {
  const elsewhere = mkdtempSync(path.join(tmpdir(), 'crossfeed-root-'));
  const { CROSSFEED_HOME: _volume, CROSSFEED_PORT: _port, CROSSFEED_HOST: _host, ...rest } = environment;
  const proxy = await spawnProxy({
    upstreamUrl: simulator().url,
    githubToken: simulatedOauthToken,
    apiKey: 'a-key-for-the-container',
    env: { ...rest, HOME: path.join(elsewhere, 'home'), TMPDIR: path.join(elsewhere, 'tmp') },
  });
  try {
    const [program, ...args] = JSON.parse(
      /CMD (\[.*\])$/.exec(argumentsOf('HEALTHCHECK')[0]!)![1]!,
    ) as readonly string[];
    expect(program).toBe('node');
    const ask = (port: string) =>
      promisify(execFile)(process.execPath, args, { env: { CROSSFEED_PORT: port } }).then(
        () => 0,
        (error: { code: number }) => error.code,
      );
    expect(await ask(String(proxy.port))).toBe(0);
    expect(readdirSync(elsewhere)).toEqual([]);
    await proxy.close();
    expect(await ask(String(proxy.port))).toBe(1);
  } finally {
    await proxy.close();
    rmSync(elsewhere, { recursive: true });
  }
});

test('compose gives the port to this machine alone, and nothing but the volume to write to', () => {
  const compose = read('compose.yaml');
  const lines = compose.split('\n').map((line) => line.trim());
  expect(lines).toContain(`- '127.0.0.1:${environment['CROSSFEED_PORT']}:${environment['CROSSFEED_PORT']}'`);
  for (const line of [
    'read_only: true',
    '- ALL',
    '- no-new-privileges:true',
    `- crossfeed:${environment['CROSSFEED_HOME']}`,
  ])
    expect(lines).toContain(line);
  const named = Object.fromEntries(
    [...compose.matchAll(/(CROSSFEED_\w+): (\S+)/g)].map(([, name, value]) => [name, value]),
  );
  expect(named).toEqual({
    CROSSFEED_GITHUB_TOKEN_FILE: '/run/secrets/github-token',
    CROSSFEED_API_KEY_FILE: '/run/secrets/caller-key',
  });
  expect(misspeltVariables(named)).toEqual([]);
  // The secrets' own files are in nobody's commit and nobody's image.
  for (const file of compose.matchAll(/file: \.\/(\S+)/g)) expect(read('.gitignore').split('\n')).toContain(file[1]);
});
