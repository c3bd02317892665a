/**
 * `npm run test:clients [-- --smoke] [--only claude-code,codex] [--verbose]`: real clients, pinned, create a file
 * through the program and the simulator. Not part of `npm test`: the clients come from the registry.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSimulator, simulatedGithubToken, type Simulator } from '../../src/simulator/index.ts';
import { spawnProxy, type SpawnedProxy } from '../support/spawn-proxy.ts';
import { claudeCodeCases } from './claude-code.ts';
import { installClient } from './client-cache.ts';
import type { ClientCase, ClientPlace } from './client-case.ts';
import { codexCases } from './codex.ts';
import { runClient, type ClientRun } from './run-client.ts';
import { openShutDoor, type ShutDoor } from './shut-door.ts';

const { values: options } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    only: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

type Verdict =
  | { readonly title: string; readonly result: 'passed'; readonly note: string }
  | { readonly title: string; readonly result: 'failed'; readonly note: string; readonly output: string }
  | { readonly title: string; readonly result: 'not run'; readonly note: string };

const callerKey = 'cf_key-of-the-client-runs';
const fileName = 'hello.txt';
const content = 'hello from crossfeed';
const prompt = `Create a file named ${fileName} with the content: ${content}`;

/** Everything that is wrong with a run, in words; nothing if it did what was asked. */
function complaints(
  run: ClientRun,
  place: ClientPlace,
  simulator: Simulator,
  proxy: SpawnedProxy,
  route: string,
): string[] {
  const file = join(place.cwd, fileName);
  const written = existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
  const exchanges = proxy
    .output()
    .split('\n')
    .filter((line) => line.includes(`"${route}"`));
  return [
    ...(run.timedOut ? ['ran out of time'] : []),
    ...(run.exitCode === 0 ? [] : [`exit code ${run.exitCode}`]),
    ...(written === content ? [] : [written === null ? `${fileName} is missing` : `${fileName} holds ${written}`]),
    ...(run.stdout.includes(fileName) ? [] : ['the final text does not name the file']),
    // One call to ask for the tool, one with its result: fewer means the client made the file up.
    ...(exchanges.length >= 2 ? [] : [`${exchanges.length} exchanges on ${route}`]),
    ...simulator.breaches.map((breach) => `breach: ${JSON.stringify(breach)}`),
    ...(simulator.openStreams === 0 ? [] : [`${simulator.openStreams} upstream streams are still open`]),
  ];
}

async function runCase(clientCase: ClientCase, door: ShutDoor): Promise<Verdict> {
  const { title } = clientCase;
  const installed = await installClient(clientCase.package, clientCase.version);
  if (!installed.ok) return { title, result: 'not run', note: installed.why };
  const simulator = createSimulator();
  const home = mkdtempSync(join(tmpdir(), 'crossfeed-client-home-'));
  const cwd = mkdtempSync(join(tmpdir(), 'crossfeed-client-work-'));
  let proxy: SpawnedProxy | undefined;
  try {
    const { url: upstreamUrl } = await simulator.listen();
    proxy = await spawnProxy({ upstreamUrl, githubToken: simulatedGithubToken, apiKey: callerKey });
    const place = { packages: installed.folder, home, cwd, url: proxy.url, key: callerKey };
    const startedMs = performance.now();
    const run = await runClient(clientCase.prepare(place, prompt), place, door.url);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    const wrong = complaints(run, place, simulator, proxy, clientCase.route);
    const asked = door.takeAsked();
    const refused = simulator.requests.filter(({ status }) => status !== null && status >= 400).length;
    const note = `${seconds} s, ${simulator.requests.length} upstream requests (${refused} refused there)`;
    if (options.verbose && asked.length > 0) console.log(`${title} asked for ${asked.join(', ')}`);
    if (wrong.length === 0) return { title, result: 'passed', note };
    const output = [run.stdout, run.stderr, '--- proxy', proxy.output()].join('\n');
    return { title, result: 'failed', note: wrong.join('; '), output };
  } finally {
    await proxy?.close();
    await simulator.close();
    for (const folder of [home, cwd]) rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const wanted = options.only?.split(',');
  const cases = [...claudeCodeCases, ...codexCases].filter(
    ({ client, smoke }) => (wanted?.includes(client) ?? true) && (!options.smoke || smoke),
  );
  const door = await openShutDoor();
  const verdicts: Verdict[] = [];
  try {
    for (const clientCase of cases) {
      const verdict = await runCase(clientCase, door).catch((error: Error): Verdict => ({
        title: clientCase.title,
        result: 'failed',
        note: error.message,
        output: '',
      }));
      if (verdict.result === 'failed') console.log(verdict.output.slice(-8000));
      verdicts.push(verdict);
    }
  } finally {
    door.close();
  }
  const width = Math.max(...verdicts.map(({ title }) => title.length));
  for (const { title, result, note } of verdicts)
    console.log(
      result === 'not run' ? `not run: ${title}, ${note}` : `${result.padEnd(7)} ${title.padEnd(width)}  ${note}`,
    );
  const count = (result: Verdict['result']) => verdicts.filter((verdict) => verdict.result === result).length;
  console.log(`${count('passed')} passed, ${count('failed')} failed`);
  if (count('failed') > 0 || verdicts.length === 0) process.exitCode = 1;
}

await main();
