/** Google's Gemini CLI, headless, on Gemini's own protocol, with a model of each family. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCase, Depth, Family, TaskId } from './client-case.ts';

interface GeminiSetup {
  readonly kind: string;
  readonly model: string;
  readonly family: Family;
  readonly depth?: Depth;
  readonly compacts?: true;
  readonly nextModel?: string;
  /** Whether it is told the model; else it asks one of its own choice. */
  readonly namesModel?: boolean;
  readonly smoke?: readonly TaskId[];
}

/** With models that are not Google's it compacts with `gemini-3-pro-preview` unless it is told of another one. */
const compaction = { customAliases: { 'chat-compression-default': { modelConfig: { model: 'background' } } } };

const gemini = ({
  kind,
  model,
  family,
  depth = 'work',
  compacts,
  nextModel,
  namesModel = true,
  smoke = [],
}: GeminiSetup): ClientCase => ({
  title: `gemini-cli, ${kind}`,
  client: 'gemini-cli',
  package: '@google/gemini-cli',
  version: '0.61.0',
  model,
  family,
  depth,
  ...(nextModel !== undefined && { nextModel }),
  ...(compacts && { compaction: /state_snapshot/ }),
  // It compacts in the middle of a turn too, and keeps the turn's thought, which Claude bound to what stood before it.
  ...(compacts && family === 'Claude' && { mended: ['signature'] }),
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
      ...(compacts && { model: { compressionThreshold: 0.007 }, modelConfigs: compaction }),
    };
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
  },
  launch: ({ packages, url, key }, { prompt, goesOn, image }) => ({
    program: join(packages, 'node_modules/@google/gemini-cli/bundle/gemini.js'),
    args: [
      '--skip-trust',
      '--yolo',
      ...(namesModel ? ['--model', goesOn ? (nextModel ?? model) : model] : []),
      ...(goesOn ? ['--resume', 'latest'] : []),
      '--prompt',
      image === undefined ? prompt : `@${image} ${prompt}`,
    ],
    env: { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: url },
  }),
});

const flash = { model: 'gemini-3.8-flash', family: 'Gemini' } as const;
const claude = { model: 'claude-sonnet-5.5', family: 'Claude' } as const;
const gpt = { model: 'gpt-6.1-sol', family: 'GPT' } as const;

export const geminiCliCases: readonly ClientCase[] = [
  gemini({ ...flash, kind: 'Gemini', depth: 'full' }),
  gemini({ ...flash, kind: 'a model of its own choice', namesModel: false, smoke: ['edit'] }),
  gemini({ ...claude, kind: 'Claude', depth: 'full', smoke: ['command'] }),
  gemini({ ...gpt, kind: 'GPT', depth: 'full' }),
  gemini({ ...flash, kind: 'compacting, Gemini', compacts: true }),
  gemini({ ...claude, kind: 'compacting, Claude', compacts: true }),
  gemini({ ...gpt, kind: 'compacting, GPT', compacts: true }),
  // It goes on with a session without the seals of its thoughts.
  gemini({ ...claude, kind: 'from Claude to GPT', nextModel: 'gpt-6.1-sol' }),
];
