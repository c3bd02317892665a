/** Every shell command of README and docs, typed in a sandboxed home on a simulated seat: what a newcomer reads, works. */
import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { tools } from '../../src/connect/tools.ts';
import {
  createSimulator,
  defaultScenario,
  simulatedGithubToken,
  simulatedPatToken,
} from '../../src/simulator/index.ts';
import { asTyped, before, endsWith, goesOn, notRun, standIns, type DocWorld } from '../support/doc-command-rules.ts';
import { readDocCommands } from '../support/doc-commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = path.join(import.meta.dirname, '../..');
// CI has just built it; elsewhere what is built may be old.
const built = path.join(root, 'dist/cli/main.js');
const main = process.env['CI'] && existsSync(built) ? built : path.join(root, 'src/cli/main.ts');
const commands = readDocCommands(root);
/** Long beyond what any of them takes: a busy machine is no fault of a page. */
const patienceMs = 60_000;

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** `until` ends it as Ctrl-C does, as soon as it was said. */
async function type(text: string, env: NodeJS.ProcessEnv, cwd: string, until?: string): Promise<Ended> {
  const child = spawn('bash', ['-c', until === undefined ? text : `exec env ${text}`], { cwd, env, detached: true });
  child.stdin.end();
  let said = '';
  let isAsked = false;
  const hear = (piece: Buffer) => {
    said += piece.toString('utf8');
    if (until === undefined || isAsked || !said.includes(until)) return;
    isAsked = true;
    endGroup(child, 'SIGINT');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const late = setTimeout(() => {
    said += '\n(it did not end)';
    endGroup(child, 'SIGKILL');
  }, patienceMs);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(late);
  return { code, said };
}

/** The shell and all that it started. */
function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

async function stage() {
  const simulator = createSimulator({
    scenario: { device: { ...defaultScenario.device, pendingPolls: 0, intervalS: 1 } },
  });
  const { url: github } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const home = temporaryFolder();
  const bin = path.join(home, 'bin');
  mkdirSync(bin);
  mkdirSync(path.join(home, '.config/fish/completions'), { recursive: true });
  const program = (name: string, script: string) => {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(bin, name), 0o755);
  };
  program('crossfeed', `exec "${process.execPath}" "${main}" "$@"`);
  for (const name of [...tools.flatMap(({ binaries }) => binaries), ...standIns]) program(name, 'echo 1.0.0');
  const messages = [{ role: 'user', content: 'Say hello.' }];
  writeFileSync(path.join(home, 'body.json'), JSON.stringify({ model: 'gpt-4.1', max_tokens: 100, messages }));
  writeFileSync(path.join(home, 'responses.json'), JSON.stringify({ model: 'gpt-6-luna', input: 'Say hello.' }));
  writeFileSync(path.join(home, 'token.txt'), simulatedPatToken);
  writeFileSync(path.join(home, 'your-program.js'), '');
  const env = {
    PATH: `${bin}:${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    CROSSFEED_HOME: path.join(home, '.crossfeed'),
    CROSSFEED_GITHUB_URL: github,
    CROSSFEED_GITHUB_API_URL: github,
    CROSSFEED_COPILOT_API_URL: github,
    CROSSFEED_NO_BROWSER: '1',
    CROSSFEED_YES: '1',
    SHELL: '/bin/bash',
  };
  return { home, env, running: runningProxy(home, env) };
}

/** The proxy that the pages speak to; started again where a command has stopped it. */
function runningProxy(home: string, env: NodeJS.ProcessEnv) {
  const readyFile = path.join(home, 'ready.json');
  let proxy: { readonly child: ChildProcess; readonly world: DocWorld; readonly key: string } | null = null;
  let gone: Promise<unknown> = Promise.resolve();
  onTestFinished(async () => {
    if (proxy !== null) endGroup(proxy.child, 'SIGKILL');
    await gone;
  });
  const start = async () => {
    if (proxy !== null && proxy.child.exitCode === null) return proxy;
    rmSync(readyFile, { force: true });
    const settings = ['metrics.port=0', 'capture.enabled=true'].map((one) => `--set ${one}`).join(' ');
    const words = `exec crossfeed start -p 0 --ready-file ${readyFile} --no-pace --json ${settings}`;
    const child = spawn('bash', ['-c', words], { cwd: home, env, detached: true });
    gone = new Promise((resolve) => child.once('close', resolve));
    let said = '';
    child.stdout.on('data', (piece: Buffer) => (said += piece.toString('utf8')));
    child.stderr.on('data', (piece: Buffer) => (said += piece.toString('utf8')));
    while (!existsSync(readyFile) || !said.includes('metricsUrl')) {
      if (child.exitCode !== null) throw new Error(`the proxy did not start: ${said}`);
      await wait(20);
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own form
    const { url } = JSON.parse(readFileSync(readyFile, 'utf8')) as { url: string };
    const metricsUrl = /"metricsUrl":"([^"]+)"/.exec(said)?.[1]?.replace(/\/metrics$/, '') ?? '';
    const key = (await type('crossfeed keys show', env, home)).said.trim();
    const reply = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: readFileSync(path.join(home, 'body.json')),
    });
    await reply.text();
    const sessions = (await type('crossfeed sessions --json', env, home)).said;
    const session = /"(?:session|id)": ?"([^"]+)"/.exec(sessions)?.[1] ?? '';
    const today = new Date().toISOString().slice(0, 10);
    const exchange = reply.headers.get('x-crossfeed-exchange') ?? '';
    proxy = { child, key, world: { url, metricsUrl, exchange, session, today, githubToken: simulatedGithubToken } };
    return proxy;
  };
  return { start, ended: () => gone };
}

test.skipIf(process.platform === 'win32')('commands of README and docs', { timeout: 360_000 }, async () => {
  const { home, env, running } = await stage();
  // The pages begin with a sign-in; their proxy needs one before.
  await type('crossfeed login --github-token-stdin < token.txt', env, home);
  const faults: string[] = [];
  const typed = new Set<string>();
  for (const { page, line, text } of commands) {
    if (typed.has(text) || notRun.some(({ command }) => command.test(text))) continue;
    typed.add(text);
    const { world, key } = await running.start();
    const stays = goesOn.find(({ command }) => command.test(text));
    const code = endsWith.find(({ command }) => command.test(text))?.code ?? 0;
    for (const { command, first } of before) if (command.test(text)) await type(first, env, home);
    const begun = performance.now();
    // What listens itself has a home of its own: a home has one proxy.
    const own = stays?.isProxy
      ? {
          CROSSFEED_HOME: path.join(home, `other-${typed.size}`),
          CROSSFEED_PORT: '0',
          CROSSFEED_GITHUB_TOKEN: simulatedGithubToken,
        }
      : {};
    const ended = await type(asTyped(text, world), { ...env, KEY: key, ...own }, home, stays?.says);
    if (text.startsWith('crossfeed stop')) await running.ended();
    if (process.env['DOC_TIMES'])
      appendFileSync(
        process.env['DOC_TIMES'],
        `${Math.round(performance.now() - begun)} ${ended.code} ${text}\n${ended.code === code ? '' : ended.said.slice(-700)}\n`,
      );
    if (ended.code !== code)
      faults.push(`${page}:${line}: ${text}\n  ended with ${ended.code}: ${ended.said.slice(-600)}`);
  }
  expect(faults.join('\n'), `${faults.length} of ${typed.size} commands failed`).toBe('');
  expect(typed.size).toBeGreaterThan(100);
});

test('what is not run, and what ends otherwise, stands in a page', () => {
  const rows = [...notRun, ...endsWith, ...goesOn];
  expect(rows.filter(({ command }) => !commands.some(({ text }) => command.test(text)))).toEqual([]);
});
