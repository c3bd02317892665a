/** npm `copilot-api` as a subject, on Node and on Bun: its fixed hosts led to the bench's upstream. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, type Child } from '../child-program.ts';
import { installPeer } from './install-peer.ts';
import type { PeerStart } from './start-peer.ts';

/**
 * Its hosts are constants of its code and are https: `fetch` is led from them to the upstream, which speaks plain HTTP to
 * all subjects alike, and nowhere else.
 */
const preload = (upstreamUrl: string) => `const ask = globalThis.fetch;
globalThis.fetch = (url, options) => {
  const led = String(url).replace(/^https:\\/\\/api\\.(?:github|githubcopilot)\\.com/, ${JSON.stringify(upstreamUrl)});
  return led === String(url) ? Promise.reject(new Error('no such host here')) : ask(led, options);
};`;

async function started({ upstreamUrl, port, home }: PeerStart) {
  const led = join(home, 'led.mjs');
  writeFileSync(led, preload(upstreamUrl));
  return {
    led,
    script: join(await installPeer('copilot-api'), 'dist/main.js'),
    args: ['start', '--port', String(port), '--github-token', 'ghu_bench0123456789'],
    env: { HOME: home, HOST: '127.0.0.1', NODE_ENV: 'production' },
  };
}

export async function startCopilotApi(start: PeerStart): Promise<Child> {
  const { led, ...child } = await started(start);
  return startChild({ ...child, nodeFlags: [...start.nodeFlags, '--import', led] });
}

/** Bun asks at most 256 things at once unless told otherwise: with a thousand streams that would be a wait, not a cost. */
const mostAtOnce = { BUN_CONFIG_MAX_HTTP_REQUESTS: '4096' };

export async function startCopilotApiOnBun(start: PeerStart): Promise<Child> {
  const { led, ...child } = await started(start);
  // The package's own program is put in place by an install script, which is not run: this is the one it would choose.
  await installPeer('bun');
  const platform = `bun-${process.platform}-${process.arch}`;
  const program = join(await installPeer('bun'), '../@oven', platform, 'bin/bun');
  return startChild({ ...child, program, nodeFlags: ['--preload', led], env: { ...child.env, ...mostAtOnce } });
}
