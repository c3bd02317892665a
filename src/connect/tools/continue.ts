/** Continue: the seat's models at the end of the models of its `config.yaml`. */
import { join } from 'node:path';
import { ownKeyVariable } from '../tool-knowledge.ts';
import type { ConnectPlace, FileChange, FileEdit, ToolKnowledge } from '../tool-knowledge.ts';
import { known, modelsBigFirst } from './model-lists.ts';

export const continueCli: ToolKnowledge = {
  id: 'continue',
  title: 'Continue',
  tier: 'A',
  binaries: ['cn'],
  install: 'npm install -g @continuedev/cli',
  protocol: 'chat',
  vendor: null,
  projectVariable: null,
  plan(place) {
    const { url, key, models, scratchDir, env, homedir } = place;
    const file = join(env['CONTINUE_GLOBAL_DIR'] || join(homedir, '.continue'), 'config.yaml');
    const runFile = scratchDir === null ? null : join(scratchDir, 'continue.yaml');
    return {
      files: [configFile(place, file)],
      variables: { [ownKeyVariable]: key },
      args: runFile === null ? [] : ['--config', runFile],
      scratchFiles: runFile === null ? [] : [configFile(place, runFile)],
      notes: ['Where you have other models too, choose "Crossfeed: …" with /model.'],
      runNotes:
        runFile === null
          ? [
              'In ~/.continue/config.yaml, under models:',
              `- { name: Crossfeed, provider: openai, model: ${models?.big.id ?? 'ID'}, apiBase: ${url}/v1, apiKey: THE KEY ABOVE }`,
            ]
          : [],
    };
  },
};

/** Without these it is none of Continue's files. */
const head: readonly FileChange[] = Object.entries({ name: 'Crossfeed', version: '1.0.0', schema: 'v1' }).map(
  ([name, value]) => ({ op: 'set', path: [name], value, unlessThere: true }),
);

function configFile({ url, key, models }: ConnectPlace, file: string): FileEdit {
  const entries = (models === null ? [] : modelsBigFirst(models)).map(
    ({ id, name, promptTokens, outputTokens, vision, toolCalls }): FileChange => ({
      op: 'append',
      path: ['models'],
      by: 'name',
      value: {
        name: `Crossfeed: ${name}`,
        provider: 'openai',
        model: id,
        apiBase: `${url}/v1`,
        apiKey: key,
        roles: ['chat', 'edit', 'apply'],
        capabilities: [...(toolCalls ? ['tool_use'] : []), ...(vision ? ['image_input'] : [])],
        defaultCompletionOptions: known({ contextLength: promptTokens, maxTokens: outputTokens }),
      },
    }),
  );
  return { file, format: 'yaml', changes: [...head, ...entries] };
}
