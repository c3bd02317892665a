/** Cline's CLI: its OpenAI-compatible provider in `providers.json`, as the one that was used last. */
import { join } from 'node:path';
import { ownKeyVariable } from '../tool-knowledge.ts';
import type { ConnectPlace, FileChange, FileEdit, ToolKnowledge } from '../tool-knowledge.ts';

const provider = 'openai-compatible';

export const cline: ToolKnowledge = {
  id: 'cline',
  title: 'Cline',
  tier: 'A',
  binaries: ['cline'],
  install: 'npm install -g cline',
  protocol: 'chat',
  vendor: null,
  projectVariable: null,
  plan(place) {
    const { url, key, models, scratchDir } = place;
    const runFile = scratchDir === null ? null : join(scratchDir, 'cline-providers.json');
    return {
      files: [providersFile(place, settingsFile(place))],
      variables: {
        [ownKeyVariable]: key,
        ...(runFile === null ? {} : { CLINE_PROVIDER_SETTINGS_PATH: runFile }),
      },
      // For `env`, where nothing says which provider comes first; before a subcommand they would be in the way.
      args: runFile !== null || models === null ? [] : ['--provider', provider, '--model', models.big.id],
      scratchFiles: runFile === null ? [] : [providersFile(place, runFile)],
      notes: [],
      runNotes:
        runFile === null
          ? [
              `In ~/.cline/data/settings/providers.json: provider "${provider}", baseUrl "${url}/v1", apiKey the key above.`,
            ]
          : [],
    };
  },
};

function providersFile({ url, key, models }: ConnectPlace, file: string): FileEdit {
  const settings = {
    provider,
    apiKey: key,
    baseUrl: `${url}/v1`,
    ...(models === null ? {} : { model: models.big.id }),
  };
  const changes: readonly FileChange[] = [
    { op: 'set', path: ['version'], value: 1 },
    { op: 'set', path: ['lastUsedProvider'], value: provider },
    {
      op: 'set',
      path: ['providers', provider],
      // It refuses an entry without a date, and writes a new one at each use.
      value: { settings, updatedAt: '2026-11-23T00:00:00.000Z', tokenSource: 'manual' },
      moving: ['updatedAt'],
    },
  ];
  return { file, format: 'json', changes };
}

function settingsFile({ env, homedir }: ConnectPlace): string {
  const named = env['CLINE_PROVIDER_SETTINGS_PATH'];
  if (named !== undefined && named !== '') return named;
  const data = env['CLINE_DATA_DIR'] || join(env['CLINE_DIR'] || join(homedir, '.cline'), 'data');
  return join(data, 'settings', 'providers.json');
}
