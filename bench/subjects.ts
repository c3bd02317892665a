/** What the bench compares, and how each is started, all on the same Node and upstream. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { probeFlags, readyPort, startChild, type Child } from './child-program.ts';
import { isPeer, peers, type PeerName } from './peers/peers.ts';
import { startPeer } from './peers/start-peer.ts';

/**
 * Two yardsticks and Crossfeed; for translation also Crossfeed asked without it (`same`) and a translator of one pair made
 * by hand (`pair`); and the peers.
 */
export type SubjectName = 'pipe' | 'dispatch' | 'crossfeed' | 'same' | 'pair' | PeerName;

export interface Subject {
  readonly name: SubjectName;
  readonly port: number;
  readonly key: string;
  /** What it must be told with each request, beside the key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly child: Child;
  /** CPU time that the program had used when it was found listening. */
  readonly startCpuMs: number;
}

export interface SubjectStarter {
  start(name: SubjectName, extraFlags?: readonly string[]): Promise<Subject>;
}

const root = new URL('..', import.meta.url).pathname;
const key = 'bench-caller-key-0123456789';

/** In a process of its own, for Node warns once that this function is experimental. */
const stripFlags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval'];
const stripScript = `import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
process.stdout.write(stripTypeScriptTypes(readFileSync(process.argv[1], 'utf8')));`;

/**
 * The yardsticks as plain JavaScript beside Crossfeed's built form: stripping types at start would charge them CPU that
 * Crossfeed does not pay.
 */
function stripYardsticks(folder: string): void {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  for (const name of ['pipe-proxy', 'dispatch-proxy', 'pair-proxy']) {
    const source = join(root, 'bench/programs', `${name}.ts`);
    writeFileSync(join(folder, `${name}.mjs`), execFileSync(process.execPath, [...stripFlags, stripScript, source]));
  }
}

function isCrossfeed(name: SubjectName): boolean {
  return name === 'crossfeed' || name === 'same';
}

export const builtProgram = join(root, 'dist/cli/main.js');

/** `program` is Crossfeed's built entry: another build of it can be measured too. */
export function createSubjects(folder: string, upstreamPort: number, program: string): SubjectStarter {
  stripYardsticks(folder);
  const upstreamUrl = `http://127.0.0.1:${upstreamPort}`;

  function launch(name: SubjectName, readyFile: string, extraFlags: readonly string[]): Child {
    const nodeFlags = [...probeFlags, ...extraFlags];
    if (!isCrossfeed(name)) {
      const script = join(folder, `${name}-proxy.mjs`);
      return startChild({ nodeFlags, script, args: [String(upstreamPort), readyFile] });
    }
    return startChild({
      nodeFlags,
      script: program,
      args: ['start', '--port', '0', '--ready-file', readyFile],
      env: {
        CROSSFEED_HOME: mkdtempSync(join(folder, 'home-')),
        CROSSFEED_API_KEY: key,
        CROSSFEED_GITHUB_TOKEN: 'ghu_bench0123456789',
        CROSSFEED_GITHUB_URL: upstreamUrl,
        CROSSFEED_GITHUB_API_URL: upstreamUrl,
        CROSSFEED_COPILOT_API_URL: upstreamUrl,
        CROSSFEED_LOG_FORMAT: 'json',
        CROSSFEED_PACE: '0',
      },
    });
  }

  async function startAsPeer(name: PeerName): Promise<Subject> {
    const peer = peers[name];
    const home = mkdtempSync(join(folder, 'home-'));
    const { child, port } = await startPeer(peer.launch, { upstreamUrl, home, nodeFlags: probeFlags });
    const { cpuMs: startCpuMs } = await child.usage();
    return { name, port, key: peer.key, headers: peer.headers(upstreamUrl), child, startCpuMs };
  }

  return {
    async start(name, extraFlags = []) {
      if (isPeer(name)) return startAsPeer(name);
      if (isCrossfeed(name) && !existsSync(program)) throw new Error(`${program} is missing: npm run build`);
      const readyFile = join(mkdtempSync(join(folder, 'ready-')), 'ready.json');
      const child = launch(name, readyFile, extraFlags);
      try {
        const port = await readyPort(readyFile);
        const { cpuMs: startCpuMs } = await child.usage();
        return { name, port, key, headers: {}, child, startCpuMs };
      } catch (error) {
        await child.stop();
        throw error;
      }
    },
  };
}
