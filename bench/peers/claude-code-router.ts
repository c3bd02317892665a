/** npm `@musistudio/claude-code-router` as a subject: Messages to Chat. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, type Child } from '../child-program.ts';
import { installPeer } from './install-peer.ts';
import type { PeerStart } from './start-peer.ts';

export const routerKey = 'bench-caller-key-0123456789';

export async function startClaudeCodeRouter({ upstreamUrl, port, home, nodeFlags }: PeerStart): Promise<Child> {
  const folder = join(home, '.claude-code-router');
  mkdirSync(folder);
  const provider = {
    name: 'bench',
    api_base_url: `${upstreamUrl}/chat/completions`,
    api_key: 'bench',
    models: ['bench-chat'],
  };
  const settings = {
    HOST: '127.0.0.1',
    PORT: port,
    LOG: false,
    NON_INTERACTIVE_MODE: true,
    APIKEY: routerKey,
    Providers: [provider],
    Router: { default: 'bench,bench-chat' },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(settings));
  return startChild({
    nodeFlags,
    script: join(await installPeer('@musistudio/claude-code-router'), 'dist/cli.js'),
    args: ['start'],
    env: { HOME: home, NODE_ENV: 'production' },
  });
}
