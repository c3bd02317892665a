/** Codex: a provider of its own in `config.toml`, and the seat's models as a catalogue beside it. */
import { join } from 'node:path';
import { ownKeyVariable } from '../tool-knowledge.ts';
import type { ConnectPlace, FileChange, FileEdit, ToolKnowledge } from '../tool-knowledge.ts';

export const codex: ToolKnowledge = {
  id: 'codex',
  title: 'Codex',
  tier: 'A',
  binaries: ['codex'],
  install: 'npm install -g @openai/codex',
  protocol: 'responses',
  vendor: 'openai',
  projectVariable: ownKeyVariable,
  plan(place) {
    const { url, key, models, projectDir, codexCatalogue } = place;
    const folder = projectDir === null ? codexHome(place) : join(projectDir, '.codex');
    const set = (path: readonly string[], value: string | number): FileChange => ({ op: 'set', path, value });
    const provider = (name: string, value: string) => set(['model_providers', 'crossfeed', name], value);
    const catalogueFile = join(folder, 'crossfeed-models.json');
    const changes = [
      set(['model_provider'], 'crossfeed'),
      ...(models === null ? [] : [set(['model'], models.big.id)]),
      ...(models?.big.promptTokens === undefined ? [] : [set(['model_context_window'], models.big.promptTokens)]),
      ...(codexCatalogue === null || projectDir !== null ? [] : [set(['model_catalog_json'], catalogueFile)]),
      provider('name', 'Crossfeed'),
      provider('base_url', `${url}/v1`),
      provider('wire_api', 'responses'),
      projectDir === null ? provider('experimental_bearer_token', key) : provider('env_key', ownKeyVariable),
    ];
    const catalogue: readonly FileEdit[] =
      codexCatalogue === null || projectDir !== null
        ? []
        : [{ file: catalogueFile, format: 'own', text: codexCatalogue }];
    const inline = `{name="Crossfeed",base_url="${url}/v1",env_key="${ownKeyVariable}",wire_api="responses"}`;
    return {
      files: [...catalogue, { file: join(folder, 'config.toml'), format: 'toml', changes }],
      variables: { [ownKeyVariable]: key },
      args: [
        '-c',
        'model_provider=crossfeed',
        '-c',
        `model_providers.crossfeed=${inline}`,
        ...(models === null ? [] : ['-m', models.big.id]),
      ],
      scratchFiles: [],
      runNotes: [],
      notes: projectDir === null ? [] : [`The key is not in the project: set ${ownKeyVariable} where you start codex.`],
    };
  },
};

function codexHome({ env, homedir }: ConnectPlace): string {
  const folder = env['CODEX_HOME'];
  return folder === undefined || folder === '' ? join(homedir, '.codex') : folder;
}
