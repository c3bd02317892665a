/** GitHub Copilot CLI: its own-provider mode, which it knows by variables alone, so they stand in a file to be read before it. */
import { join } from 'node:path';
import { pastNetworkProxy } from '../past-network-proxy.ts';
import type { ConnectPlace, FileChange, ToolKnowledge } from '../tool-knowledge.ts';
import { sourceLine } from './source-line.ts';

export const copilotCli: ToolKnowledge = {
  id: 'copilot',
  title: 'GitHub Copilot CLI',
  tier: 'A',
  binaries: ['copilot'],
  install: 'npm install -g @github/copilot',
  protocol: 'chat',
  vendor: null,
  projectVariable: null,
  plan(place) {
    const { models, env, homedir } = place;
    const file = join(env['COPILOT_HOME'] || join(homedir, '.copilot'), 'crossfeed.env');
    const variables = variablesFor(place);
    return {
      files: [
        {
          file,
          format: 'env',
          changes: Object.entries({ ...variables, ...pastNetworkProxy(place) }).map(([name, value]): FileChange => ({
            op: 'set',
            path: [name],
            value,
          })),
        },
      ],
      variables,
      args: [],
      scratchFiles: [],
      notes: [
        'Its settings know no other provider: read the file before you start copilot, once a shell or in your profile:',
        sourceLine(place, file),
      ],
      runNotes: models === null ? ['copilot wants a model: crossfeed env copilot --model ID'] : [],
    };
  },
};

function variablesFor({ url, key, models }: ConnectPlace): Readonly<Record<string, string>> {
  const { id, promptTokens, outputTokens } = models?.big ?? {};
  return {
    COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
    COPILOT_PROVIDER_TYPE: 'openai',
    COPILOT_PROVIDER_API_KEY: key,
    // Without it, it asks GitHub as well.
    COPILOT_OFFLINE: 'true',
    ...(id === undefined ? {} : { COPILOT_MODEL: id }),
    ...(promptTokens === undefined ? {} : { COPILOT_PROVIDER_MAX_PROMPT_TOKENS: String(promptTokens) }),
    ...(outputTokens === undefined ? {} : { COPILOT_PROVIDER_MAX_OUTPUT_TOKENS: String(outputTokens) }),
  };
}
