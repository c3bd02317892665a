/** Factory's droid: custom models in its settings, one of them as the default of new sessions. */
import { join } from 'node:path';
import { ownKeyVariable } from '../tool-knowledge.ts';
import type { ConnectPlace, FileChange, FileEdit, ToolKnowledge } from '../tool-knowledge.ts';
import { known, modelsBigFirst } from './model-lists.ts';

export const droid: ToolKnowledge = {
  id: 'droid',
  title: 'Factory Droid',
  tier: 'A',
  binaries: ['droid'],
  install: 'npm install -g droid',
  protocol: 'chat',
  vendor: null,
  projectVariable: null,
  plan(place) {
    const { url, key, models, scratchDir, env, homedir } = place;
    const runFile = scratchDir === null ? null : join(scratchDir, 'droid-settings.json');
    const folder = join(env['FACTORY_HOME_OVERRIDE'] || homedir, '.factory');
    return {
      files: [settingsFile(place, join(folder, 'settings.json'))],
      variables: {
        [ownKeyVariable]: key,
        // It starts with a login of Factory or with any such key; with a model of one's own nobody looks at it.
        FACTORY_API_KEY: 'not-needed',
        ...(runFile === null ? {} : { FACTORY_RUNTIME_SETTINGS_PATH: runFile }),
      },
      args: [],
      scratchFiles: runFile === null ? [] : [settingsFile(place, runFile)],
      notes: ['Without a login of Factory start it with any FACTORY_API_KEY: export FACTORY_API_KEY=not-needed'],
      runNotes:
        runFile === null
          ? [
              'In ~/.factory/settings.json, under customModels:',
              `{ "displayName": "Crossfeed", "provider": "generic-chat-completion-api", "baseUrl": "${url}/v1", "model": "${models?.big.id ?? 'ID'}", "apiKey": "THE KEY ABOVE" }`,
            ]
          : [],
    };
  },
};

function settingsFile({ url, key, models }: ConnectPlace, file: string): FileEdit {
  if (models === null) return { file, format: 'json', changes: [] };
  const entries = modelsBigFirst(models).map(({ id, outputTokens, promptTokens, vision }): FileChange => ({
    op: 'append',
    path: ['customModels'],
    by: 'displayName',
    value: {
      model: id,
      displayName: displayName(id),
      baseUrl: `${url}/v1`,
      apiKey: key,
      provider: 'generic-chat-completion-api',
      noImageSupport: !vision,
      ...known({ maxOutputTokens: outputTokens, maxContextLimit: promptTokens }),
    },
  }));
  // Its number counts models of the same displayed name.
  const model = `custom:${displayName(models.big.id)}-0`;
  const changes: readonly FileChange[] = [
    ...entries,
    { op: 'set', path: ['sessionDefaultSettings', 'model'], value: model },
  ];
  return { file, format: 'json', changes };
}

function displayName(id: string): string {
  return `Crossfeed-${id}`;
}
