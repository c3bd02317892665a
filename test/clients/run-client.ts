/** Runs one client to its end within bounded time, and keeps what it printed. */
import { spawn } from 'node:child_process';
import type { ClientPlace, Launch } from './client-case.ts';

export interface ClientRun {
  /** Null if it had to be killed, or could not be started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

const timeLimitMs = 90_000;
const patienceMs = 3000;

export interface ClientWorld {
  /** The HTTP proxy that stands for the outside. */
  readonly outsideUrl: string;
  /** Resolves when the person at the keyboard has had enough; never, unless a task says so. */
  readonly interrupted?: Promise<void>;
}

export function runClient(
  launch: Launch,
  place: ClientPlace,
  { outsideUrl, interrupted }: ClientWorld,
): Promise<ClientRun> {
  return new Promise((resolve) => {
    const isScript = /\.[cm]?[jt]s$/.test(launch.program);
    const [command, script] = isScript ? [process.execPath, [launch.program]] : [launch.program, []];
    const child = spawn(command, [...script, ...launch.args], {
      cwd: place.cwd,
      // A process group of its own: the clients start native programs, which must not outlive the time limit.
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: place.home,
        USERPROFILE: place.home,
        LANG: 'C.UTF-8',
        HTTP_PROXY: outsideUrl,
        HTTPS_PROXY: outsideUrl,
        http_proxy: outsideUrl,
        https_proxy: outsideUrl,
        NO_PROXY: '127.0.0.1,localhost,::1',
        no_proxy: '127.0.0.1,localhost,::1',
        ...launch.env,
      },
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const signalAll = (signal: NodeJS.Signals) => {
      if (child.pid === undefined) return;
      try {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
      } catch {
        // The group is gone already.
      }
    };
    const limit = setTimeout(() => {
      timedOut = true;
      signalAll('SIGKILL');
    }, timeLimitMs);
    let goodbye: NodeJS.Timeout | undefined;
    void interrupted?.then(() => {
      signalAll('SIGINT');
      // Some ask for a second one before they leave.
      goodbye = setTimeout(() => signalAll('SIGKILL'), patienceMs);
    });
    const finish = (exitCode: number | null) => {
      clearTimeout(limit);
      clearTimeout(goodbye);
      signalAll('SIGKILL');
      resolve({ exitCode, stdout, stderr, timedOut });
    };
    child.once('error', (error) => {
      stderr += error.message;
      finish(null);
    });
    child.once('close', (code) => finish(code));
  });
}
