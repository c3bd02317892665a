/** One task of one client, from an empty home to a verdict: its own simulator, its own proxy, its own folders. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createSimulator, simulatedGithubToken, type Simulator } from '../../src/simulator/index.ts';
import { spawnProxy, type SpawnedProxy } from '../support/spawn-proxy.ts';
import { installClient } from './client-cache.ts';
import type { ClientCase } from './client-case.ts';
import { complaints } from './judge.ts';
import { runClient, type ClientRun } from './run-client.ts';
import { openShutDoor } from './shut-door.ts';
import { overflow, type ClientTask } from './tasks.ts';

export interface Verdict {
  readonly clientCase: ClientCase;
  readonly task: ClientTask;
  readonly result: 'passed' | 'failed' | 'not run';
  readonly note: string;
  /** What everybody printed, where it failed. */
  readonly output: string;
}

const callerKey = 'cf_key-of-the-client-runs';
/** How long an answer runs before the person interrupts it, and how long the upstream may take to notice. */
const hadEnoughMs = 800;
const noticeMs = 5000;
/** A client that asks nothing by then is judged for that. */
const patienceMs = 60_000;

export interface CaseOptions {
  readonly clientCase: ClientCase;
  readonly task: ClientTask;
  /** Where the bodies that reached the simulator are written, if anywhere. */
  readonly recordFolder: string | undefined;
}

export async function runCase({ clientCase, task, recordFolder }: CaseOptions): Promise<Verdict> {
  const end = (result: Verdict['result'], note: string, output = ''): Verdict => ({
    clientCase,
    task,
    result,
    note,
    output,
  });
  const installed = await installClient(clientCase.package, clientCase.version, clientCase.beside);
  if (!installed.ok) return end('not run', installed.why);
  const faults = clientCase.overflows ? overflow : (task.faults ?? []);
  const simulator = createSimulator({ scenario: { faults } });
  const home = mkdtempSync(join(tmpdir(), 'crossfeed-client-home-'));
  const cwd = mkdtempSync(join(tmpdir(), 'crossfeed-client-work-'));
  const door = await openShutDoor();
  let proxy: SpawnedProxy | undefined;
  try {
    for (const [name, content] of Object.entries(task.files))
      writeFileSync(join(cwd, name), content, task.image === name ? 'base64' : 'utf8');
    const { url: upstreamUrl } = await simulator.listen();
    // In debug mode the proxy holds what it translates to the protocol's grammar.
    const env = {
      CROSSFEED_LOG_LEVEL: 'debug',
      ...(clientCase.searches && { CROSSFEED_WEB_SEARCH: 'seat' }),
      ...(task.budget && { CROSSFEED_BUDGETS: task.budget }),
    };
    const args = clientCase.proxyFlags ?? [];
    proxy = await spawnProxy({ upstreamUrl, githubToken: simulatedGithubToken, apiKey: callerKey, env, args });
    const { url, ollamaUrl } = proxy;
    const place = { packages: installed.folder, home, cwd, url, ollamaUrl: ollamaUrl ?? url, key: callerKey };
    const spentBefore = spentNanoAiu(simulator);
    const startedMs = performance.now();
    clientCase.configure?.(place);
    const runs: ClientRun[] = [];
    for (const [index, { prompt }] of task.turns.entries()) {
      const turn = { prompt, goesOn: index > 0, ...(task.image !== undefined && { image: task.image }) };
      const interrupted = task.ends === 'canceled' ? { interrupted: hadEnough(simulator) } : {};
      const run = await runClient(clientCase.launch(place, turn), place, { outsideUrl: door.url, ...interrupted });
      runs.push(run);
      if (run.exitCode !== 0) break;
    }
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    const asked = door.takeAsked();
    if (task.ends === 'canceled') await quietUpstream(simulator);
    if (recordFolder !== undefined) record(recordFolder, `${clientCase.title}, ${task.id}`, simulator);
    // The proxy says what it served when it ends: nothing is judged before its last line is out.
    await proxy.close();
    const billedNanoAiu = spentNanoAiu(simulator) - spentBefore;
    const seen = { simulator, billedNanoAiu, proxyOutput: proxy.output(), asked };
    const wrong = complaints({ task, runs, cwd, clientCase, ...seen });
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
    door.close();
    for (const folder of [home, cwd]) rmSync(folder, { recursive: true, force: true });
  }
}

const spentNanoAiu = ({ state }: Simulator) => Number(state.ledger['spentNanoAiu']);

async function hadEnough(simulator: Simulator): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (simulator.openStreams === 0 && performance.now() < deadline) await wait(50);
  await wait(hadEnoughMs);
}

async function quietUpstream(simulator: Simulator): Promise<void> {
  const deadline = performance.now() + noticeMs;
  while (simulator.openStreams > 0 && performance.now() < deadline) await wait(50);
}

function record(folder: string, title: string, simulator: Simulator): void {
  const name = title.replaceAll(/[^a-z0-9]+/gi, '-');
  mkdirSync(folder, { recursive: true });
  for (const [index, request] of simulator.requests.filter(({ method }) => method === 'POST').entries()) {
    const { path, headers, json, status } = request;
    writeFileSync(join(folder, `${name}-${index}.json`), JSON.stringify({ path, status, headers, json }, null, 1));
  }
}
