/** GitHub's own Copilot CLI, headless, in its own-provider mode, on each wire that it speaks there. */
import { join } from 'node:path';
import type { ClientCase, Family, TaskId } from './client-case.ts';

interface CopilotSetup {
  readonly wire: 'completions' | 'responses' | 'anthropic';
  /** Tells two of one wire apart. */
  readonly kind?: string;
  readonly model: string;
  readonly family: Family;
  readonly nextModel?: string;
  readonly translated?: true;
  readonly route: string;
  readonly smoke?: readonly TaskId[];
}

const flags = ['--allow-all-tools', '--no-auto-update'];

const copilot = ({
  wire,
  kind,
  model,
  family,
  nextModel,
  translated,
  route,
  smoke = [],
}: CopilotSetup): ClientCase => ({
  title: `copilot, ${wire}${kind === undefined ? '' : `, ${kind}`}`,
  client: 'copilot',
  package: '@github/copilot',
  version: '1.0.102',
  model,
  family,
  depth: 'work',
  ...(nextModel !== undefined && { nextModel }),
  ...(translated && { translated }),
  smoke,
  route,
  launch: ({ packages, url, key }, { prompt, goesOn }) => ({
    program: join(packages, 'node_modules/@github/copilot/npm-loader.js'),
    // A session keeps its model unless it is told of another one.
    args: ['-p', prompt, ...flags, ...(goesOn ? ['--continue', '--model', nextModel ?? model] : [])],
    env: {
      COPILOT_OFFLINE: 'true',
      COPILOT_AUTO_UPDATE: 'false',
      COPILOT_MODEL: goesOn ? (nextModel ?? model) : model,
      // The Anthropic SDK in it adds `/v1` by itself.
      COPILOT_PROVIDER_BASE_URL: wire === 'anthropic' ? url : `${url}/v1`,
      COPILOT_PROVIDER_API_KEY: key,
      ...(wire === 'anthropic'
        ? { COPILOT_PROVIDER_TYPE: 'anthropic' }
        : { COPILOT_PROVIDER_TYPE: 'openai', COPILOT_PROVIDER_WIRE_API: wire }),
      ...(route.startsWith('ws:') && { COPILOT_PROVIDER_TRANSPORT: 'websockets' }),
    },
  }),
});

const completions = { wire: 'completions', route: '/v1/chat/completions' } as const;
const responses = { wire: 'responses', route: '/v1/responses' } as const;
const socket = { wire: 'responses', route: 'ws:/v1/responses' } as const;
const messages = { wire: 'anthropic', route: '/v1/messages' } as const;

const claude = { model: 'claude-sonnet-5.5', family: 'Claude' } as const;
const gpt = { model: 'gpt-5.2', family: 'GPT' } as const;
const luna = { model: 'gpt-6-luna', family: 'GPT' } as const;
const sol = { model: 'gpt-6.1-sol', family: 'GPT' } as const;
const gemini = { model: 'gemini-3.8-flash', family: 'Gemini' } as const;

export const copilotCases: readonly ClientCase[] = [
  copilot({ ...completions, ...gpt, kind: 'GPT', smoke: ['create'] }),
  copilot({ ...completions, ...gemini, kind: 'Gemini' }),
  copilot({ ...responses, ...luna }),
  copilot({ ...socket, ...luna, kind: 'WebSocket' }),
  copilot({ ...socket, ...claude, kind: 'WebSocket, Claude', translated: true }),
  copilot({ ...messages, ...claude }),
  copilot({ ...completions, ...luna, kind: 'GPT, Responses only', translated: true }),
  copilot({ ...responses, ...claude, kind: 'Claude', translated: true }),
  copilot({ ...responses, ...gemini, kind: 'Gemini', translated: true }),
  copilot({ ...messages, ...sol, kind: 'GPT, Responses only', translated: true, smoke: ['create'] }),
  copilot({ ...messages, ...gemini, kind: 'Gemini', translated: true }),
  copilot({ ...messages, ...claude, kind: 'from Claude to GPT', nextModel: 'gpt-6-luna', translated: true }),
];
