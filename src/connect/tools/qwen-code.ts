/** Qwen Code: the seat's models among those of its OpenAI provider, the key in the variables of its settings. */
import { join } from 'node:path';
import { pastNetworkProxy } from '../past-network-proxy.ts';
import { ownKeyVariable } from '../tool-knowledge.ts';
import type { ConnectPlace, EditValue, FileChange, ToolKnowledge } from '../tool-knowledge.ts';
import { known, modelsBigFirst } from './model-lists.ts';

export const qwenCode: ToolKnowledge = {
  id: 'qwen-code',
  title: 'Qwen Code',
  tier: 'A',
  binaries: ['qwen'],
  install: 'npm install -g @qwen-code/qwen-code',
  protocol: 'chat',
  vendor: null,
  projectVariable: null,
  plan(place) {
    const { url, key, models, env, homedir } = place;
    const folder = env['QWEN_HOME'] || join(homedir, '.qwen');
    return {
      files: [{ file: join(folder, 'settings.json'), format: 'json', changes: changesFor(place) }],
      variables: {
        OPENAI_BASE_URL: `${url}/v1`,
        OPENAI_API_KEY: key,
        ...(models === null ? {} : { OPENAI_MODEL: models.big.id }),
      },
      args: ['--auth-type', 'openai'],
      scratchFiles: [],
      notes: [],
      runNotes: [],
    };
  },
};

function changesFor(place: ConnectPlace): readonly FileChange[] {
  const { url, key, models } = place;
  const baseUrl = `${url}/v1`;
  const set = (path: readonly string[], value: EditValue): FileChange => ({ op: 'set', path, value });
  const variables = Object.entries({ [ownKeyVariable]: key, ...pastNetworkProxy(place) });
  return [
    ...variables.map(([name, value]) => set(['env', name], value)),
    set(['security', 'auth', 'selectedType'], 'openai'),
    ...(models === null ? [] : modelsBigFirst(models)).map(({ id, name, promptTokens }): FileChange => ({
      op: 'append',
      path: ['modelProviders', 'openai'],
      // The same id of another server is another model there; the name tells ours.
      by: 'name',
      value: {
        id,
        name: `Crossfeed: ${name}`,
        envKey: ownKeyVariable,
        baseUrl,
        generationConfig: known({ contextWindowSize: promptTokens }),
      },
    })),
    ...(models === null ? [] : [set(['model', 'name'], models.big.id), set(['model', 'baseUrl'], baseUrl)]),
  ];
}
