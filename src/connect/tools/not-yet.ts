/** Tools of which `env` knows the variables, and `connect` nothing yet: each moves into a file of its own. */
import { ownKeyVariable } from '../tool-knowledge.ts';
import type { ConnectPlace, ToolKnowledge, ToolPlan } from '../tool-knowledge.ts';
import { inlineProviders } from './opencode.ts';

interface Lines {
  readonly variables: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly runNotes?: readonly string[];
}

function known(
  tool: Omit<ToolKnowledge, 'plan' | 'tier' | 'vendor' | 'projectVariable'>,
  lines: (place: ConnectPlace, model: string | undefined) => Lines,
): ToolKnowledge {
  return {
    ...tool,
    tier: 'A',
    vendor: null,
    projectVariable: null,
    plan(place): ToolPlan {
      const { variables, args = [], runNotes = [] } = lines(place, place.models?.big.id);
      return { files: [], variables, args, scratchFiles: [], notes: [], runNotes };
    },
  };
}

export const qwenCode = known(
  {
    id: 'qwen-code',
    title: 'Qwen Code',
    binaries: ['qwen'],
    install: 'npm install -g @qwen-code/qwen-code',
    protocol: 'chat',
  },
  ({ url, key }, model) => ({
    variables: {
      OPENAI_BASE_URL: `${url}/v1`,
      OPENAI_API_KEY: key,
      ...(model === undefined ? {} : { OPENAI_MODEL: model }),
    },
    args: ['--auth-type', 'openai'],
  }),
);

export const copilotCli = known(
  {
    id: 'copilot',
    title: 'GitHub Copilot CLI',
    binaries: ['copilot'],
    install: 'npm install -g @github/copilot',
    protocol: 'chat',
  },
  ({ url, key }, model) => ({
    variables: {
      COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
      COPILOT_PROVIDER_TYPE: 'openai',
      COPILOT_PROVIDER_API_KEY: key,
      COPILOT_OFFLINE: 'true',
      ...(model === undefined ? {} : { COPILOT_MODEL: model }),
    },
    runNotes: model === undefined ? ['copilot wants a model: crossfeed env copilot --model ID'] : [],
  }),
);

export const cline = known(
  { id: 'cline', title: 'Cline', binaries: ['cline'], install: 'npm install -g cline', protocol: 'chat' },
  ({ url, key }) => ({
    variables: { [ownKeyVariable]: key },
    runNotes: [
      `In ~/.cline/data/settings/providers.json: provider "openai", baseUrl "${url}/v1", apiKey the key above.`,
    ],
  }),
);

export const continueCli = known(
  {
    id: 'continue',
    title: 'Continue',
    binaries: ['cn'],
    install: 'npm install -g @continuedev/cli',
    protocol: 'chat',
  },
  ({ url, key }, model) => ({
    variables: { [ownKeyVariable]: key },
    runNotes: [
      'In ~/.continue/config.yaml, under models:',
      `- { name: Crossfeed, provider: openai, model: ${model ?? 'ID'}, apiBase: ${url}/v1, apiKey: THE KEY ABOVE }`,
    ],
  }),
);

export const kilocode = known(
  { id: 'kilocode', title: 'Kilo Code', binaries: ['kilo'], install: 'npm install -g @kilocode/cli', protocol: 'chat' },
  (place) => ({ variables: { KILO_CONFIG_CONTENT: inlineProviders(place), [ownKeyVariable]: place.key } }),
);

export const droid = known(
  { id: 'droid', title: 'Factory Droid', binaries: ['droid'], install: 'npm install -g droid', protocol: 'chat' },
  ({ url, key }, model) => ({
    variables: { [ownKeyVariable]: key, FACTORY_API_KEY: 'not-needed' },
    runNotes: [
      'In ~/.factory/settings.json, under customModels:',
      `{ "displayName": "Crossfeed", "provider": "openai", "baseUrl": "${url}/v1", "model": "${model ?? 'ID'}", "apiKey": "THE KEY ABOVE" }`,
    ],
  }),
);

export const pi = known(
  {
    id: 'pi',
    title: 'pi',
    binaries: ['pi'],
    install: 'npm install -g @earendil-works/pi-coding-agent',
    protocol: 'responses',
  },
  ({ url, key }, model) => ({
    variables: { [ownKeyVariable]: key },
    runNotes: [
      'In ~/.pi/agent/models.json, under providers:',
      `"crossfeed": { "baseUrl": "${url}/v1", "api": "openai-responses", "apiKey": "${ownKeyVariable}", "models": [{ "id": "${model ?? 'ID'}" }] }`,
    ],
  }),
);
