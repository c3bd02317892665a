/** What each known tool needs in its environment to talk to the proxy; recorded in `clients.md`. */

export const toolIds = [
  'claude-code',
  'codex',
  'opencode',
  'gemini-cli',
  'qwen-code',
  'copilot',
  'cline',
  'continue',
  'kilocode',
  'droid',
  'pi',
] as const;

export type ToolId = (typeof toolIds)[number];

/** What people type: the program's name. */
export const toolAliases: Readonly<Record<string, ToolId>> = {
  claude: 'claude-code',
  gemini: 'gemini-cli',
  qwen: 'qwen-code',
  cn: 'continue',
  kilo: 'kilocode',
};

export interface ToolPlace {
  /** The origin, without slash and `/v1`. */
  readonly url: string;
  readonly key: string;
  /** A catalogue id; null leaves the choice to the tool. */
  readonly model: string | null;
}

export interface ToolLines {
  readonly variables: Readonly<Record<string, string>>;
  /** What no variable can say, one line each. Never holds the key. */
  readonly notes: readonly string[];
}

export function resolveTool(name: string): ToolId | undefined {
  return toolIds.find((id) => id === name) ?? (Object.hasOwn(toolAliases, name) ? toolAliases[name] : undefined);
}

/** For a tool that reads its provider from a file: the key in one variable, the rest to be written there. */
const ownKey = 'CROSSFEED_API_KEY';

const linesOf: Readonly<Record<ToolId, (place: ToolPlace) => ToolLines>> = {
  'claude-code': ({ url, key, model }) => ({
    variables: {
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_AUTH_TOKEN: key,
      // A line at the head of the prompt that changes from call to call costs the prompt cache.
      CLAUDE_CODE_ATTRIBUTION_HEADER: '0',
      ...(model === null ? {} : { ANTHROPIC_MODEL: model }),
    },
    notes: [],
  }),
  codex: ({ url, key, model }) => ({
    variables: { [ownKey]: key },
    notes: [
      `codex -c model_provider=crossfeed -c 'model_providers.crossfeed={name="Crossfeed",base_url="${url}/v1",env_key="${ownKey}",wire_api="responses"}'${model === null ? '' : ` -m ${model}`}`,
    ],
  }),
  opencode: (place) => ({
    variables: { OPENCODE_CONFIG_CONTENT: inlineProviders(place), [ownKey]: place.key },
    notes: [],
  }),
  'gemini-cli': ({ url, key, model }) => ({
    variables: {
      GOOGLE_GEMINI_BASE_URL: url,
      GEMINI_API_KEY: key,
      ...(model === null ? {} : { GEMINI_MODEL: model }),
    },
    notes: [
      'Where it asks how to sign in: "Use Gemini API Key" (security.auth.selectedType in ~/.gemini/settings.json).',
    ],
  }),
  'qwen-code': ({ url, key, model }) => ({
    variables: {
      OPENAI_BASE_URL: `${url}/v1`,
      OPENAI_API_KEY: key,
      ...(model === null ? {} : { OPENAI_MODEL: model }),
    },
    notes: ['qwen --auth-type openai'],
  }),
  copilot: ({ url, key, model }) => ({
    variables: {
      COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
      COPILOT_PROVIDER_TYPE: 'openai',
      COPILOT_PROVIDER_API_KEY: key,
      COPILOT_OFFLINE: 'true',
      ...(model === null ? {} : { COPILOT_MODEL: model }),
    },
    notes: model === null ? ['copilot wants a model: crossfeed env copilot --model ID'] : [],
  }),
  cline: ({ url, key }) => ({
    variables: { [ownKey]: key },
    notes: [`In ~/.cline/data/settings/providers.json: provider "openai", baseUrl "${url}/v1", apiKey the key above.`],
  }),
  continue: ({ url, key, model }) => ({
    variables: { [ownKey]: key },
    notes: [
      'In ~/.continue/config.yaml, under models:',
      `- { name: Crossfeed, provider: openai, model: ${model ?? 'ID'}, apiBase: ${url}/v1, apiKey: THE KEY ABOVE }`,
    ],
  }),
  kilocode: (place) => ({
    variables: { KILO_CONFIG_CONTENT: inlineProviders(place), [ownKey]: place.key },
    notes: [],
  }),
  droid: ({ url, key, model }) => ({
    variables: { [ownKey]: key, FACTORY_API_KEY: 'not-needed' },
    notes: [
      'In ~/.factory/settings.json, under customModels:',
      `{ "displayName": "Crossfeed", "provider": "openai", "baseUrl": "${url}/v1", "model": "${model ?? 'ID'}", "apiKey": "THE KEY ABOVE" }`,
    ],
  }),
  pi: ({ url, key, model }) => ({
    variables: { [ownKey]: key },
    notes: [
      'In ~/.pi/agent/models.json, under providers:',
      `"crossfeed": { "baseUrl": "${url}/v1", "api": "openai-responses", "apiKey": "${ownKey}", "models": [{ "id": "${model ?? 'ID'}" }] }`,
    ],
  }),
};

export function toolLines(tool: ToolId, place: ToolPlace): ToolLines {
  return linesOf[tool](place);
}

/** opencode and its children: their own providers, led here. The key stays in its variable. */
function inlineProviders({ url, model }: ToolPlace): string {
  const options = { baseURL: `${url}/v1`, apiKey: `{env:${ownKey}}` };
  return JSON.stringify({
    provider: { openai: { options }, anthropic: { options } },
    ...(model === null ? {} : { model }),
  });
}
