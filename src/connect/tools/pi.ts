/** pi: a provider of its own in `models.json`, named in its settings; for one run an extension says the same. */
import { join } from 'node:path';
import { ownKeyVariable } from '../tool-knowledge.ts';
import type { ConnectPlace, EditValue, FileChange, ToolKnowledge } from '../tool-knowledge.ts';
import { modelsBigFirst } from './model-lists.ts';

export const pi: ToolKnowledge = {
  id: 'pi',
  title: 'pi',
  tier: 'A',
  binaries: ['pi'],
  install: 'npm install -g @earendil-works/pi-coding-agent',
  protocol: 'responses',
  vendor: null,
  projectVariable: null,
  plan(place) {
    const { url, key, models, scratchDir, env, homedir } = place;
    const folder = env['PI_CODING_AGENT_DIR'] || join(homedir, '.pi', 'agent');
    const set = (path: readonly string[], value: EditValue): FileChange => ({ op: 'set', path, value });
    const provider = providerOf(place, key);
    const extension = scratchDir === null || models === null ? null : join(scratchDir, 'crossfeed-provider.mjs');
    const named = [
      set(['defaultProvider'], 'crossfeed'),
      ...(models === null ? [] : [set(['defaultModel'], models.big.id)]),
    ];
    return {
      files: [
        {
          file: join(folder, 'models.json'),
          format: 'json',
          changes: [set(['providers', 'crossfeed'], provider)],
        },
        { file: join(folder, 'settings.json'), format: 'json', changes: named },
      ],
      variables: { [ownKeyVariable]: key },
      args:
        extension === null || models === null
          ? []
          : ['--extension', extension, '--provider', 'crossfeed', '--model', models.big.id],
      scratchFiles:
        extension === null
          ? []
          : [{ file: extension, format: 'own', text: extensionText(providerOf(place, `$${ownKeyVariable}`)) }],
      notes: [],
      runNotes:
        extension === null
          ? [
              'In ~/.pi/agent/models.json, under providers:',
              `"crossfeed": { "baseUrl": "${url}/v1", "api": "openai-responses", "apiKey": "$${ownKeyVariable}", "models": [{ "id": "${models?.big.id ?? 'ID'}" }] }`,
            ]
          : [],
    };
  },
};

function providerOf({ url, models }: ConnectPlace, apiKey: string): EditValue {
  return {
    baseUrl: `${url}/v1`,
    api: 'openai-responses',
    apiKey,
    models: (models === null ? [] : modelsBigFirst(models)).map(
      ({ id, name, promptTokens, outputTokens, vision, reasoning }) => ({
        id,
        name,
        reasoning,
        input: vision ? ['text', 'image'] : ['text'],
        // An extension's models want all of these; the two sizes are what pi takes itself where none is told.
        contextWindow: promptTokens ?? 128_000,
        maxTokens: outputTokens ?? 16_384,
        cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
      }),
    ),
  };
}

function extensionText(provider: EditValue): string {
  return `export default (pi) => pi.registerProvider('crossfeed', ${JSON.stringify(provider)});\n`;
}
