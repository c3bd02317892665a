/** GitHub's own Copilot CLI, headless, in its own-provider mode, on each wire that it speaks there. */
import { join } from 'node:path';
import type { ClientCase, TaskId } from './client-case.ts';

interface CopilotSetup {
  readonly wire: 'completions' | 'responses' | 'anthropic';
  /** Tells two of one wire apart. */
  readonly kind?: string;
  readonly model: string;
  readonly nextModel?: string;
  readonly translated?: true;
  readonly route: string;
  readonly smoke?: readonly TaskId[];
}

const flags = ['--allow-all-tools', '--no-auto-update'];

const copilot = ({ wire, kind, model, nextModel, translated, route, smoke = [] }: CopilotSetup): ClientCase => ({
  title: `copilot, ${wire}${kind === undefined ? '' : `, ${kind}`}`,
  client: 'copilot',
  package: '@github/copilot',
  version: '1.0.102',
  model,
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

export const copilotCases: readonly ClientCase[] = [
  copilot({ ...completions, kind: 'GPT', model: 'gpt-5.2', smoke: ['create'] }),
  copilot({ ...completions, kind: 'Gemini', model: 'gemini-3.8-flash' }),
  copilot({ ...responses, model: 'gpt-6-luna' }),
  copilot({ ...socket, kind: 'WebSocket', model: 'gpt-6-luna' }),
  copilot({ ...socket, kind: 'WebSocket, Claude', model: 'claude-sonnet-5.5', translated: true }),
  copilot({ ...messages, model: 'claude-sonnet-5.5' }),
  copilot({ ...completions, kind: 'GPT, Responses only', model: 'gpt-6-luna', translated: true }),
  copilot({ ...responses, kind: 'Claude', model: 'claude-sonnet-5.5', translated: true }),
  copilot({ ...responses, kind: 'Gemini', model: 'gemini-3.8-flash', translated: true }),
  copilot({ ...messages, kind: 'GPT, Responses only', model: 'gpt-6.1-sol', translated: true, smoke: ['create'] }),
  copilot({ ...messages, kind: 'Gemini', model: 'gemini-3.8-flash', translated: true }),
  copilot({
    ...messages,
    kind: 'from Claude to GPT',
    model: 'claude-sonnet-5.5',
    nextModel: 'gpt-6-luna',
    translated: true,
  }),
];
