/** The peers as data: how each is started, what it speaks, what it must be told with each request. */
import type { Child } from '../child-program.ts';
import { startClaudeCodeRouter, routerKey } from './claude-code-router.ts';
import { startCopilotApi, startCopilotApiOnBun } from './copilot-api.ts';
import type { PeerPackage } from './install-peer.ts';
import { startNginx } from './nginx.ts';
import { portkeyHeaders, startPortkey } from './portkey.ts';
import type { PeerStart } from './start-peer.ts';

export type PeerName = 'nginx' | 'copilot-api' | 'copilot-api-bun' | 'portkey' | 'claude-code-router';

export interface Peer {
  readonly title: string;
  readonly launch: (start: PeerStart) => Promise<Child>;
  /** What its callers speak, where Crossfeed's would say it too. */
  readonly speaks: 'chat' | 'messages';
  readonly key: string;
  /** From npm; null where the system has it. */
  readonly package: PeerPackage | null;
  readonly headers: (upstreamUrl: string) => Readonly<Record<string, string>>;
}

const plain = { speaks: 'chat', key: 'bench', headers: () => ({}) } as const;

export const peers: Readonly<Record<PeerName, Peer>> = {
  nginx: { ...plain, title: 'nginx', package: null, launch: startNginx },
  'copilot-api': { ...plain, title: 'copilot-api', package: 'copilot-api', launch: startCopilotApi },
  'copilot-api-bun': {
    ...plain,
    title: 'copilot-api on Bun',
    package: 'copilot-api',
    launch: startCopilotApiOnBun,
  },
  portkey: {
    ...plain,
    title: 'Portkey',
    package: '@portkey-ai/gateway',
    launch: startPortkey,
    headers: portkeyHeaders,
  },
  'claude-code-router': {
    title: 'claude-code-router',
    package: '@musistudio/claude-code-router',
    launch: startClaudeCodeRouter,
    speaks: 'messages',
    key: routerKey,
    headers: () => ({}),
  },
};

export const peerNames = Object.keys(peers) as PeerName[];

export function isPeer(name: string): name is PeerName {
  return name in peers;
}
