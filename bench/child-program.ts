/** Starts and ends the bench's own programs, and asks them for their figures. Ends only what it started, by its pid. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { systemUsage } from './system-usage.ts';

export interface ChildUsage {
  readonly cpuMs: number;
  readonly rssMb: number;
}

export interface Child {
  /** Sends one message and waits for the next one that comes back. */
  ask(message: object): Promise<unknown>;
  next(): Promise<unknown>;
  /** CPU time so far and resident memory: by the program's own account with the probe, else by the kernel's. */
  usage(): Promise<ChildUsage>;
  hasEnded(): boolean;
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** Absent: this Node, and the program can be asked. Another program is only watched from outside. */
  readonly program?: string;
  readonly nodeFlags?: readonly string[];
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const answerTimeoutMs = 180_000;

/**
 * Answers `usage` over the IPC channel, whatever the program is: loaded before it from a data URL, so that no program
 * has to know it is measured. The channel is unreferenced: it never keeps the program alive, and a bench that was broken
 * off leaves nothing behind.
 */
const probe = `process.on('message', (message) => {
  if (message?.ask === 'usage')
    process.send({ usage: { cpu: process.cpuUsage(), rss: process.memoryUsage.rss() } });
});
process.on('disconnect', () => process.exit());
process.channel?.unref();`;

export const probeFlags = ['--import', `data:text/javascript,${encodeURIComponent(probe)}`];

interface ProbeReply {
  readonly usage: { readonly cpu: { readonly user: number; readonly system: number }; readonly rss: number };
}

/** The environment is the machine's without anything that could steer Crossfeed or Node. */
function cleanEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(CROSSFEED_|COPILOT_|GH_TOKEN|GITHUB_TOKEN|NODE_OPTIONS|NODE_V8|https?_proxy|all_proxy)/i.test(name),
  );
  return { ...Object.fromEntries(kept), ...extra };
}

export function startChild(options: ChildOptions): Child {
  const isNode = options.program === undefined;
  const child: ChildProcess = spawn(
    options.program ?? process.execPath,
    [...(options.nodeFlags ?? []), options.script, ...(options.args ?? [])],
    {
      stdio: ['ignore', 'ignore', 'pipe', isNode ? 'ipc' : 'ignore'],
      env: cleanEnvironment(options.env ?? {}),
    },
  );
  // A Node child sees the channel close; another program would outlive a bench that was broken off.
  const endWithUs = () => child.kill('SIGKILL');
  if (!isNode) process.once('exit', endWithUs);
  let complaints = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4000);
  });
  child.once('error', (error) => {
    complaints += error.message;
  });
  const exited = new Promise<void>((resolve) =>
    child.once('close', () => {
      process.off('exit', endWithUs);
      resolve();
    }),
  );
  const next = () =>
    new Promise<unknown>((resolve, reject) => {
      const failed = (why: string) => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        reject(new Error(`${options.script}: ${why}\n${complaints}`));
      };
      const onExit = () => failed('ended before it answered');
      const onMessage = (message: unknown) => {
        clearTimeout(timer);
        child.off('exit', onExit);
        resolve(message);
      };
      const timer = setTimeout(() => failed('gave no answer in time'), answerTimeoutMs);
      child.once('message', onMessage).once('exit', onExit);
    });
  const ask = (message: object) => {
    const reply = next();
    child.send(message);
    return reply;
  };
  return {
    ask,
    next,
    async usage() {
      if (!isNode) return systemUsage(child.pid ?? 0);
      const { usage } = (await ask({ ask: 'usage' })) as ProbeReply;
      return { cpuMs: (usage.cpu.user + usage.cpu.system) / 1000, rssMb: usage.rss / 1024 / 1024 };
    },
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async stop() {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(late);
    },
  };
}

/** Waits for the file that a program writes, by rename, when it accepts requests. */
export async function readyPort(file: string): Promise<number> {
  for (let tries = 0; tries < 6000; tries += 1) {
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { port: number }).port;
    await wait(5);
  }
  throw new Error('the program was not ready within 30 s');
}

/** A port that nobody listened on a moment ago, for programs that cannot say which one they got. */
export async function freePort(): Promise<number> {
  const server = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Waits until somebody accepts connections on `port`. */
export async function listening(port: number, child: Child): Promise<void> {
  for (let tries = 0; tries < 6000 && !child.hasEnded(); tries += 1) {
    const socket = connect({ host: '127.0.0.1', port });
    const isOpen = await new Promise<boolean>((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    );
    socket.destroy();
    if (isOpen) return;
    await wait(5);
  }
  throw new Error(`nobody listened on port ${port}`);
}
