/** GitHub's own Copilot CLI, headless, in its own-provider mode, on each wire that it speaks there. */
import { join } from 'node:path';
import type { ClientCase, TaskId } from './client-case.ts';

interface CopilotSetup {
  readonly wire: 'completions' | 'responses' | 'anthropic';
  /** Tells two of one wire apart. */
  readonly kind?: string;
  readonly model: string;
  readonly route: string;
  readonly smoke: readonly TaskId[];
}

const copilot = ({ wire, kind, model, route, smoke }: CopilotSetup): ClientCase => ({
  title: `copilot, ${wire}${kind === undefined ? '' : `, ${kind}`}`,
  client: 'copilot',
  package: '@github/copilot',
  version: '1.0.102',
  model,
  smoke,
  route,
  launch: ({ packages, url, key }, { prompt, goesOn }) => ({
    program: join(packages, 'node_modules/@github/copilot/npm-loader.js'),
    args: ['-p', prompt, '--allow-all-tools', '--no-auto-update', ...(goesOn ? ['--continue'] : [])],
    env: {
      COPILOT_OFFLINE: 'true',
      COPILOT_AUTO_UPDATE: 'false',
      COPILOT_MODEL: model,
      // The Anthropic SDK in it adds `/v1` by itself.
      COPILOT_PROVIDER_BASE_URL: wire === 'anthropic' ? url : `${url}/v1`,
      COPILOT_PROVIDER_API_KEY: key,
      ...(wire === 'anthropic'
        ? { COPILOT_PROVIDER_TYPE: 'anthropic' }
        : { COPILOT_PROVIDER_TYPE: 'openai', COPILOT_PROVIDER_WIRE_API: wire }),
    },
  }),
});

export const copilotCases: readonly ClientCase[] = [
  copilot({ wire: 'completions', kind: 'GPT', model: 'gpt-5.2', route: '/v1/chat/completions', smoke: ['create'] }),
  copilot({ wire: 'completions', kind: 'Gemini', model: 'gemini-3.8-flash', route: '/v1/chat/completions', smoke: [] }),
  copilot({ wire: 'responses', model: 'gpt-6-luna', route: '/v1/responses', smoke: [] }),
  copilot({ wire: 'anthropic', model: 'claude-sonnet-5.5', route: '/v1/messages', smoke: [] }),
];
