/** opencode: a provider of its own, with the seat's models and their sizes, in its user-wide or project settings. */
import { join } from 'node:path';
import { ownKeyVariable } from '../tool-knowledge.ts';
import type { ConnectPlace, EditValue, FileChange, ToolKnowledge } from '../tool-knowledge.ts';

export const opencode: ToolKnowledge = {
  id: 'opencode',
  title: 'opencode',
  tier: 'A',
  binaries: ['opencode'],
  install: 'npm install -g opencode-ai',
  protocol: 'chat',
  vendor: null,
  projectVariable: ownKeyVariable,
  plan: (place) => ({
    files: [{ file: settingsFile(place), format: 'jsonc', changes: providerChanges(place) }],
    variables: { OPENCODE_CONFIG_CONTENT: inlineProviders(place), [ownKeyVariable]: place.key },
    args: [],
    scratchFiles: [],
    runNotes: [],
    notes:
      place.projectDir === null
        ? []
        : [`The key is not in the project: set ${ownKeyVariable} where you start opencode.`],
  }),
};

/** opencode and its children: a provider with the seat's models. */
export function providerChanges({ url, key, models, projectDir }: ConnectPlace): readonly FileChange[] {
  const provider: EditValue = {
    npm: '@ai-sdk/openai-compatible',
    name: 'Crossfeed',
    options: { baseURL: `${url}/v1`, apiKey: projectDir === null ? key : `{env:${ownKeyVariable}}` },
    models: Object.fromEntries(
      (models?.list ?? []).map((model) => [
        model.id,
        {
          name: model.name,
          reasoning: model.reasoning,
          attachment: model.vision,
          ...(model.promptTokens === undefined || model.outputTokens === undefined
            ? {}
            : { limit: { context: model.promptTokens, output: model.outputTokens } }),
        },
      ]),
    ),
  };
  const named = (path: string, id: string): FileChange => ({ op: 'set', path: [path], value: `crossfeed/${id}` });
  return [
    { op: 'set', path: ['provider', 'crossfeed'], value: provider },
    ...(models === null ? [] : [named('model', models.big.id), named('small_model', models.background.id)]),
  ];
}

/** With the seat's models as `connect` writes them; else their own providers, led here. The key stays in its variable. */
export function inlineProviders(place: ConnectPlace): string {
  const { url, models } = place;
  // As in a project, where the key is a reference too.
  if (models !== null && models.list.length > 0)
    return JSON.stringify(asObject(providerChanges({ ...place, projectDir: '.' })));
  const options = { baseURL: `${url}/v1`, apiKey: `{env:${ownKeyVariable}}` };
  return JSON.stringify({
    provider: { openai: { options }, anthropic: { options } },
    ...(models === null ? {} : { model: models.big.id }),
  });
}

function asObject(changes: readonly FileChange[]): EditValue {
  const whole: Record<string, EditValue> = {};
  for (const { path, value } of changes) {
    const [first = '', second] = path;
    whole[first] = second === undefined ? value : { [second]: value };
  }
  return whole;
}

function settingsFile({ projectDir, env, homedir, exists }: ConnectPlace): string {
  const xdg = env['XDG_CONFIG_HOME'];
  const folder = projectDir ?? join(xdg === undefined || xdg === '' ? join(homedir, '.config') : xdg, 'opencode');
  const [usual = '', other = ''] = ['opencode.json', 'opencode.jsonc'].map((name) => join(folder, name));
  return !exists(usual) && exists(other) ? other : usual;
}
