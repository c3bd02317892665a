/** Crush: a provider of its own in `crush.json`, user-wide or of a project. From its documentation. */
import { join } from 'node:path';
import { ownKeyVariable } from '../tool-knowledge.ts';
import type { ConnectPlace, EditValue, FileChange, ToolKnowledge } from '../tool-knowledge.ts';
import { known, modelsBigFirst } from './model-lists.ts';
import { notRunHere } from './not-run-here.ts';

export const crush: ToolKnowledge = {
  id: 'crush',
  title: 'Crush',
  tier: 'B',
  binaries: ['crush'],
  install: 'npm install -g @charmland/crush',
  protocol: 'chat',
  vendor: null,
  projectVariable: ownKeyVariable,
  plan(place) {
    const { url, key, models, projectDir, env, homedir } = place;
    const folder =
      projectDir ?? (env['CRUSH_GLOBAL_CONFIG'] || join(env['XDG_CONFIG_HOME'] || join(homedir, '.config'), 'crush'));
    return {
      files: [{ file: join(folder, 'crush.json'), format: 'json', changes: changesFor(place) }],
      variables: { [ownKeyVariable]: key },
      args: [],
      scratchFiles: [],
      notes: [
        ...(projectDir === null ? [] : [`The key is not in the project: set ${ownKeyVariable} where you start crush.`]),
        notRunHere,
      ],
      runNotes: [
        'In crush.json, under providers:',
        `"crossfeed": { "type": "openai-compat", "base_url": "${url}/v1", "api_key": "$${ownKeyVariable}", "models": [{ "id": "${models?.big.id ?? 'ID'}", "name": "Crossfeed" }] }`,
      ],
    };
  },
};

function changesFor({ url, key, models, projectDir }: ConnectPlace): readonly FileChange[] {
  const provider: EditValue = {
    name: 'Crossfeed',
    type: 'openai-compat',
    base_url: `${url}/v1`,
    api_key: projectDir === null ? key : `$${ownKeyVariable}`,
    models: (models === null ? [] : modelsBigFirst(models)).map(
      ({ id, name, promptTokens, outputTokens, vision, reasoning }) => ({
        id,
        name,
        ...known({ context_window: promptTokens, default_max_tokens: outputTokens }),
        can_reason: reasoning,
        supports_attachments: vision,
      }),
    ),
  };
  const set = (path: readonly string[], value: EditValue): FileChange => ({ op: 'set', path, value });
  const named = (model: string): EditValue => ({ provider: 'crossfeed', model });
  return [
    set(['providers', 'crossfeed'], provider),
    ...(models === null
      ? []
      : [set(['models', 'large'], named(models.big.id)), set(['models', 'small'], named(models.background.id))]),
  ];
}
