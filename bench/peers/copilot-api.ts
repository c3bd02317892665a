/** npm `copilot-api` as a subject: installed into a cache outside the repository, its fixed hosts led to the bench's upstream. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChild, type Child } from '../child-program.ts';

export const copilotApiVersion = '0.7.0';

const installTimeoutMs = 180_000;

function cacheFolder(): string {
  const caches = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(caches, 'crossfeed-bench', `copilot-api-${copilotApiVersion}`);
}

/** Its program, installed if it is not there yet. Throws where the registry does not deliver it. */
export async function installCopilotApi(): Promise<string> {
  const folder = cacheFolder();
  const program = join(folder, 'node_modules/copilot-api/dist/main.js');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const flags = ['--prefix', folder, '--ignore-scripts', '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
  await promisify(execFile)('npm', ['install', ...flags, `copilot-api@${copilotApiVersion}`], {
    timeout: installTimeoutMs,
  });
  return program;
}

/**
 * Its hosts are constants of its code and are https: `fetch` is led from them to the upstream, which speaks plain HTTP to
 * all subjects alike, and nowhere else. The port that it got is told by the same file as everybody's.
 */
const preload = (upstreamUrl: string, readyFile: string) => `import { renameSync, writeFileSync } from 'node:fs';
import { Server } from 'node:net';
const ask = globalThis.fetch;
globalThis.fetch = (url, options) => {
  const led = String(url).replace(/^https:\\/\\/api\\.(?:github|githubcopilot)\\.com/, ${JSON.stringify(upstreamUrl)});
  return led === String(url) ? Promise.reject(new Error('no such host here')) : ask(led, options);
};
const { listen } = Server.prototype;
Server.prototype.listen = function (...given) {
  this.once('listening', () => {
    writeFileSync(${JSON.stringify(`${readyFile}.part`)}, JSON.stringify({ port: this.address().port }));
    renameSync(${JSON.stringify(`${readyFile}.part`)}, ${JSON.stringify(readyFile)});
  });
  return listen.apply(this, given);
};`;

export interface CopilotApiStart {
  readonly program: string;
  readonly upstreamUrl: string;
  readonly readyFile: string;
  /** Its home folder: it writes a token file there. */
  readonly home: string;
  readonly nodeFlags: readonly string[];
}

export function startCopilotApi({ program, upstreamUrl, readyFile, home, nodeFlags }: CopilotApiStart): Child {
  const source = `data:text/javascript,${encodeURIComponent(preload(upstreamUrl, readyFile))}`;
  return startChild({
    nodeFlags: [...nodeFlags, '--import', source],
    script: program,
    args: ['start', '--port', '0', '--github-token', 'ghu_bench0123456789'],
    env: { HOME: home, HOST: '127.0.0.1', NODE_ENV: 'production' },
  });
}
