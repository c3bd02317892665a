/** aider: address, key and models in its `.aider.conf.yml`. From its documentation. */
import { join } from 'node:path';
import type { ConnectPlace, FileChange, ToolKnowledge } from '../tool-knowledge.ts';
import { notRunHere } from './not-run-here.ts';

export const aider: ToolKnowledge = {
  id: 'aider',
  title: 'aider',
  tier: 'B',
  binaries: ['aider'],
  install: 'python -m pip install aider-install && aider-install',
  protocol: 'chat',
  vendor: null,
  projectVariable: 'OPENAI_API_KEY',
  plan(place) {
    const { url, key, models, homedir, projectDir } = place;
    const values = {
      'openai-api-base': `${url}/v1`,
      ...(projectDir === null ? { 'openai-api-key': key } : {}),
      ...modelsOf(place),
    };
    return {
      files: [
        {
          file: join(projectDir ?? homedir, '.aider.conf.yml'),
          format: 'yaml',
          changes: Object.entries(values).map(([name, value]): FileChange => ({ op: 'set', path: [name], value })),
        },
      ],
      variables: { OPENAI_API_BASE: `${url}/v1`, OPENAI_API_KEY: key },
      args: Object.entries(modelsOf(place)).flatMap(([name, value]) => [`--${name}`, value]),
      scratchFiles: [],
      notes: [
        ...(projectDir === null ? [] : ['The key is not in the project: set OPENAI_API_KEY where you start aider.']),
        notRunHere,
      ],
      runNotes: models === null ? ['aider --model openai/ID'] : [],
    };
  },
};

/** `openai/` before the id means any server that speaks OpenAI's protocol. */
function modelsOf({ models }: ConnectPlace): Readonly<Record<string, string>> {
  return models === null ? {} : { model: `openai/${models.big.id}`, 'weak-model': `openai/${models.background.id}` };
}
