/** The program itself as a child process, started as the README says: for what only a whole process can show. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface SpawnProxyOptions {
  /** The simulator's origin: GitHub, its API and Copilot in one. */
  readonly upstreamUrl: string;
  readonly githubToken: string;
  readonly apiKey: string;
  /** Further arguments after `start --port 0 --ready-file FILE`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Its configuration file. */
  readonly config?: object;
  /** Hears all that it prints, of which `output` holds the end. */
  readonly onOutput?: (text: string) => void;
}

export interface SpawnedProxy {
  /** The origin, without slash or `/v1`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly home: string;
  /** The origin of its second listener, where `args` ask for one. */
  readonly ollamaUrl: string | null;
  /** What it printed so far, both streams: of very much the end. */
  output(): string;
  signal(name: 'SIGTERM' | 'SIGINT'): void;
  /** The exit code, or null if a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Asks it to end, insists after 5 s, and removes its home. */
  close(): Promise<void>;
}

const readyTimeoutMs = 60_000;
/** In characters. An hour under load says half a gigabyte, more than one text may hold. */
const keptOutput = 64 * 1024 * 1024;
const program = new URL('../../src/cli/main.ts', import.meta.url).pathname;

/** Only what a program needs to run: a developer's own tokens and settings must not reach a test. */
function environment(options: SpawnProxyOptions, home: string): Record<string, string> {
  const kept = ['PATH', 'SystemRoot', 'TEMP', 'TMPDIR', 'LANG'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    CROSSFEED_HOME: home,
    CROSSFEED_API_KEY: options.apiKey,
    CROSSFEED_GITHUB_TOKEN: options.githubToken,
    CROSSFEED_GITHUB_URL: options.upstreamUrl,
    CROSSFEED_GITHUB_API_URL: options.upstreamUrl,
    CROSSFEED_COPILOT_API_URL: options.upstreamUrl,
    CROSSFEED_LOG_FORMAT: 'json',
    ...options.env,
  };
}

export async function spawnProxy(options: SpawnProxyOptions): Promise<SpawnedProxy> {
  const home = mkdtempSync(join(tmpdir(), 'crossfeed-home-'));
  const readyFile = join(home, 'ready.json');
  if (options.config !== undefined) writeFileSync(join(home, 'config.jsonc'), JSON.stringify(options.config));
  const child = spawn(
    process.execPath,
    [program, 'start', '--port', '0', '--ready-file', readyFile, ...(options.args ?? [])],
    { env: environment(options, home), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length > keptOutput) output = output.slice(-keptOutput / 2);
      options.onOutput?.(text);
    });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(late);
    }
    rmSync(home, { recursive: true, force: true });
  };
  const deadline = performance.now() + readyTimeoutMs;
  const hasSecond = options.args?.some((flag) => flag === '--ollama' || flag.startsWith('--ollama=')) ?? false;
  // The file does not say where the second listener is; the log does, a moment later.
  const isReady = () => existsSync(readyFile) && (!hasSecond || output.includes('"ollamaUrl"'));
  while (!isReady()) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await close();
      throw new Error(`the program did not become ready:\n${output}`);
    }
    await wait(20);
  }
  const { pid, port, url } = JSON.parse(readFileSync(readyFile, 'utf8')) as { pid: number; port: number; url: string };
  const said = { url, port, pid, home, ollamaUrl: /"ollamaUrl":"([^"]+)"/.exec(output)?.[1] ?? null };
  return { ...said, output: () => output, signal: (name) => void child.kill(name), exited, close };
}
