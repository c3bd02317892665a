/** Google's Gemini CLI, headless, on Gemini's own protocol, with a model of each family. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCase, TaskId } from './client-case.ts';

interface GeminiSetup {
  readonly kind: string;
  readonly model: string;
  readonly nextModel?: string;
  /** Whether it is told the model; else it asks one of its own choice. */
  readonly namesModel?: boolean;
  readonly smoke?: readonly TaskId[];
}

const gemini = ({ kind, model, nextModel, namesModel = true, smoke = [] }: GeminiSetup): ClientCase => ({
  title: `gemini-cli, ${kind}`,
  client: 'gemini-cli',
  package: '@google/gemini-cli',
  version: '0.61.0',
  model,
  ...(nextModel !== undefined && { nextModel }),
  // No upstream speaks its protocol.
  translated: true,
  smoke,
  route: '/v1beta/models/{model}:streamGenerateContent',
  configure({ home }) {
    const folder = join(home, '.gemini');
    mkdirSync(folder, { recursive: true });
    const settings = {
      security: { auth: { selectedType: 'gemini-api-key' } },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      general: { enableAutoUpdate: false },
    };
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  },
  launch: ({ packages, url, key }, { prompt, goesOn }) => ({
    program: join(packages, 'node_modules/@google/gemini-cli/bundle/gemini.js'),
    args: [
      '--skip-trust',
      '--yolo',
      ...(namesModel ? ['--model', goesOn ? (nextModel ?? model) : model] : []),
      ...(goesOn ? ['--resume', 'latest'] : []),
      '--prompt',
      prompt,
    ],
    env: { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: url },
  }),
});

export const geminiCliCases: readonly ClientCase[] = [
  gemini({ kind: 'Gemini', model: 'gemini-3.8-flash' }),
  gemini({ kind: 'a model of its own choice', model: 'gemini-3.8-flash', namesModel: false, smoke: ['edit'] }),
  gemini({ kind: 'Claude', model: 'claude-sonnet-5.5', smoke: ['command'] }),
  gemini({ kind: 'GPT', model: 'gpt-6.1-sol' }),
  // It goes on with a session without the seals of its thoughts.
  gemini({ kind: 'from Claude to GPT', model: 'claude-sonnet-5.5', nextModel: 'gpt-6.1-sol' }),
];
