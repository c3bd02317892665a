/** npm `@portkey-ai/gateway` as a subject: which host it asks, each request says. */
import { join } from 'node:path';
import { startChild, type Child } from '../child-program.ts';
import { installPeer } from './install-peer.ts';
import type { PeerStart } from './start-peer.ts';

export async function startPortkey({ port, home, nodeFlags }: PeerStart): Promise<Child> {
  return startChild({
    nodeFlags,
    script: join(await installPeer('@portkey-ai/gateway'), 'build/start-server.js'),
    args: [`--port=${port}`, '--headless'],
    env: { HOME: home, NODE_ENV: 'production' },
  });
}

export const portkeyHeaders = (upstreamUrl: string) => ({
  'x-portkey-provider': 'openai',
  'x-portkey-custom-host': upstreamUrl,
});
