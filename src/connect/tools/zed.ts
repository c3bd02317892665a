/** Zed: an OpenAI-compatible provider in its settings; the key it keeps itself, or takes from a variable. From its documentation. */
import { join } from 'node:path';
import type { ConnectPlace, EditValue, FileChange, ToolKnowledge } from '../tool-knowledge.ts';
import { ownKeyVariable } from '../tool-knowledge.ts';
import { known, modelsBigFirst } from './model-lists.ts';
import { notRunHere } from './not-run-here.ts';

export const zed: ToolKnowledge = {
  id: 'zed',
  title: 'Zed',
  tier: 'B',
  binaries: ['zed'],
  install: 'zed.dev/download',
  protocol: 'chat',
  vendor: null,
  projectVariable: null,
  plan(place) {
    const { key, url, models } = place;
    return {
      files: [{ file: settingsFile(place), format: 'jsonc', changes: changesFor(place) }],
      // It makes the variable's name of the provider's.
      variables: { [ownKeyVariable]: key },
      args: [],
      scratchFiles: [],
      notes: [
        'Zed keeps keys to itself: give it one (`crossfeed keys add zed`) under Agent settings, LLM Providers, crossfeed,',
        `or start it where ${ownKeyVariable} is set.`,
        notRunHere,
      ],
      runNotes: [
        'In settings.json, under language_models.openai_compatible:',
        `"crossfeed": { "api_url": "${url}/v1", "available_models": [{ "name": "${models?.big.id ?? 'ID'}", "max_tokens": ${models?.big.promptTokens ?? 128_000} }] }`,
      ],
    };
  },
};

function changesFor({ url, models }: ConnectPlace): readonly FileChange[] {
  const provider: EditValue = {
    api_url: `${url}/v1`,
    available_models: (models === null ? [] : modelsBigFirst(models)).map(
      ({ id, name, promptTokens, outputTokens, vision, toolCalls }) => ({
        name: id,
        display_name: name,
        // It will not take a model without its size.
        max_tokens: promptTokens ?? 128_000,
        ...known({ max_output_tokens: outputTokens }),
        capabilities: { tools: toolCalls, images: vision, parallel_tool_calls: toolCalls },
      }),
    ),
  };
  const set = (path: readonly string[], value: EditValue): FileChange => ({ op: 'set', path, value });
  return [
    set(['language_models', 'openai_compatible', 'crossfeed'], provider),
    ...(models === null ? [] : [set(['agent', 'default_model'], { provider: 'crossfeed', model: models.big.id })]),
  ];
}

function settingsFile({ env, homedir, platform }: ConnectPlace): string {
  if (platform === 'win32') return join(env['APPDATA'] || join(homedir, 'AppData', 'Roaming'), 'Zed', 'settings.json');
  const xdg = platform === 'darwin' ? undefined : env['XDG_CONFIG_HOME'];
  return join(xdg || join(homedir, '.config'), 'zed', 'settings.json');
}
