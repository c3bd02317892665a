/** One task of one client, from an empty home to a verdict: its own simulator, its own proxy, its own folders. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulator, simulatedGithubToken, type Simulator } from '../../src/simulator/index.ts';
import { spawnProxy, type SpawnedProxy } from '../support/spawn-proxy.ts';
import { installClient } from './client-cache.ts';
import type { ClientCase } from './client-case.ts';
import { complaints } from './judge.ts';
import { runClient, type ClientRun } from './run-client.ts';
import type { ShutDoor } from './shut-door.ts';
import type { ClientTask } from './tasks.ts';

export interface Verdict {
  readonly clientCase: ClientCase;
  readonly task: ClientTask;
  readonly result: 'passed' | 'failed' | 'not run';
  readonly note: string;
  /** What everybody printed, where it failed. */
  readonly output: string;
}

const callerKey = 'cf_key-of-the-client-runs';

export interface CaseOptions {
  readonly clientCase: ClientCase;
  readonly task: ClientTask;
  readonly door: ShutDoor;
  /** Where the bodies that reached the simulator are written, if anywhere. */
  readonly recordFolder: string | undefined;
}

export async function runCase({ clientCase, task, door, recordFolder }: CaseOptions): Promise<Verdict> {
  const end = (result: Verdict['result'], note: string, output = ''): Verdict => ({
    clientCase,
    task,
    result,
    note,
    output,
  });
  const installed = await installClient(clientCase.package, clientCase.version);
  if (!installed.ok) return end('not run', installed.why);
  const simulator = createSimulator();
  const home = mkdtempSync(join(tmpdir(), 'crossfeed-client-home-'));
  const cwd = mkdtempSync(join(tmpdir(), 'crossfeed-client-work-'));
  let proxy: SpawnedProxy | undefined;
  try {
    for (const [name, content] of Object.entries(task.files)) writeFileSync(join(cwd, name), content);
    const { url: upstreamUrl } = await simulator.listen();
    // In debug mode the proxy holds what it translates to the protocol's grammar.
    const env = {
      CROSSFEED_LOG_LEVEL: 'debug',
      ...(clientCase.searches && { CROSSFEED_WEB_SEARCH: 'seat' }),
      ...(task.budget && { CROSSFEED_BUDGETS: task.budget }),
    };
    proxy = await spawnProxy({ upstreamUrl, githubToken: simulatedGithubToken, apiKey: callerKey, env });
    const place = { packages: installed.folder, home, cwd, url: proxy.url, key: callerKey };
    const startedMs = performance.now();
    clientCase.configure?.(place);
    const runs: ClientRun[] = [];
    for (const [index, { prompt }] of task.turns.entries()) {
      const run = await runClient(clientCase.launch(place, { prompt, goesOn: index > 0 }), place, door.url);
      runs.push(run);
      if (run.exitCode !== 0) break;
    }
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    const asked = door.takeAsked();
    if (recordFolder !== undefined) record(recordFolder, `${clientCase.title}, ${task.id}`, simulator);
    // The proxy says what it served when it ends: nothing is judged before its last line is out.
    await proxy.close();
    const finished = { task, runs, cwd, clientCase, simulator, proxyOutput: proxy.output(), asked };
    const wrong = complaints(finished);
    const refused = simulator.requests.filter(({ status }) => status !== null && status >= 400).length;
    const note = `${seconds} s, ${simulator.requests.length} upstream requests (${refused} refused there)`;
    if (wrong.length === 0) return end('passed', note);
    const printed = runs.flatMap((run) => [run.stdout, run.stderr]);
    return end('failed', wrong.join('; '), [...printed, '--- proxy', proxy.output()].join('\n'));
  } catch (error) {
    return end('failed', (error as Error).message, proxy?.output());
  } finally {
    await proxy?.close();
    await simulator.close();
    for (const folder of [home, cwd]) rmSync(folder, { recursive: true, force: true });
  }
}

function record(folder: string, title: string, simulator: Simulator): void {
  const name = title.replaceAll(/[^a-z0-9]+/gi, '-');
  mkdirSync(folder, { recursive: true });
  for (const [index, request] of simulator.requests.filter(({ method }) => method === 'POST').entries()) {
    const { path, headers, json, status } = request;
    writeFileSync(join(folder, `${name}-${index}.json`), JSON.stringify({ path, status, headers, json }, null, 1));
  }
}
