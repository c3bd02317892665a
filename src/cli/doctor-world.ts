/** The machine, the proxy and GitHub, as the checks of `crossfeed doctor` ask of them. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { platform } from 'node:os';
import path from 'node:path';
import { systemClock } from '../base/clock.ts';
import { loadConfig } from '../config/load-config.ts';
import { connectedTools } from '../connect/connected-tools.ts';
import { resolveTool } from '../connect/tools.ts';
import type { ServerStatus } from '../control/contract.ts';
import type { DoctorWorld, HomeFacts } from '../doctor/doctor-world.ts';
import { databaseVerdict } from '../store/database-verdict.ts';
import { askIfRunning, askProxy } from './ask-proxy.ts';
import { callerKeyFromEnvironment } from './caller-key.ts';
import { childEnvironment } from './child-environment.ts';
import type { CliContext } from './cli-context.ts';
import { readDefaultKey } from './default-key.ts';
import type { OpenSeats } from './direct-seats.ts';
import { findProgram } from './is-installed.ts';
import { lookAtGithub } from './look-at-github.ts';
import { trustSystemFor } from './trust-system.ts';

export interface OpenWorld {
  readonly world: DoctorWorld;
  /** What was opened for the questions. */
  close(): Promise<void>;
}

const versionMs = 4_000;
const maxFiles = 10_000;
const portMs = 1_000;

export function openDoctorWorld(context: CliContext, home: string): OpenWorld {
  const { env } = context;
  const database = path.join(home, 'crossfeed.db');
  const config = once(() => loadConfig({ home, env, flags: {} }));
  const server = once(() => askIfRunning(context, 'status', {}));
  let opened: Promise<OpenSeats> | undefined;
  const homeLook = once(() => homeFacts(home));
  const storeLook = once(() => Promise.resolve(databaseVerdict(database)));
  // Only where nothing runs: two programs on one seat would each ask for a token. Opening the store makes its file
  // private: how things stand is looked at before.
  const seats = () =>
    (opened ??= Promise.allSettled([homeLook(), storeLook()])
      .then(() => import('./direct-seats.ts'))
      .then((room) => room.openDirectSeats(quiet(context), home)));
  const seatOf = async (account: string) => {
    const seat = (await seats()).seat(account);
    if (seat === undefined) throw new Error(`nobody is signed in as ${account}`);
    return seat;
  };

  const world: DoctorWorld = {
    version: context.version,
    nodeVersion: process.version,
    env,
    nowMs: () => systemClock.now(),
    config,
    home: homeLook,
    store: storeLook,
    server,
    port: once(async () => portOwner(await server(), (await config()).config.server)),
    key: async () => {
      const given = await callerKeyFromEnvironment(env);
      if (given !== null) return 'from CROSSFEED_API_KEY';
      // Reading makes one where there is none, and a look makes nothing.
      if (!existsSync(path.join(home, 'credentials.json'))) return 'made at the first start';
      await readDefaultKey(context);
      return 'kept';
    },
    github: once(async () => {
      const { config: settings } = await config();
      trustSystemFor(settings);
      // Flags of its start may lead a running proxy elsewhere.
      const running = (await server()) === null ? undefined : await askProxy(context, 'settings', {});
      const url = running?.settings.find((one) => one.path === 'upstream.githubApiUrl')?.value;
      return lookAtGithub(url ?? settings.upstream.githubApiUrl, env);
    }),
    accounts: once(async () => {
      const running = await server();
      if (running !== null) return running.accounts;
      const direct = await seats();
      // Throws how to sign in, where nobody is.
      if (direct.accountNames.length === 0) direct.seat('');
      return direct.status().accounts;
    }),
    quota: async (account) =>
      (await server()) === null
        ? (await seatOf(account)).quota()
        : askProxy(context, 'quota', { account, maxAgeMs: 0 }),
    models: async (account) =>
      (await server()) === null ? (await seatOf(account)).models() : askProxy(context, 'models', { account }),
    budgets: async () => {
      if ((await server()) === null) throw new Error('the proxy counts them, and none runs');
      return askProxy(context, 'budgets', {});
    },
    learned: async () => {
      const { learnedRules } = (await server()) ?? (await seats()).status();
      return learnedRules.map(({ modelId, kind, path: place, value }) => `${modelId}: ${kind} ${place || value}`);
    },
    tools: () => connectedTools(home),
    toolVersion: (tool) => toolVersion(context, tool),
  };
  return {
    world,
    async close() {
      const direct = await opened?.catch(() => undefined);
      await direct?.close();
    },
  };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

/** What opening the seats would print is told by findings. */
function quiet(context: CliContext): CliContext {
  const stderr = Object.assign(Object.create(context.stderr) as CliContext['stderr'], { write: () => true });
  return { ...context, stderr };
}

async function homeFacts(home: string): Promise<HomeFacts> {
  if (!existsSync(home)) return { path: home, isThere: false, open: [], freeBytes: null };
  const below = await readdir(home, { recursive: true });
  const names = ['', ...below.slice(0, maxFiles)].map((name) => path.join(home, name));
  const open = await Promise.all(
    names.map(async (name) => {
      // Files come and go while a proxy runs.
      const mode = await stat(name).then(
        (found) => found.mode,
        () => 0,
      );
      // Sockets are guarded by the folder they are in.
      return platform() !== 'win32' && (mode & 0o077) !== 0 && !name.endsWith('.sock') ? [name] : [];
    }),
  );
  const free = await statfs(home).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
  return { path: home, isThere: true, open: open.flat(), freeBytes: free };
}

async function portOwner(
  server: ServerStatus | null,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<'free' | 'proxy' | 'other'> {
  if (server !== null && new URL(server.url).port === String(port)) return 'proxy';
  if (port === 0) return 'free';
  const isFree = await new Promise<boolean>((resolve) => {
    const listener = createServer();
    listener.once('error', () => resolve(false));
    listener.listen({ host, port, exclusive: true }, () => listener.close(() => resolve(true)));
  });
  if (isFree) return 'free';
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connect({ host, port, timeout: portMs });
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false));
  });
  // An address that is not ours at all refuses both.
  return answers || server === null ? 'other' : 'free';
}

function toolVersion(context: CliContext, tool: string): Promise<string | null> {
  const program = resolveTool(tool)
    ?.binaries.map((name) => findProgram(context, name))
    .find((found) => found !== undefined);
  if (program === undefined) return Promise.resolve(null);
  return new Promise((resolve) => {
    execFile(
      program,
      ['--version'],
      { env: childEnvironment(context.env), timeout: versionMs, windowsHide: true },
      (error, stdout) => resolve(error === null ? (/\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? null) : null),
    );
  });
}
