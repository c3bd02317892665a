/** Programs that are set up in their own windows alone: nothing can be written, so steps are printed. From their documentation. */
import { ownKeyVariable } from '../tool-knowledge.ts';
import type { ConnectPlace, ToolKnowledge } from '../tool-knowledge.ts';

type Known = Pick<ToolKnowledge, 'id' | 'title' | 'install' | 'protocol' | 'vendor'>;

function bySteps(tool: Known, steps: (place: ConnectPlace, model: string) => readonly string[]): ToolKnowledge {
  return {
    ...tool,
    tier: 'C',
    binaries: [],
    projectVariable: null,
    plan: (place) => ({
      files: [],
      variables: { [ownKeyVariable]: place.key },
      args: [],
      scratchFiles: [],
      notes: [],
      runNotes: steps(place, place.models?.big.id ?? 'ID'),
    }),
  };
}

export const vscode = bySteps(
  { id: 'vscode', title: 'VS Code', install: 'code.visualstudio.com', protocol: 'chat', vendor: null },
  ({ url, models }, model) => [
    '1. Chat: Manage Language Models, Add Models, Custom Endpoint (VS Code 1.122 or newer).',
    '2. Name it Crossfeed and give it the key: VS Code keeps it, its settings must not hold it.',
    '3. In chatLanguageModels.json, which it opens, under "models":',
    `{ "id": "${model}", "name": "${model}", "url": "${url}/v1/chat/completions", "apiType": "chat-completions", "toolCalling": true, "vision": ${models?.big.vision ?? true}, "maxInputTokens": ${models?.big.promptTokens ?? 128_000}, "maxOutputTokens": ${models?.big.outputTokens ?? 16_000} }`,
  ],
);

export const claudeDesktop = bySteps(
  {
    id: 'claude-desktop',
    title: 'Claude Desktop',
    install: 'claude.ai/download',
    protocol: 'messages',
    vendor: 'anthropic',
  },
  ({ url }, model) => [
    '1. Help, Troubleshooting: turn on Developer Mode.',
    '2. Developer, Configure Third-Party Inference: choose Gateway.',
    `3. Gateway base URL ${url} (no /v1), the key as the API key, auth scheme Bearer; a model it may use is ${model}.`,
    '4. Apply it and start Claude Desktop again.',
  ],
);

export const xcode = bySteps(
  { id: 'xcode', title: 'Xcode', install: 'the App Store', protocol: 'chat', vendor: null },
  ({ url }, model) => [
    '1. Settings, Intelligence, Add a Model Provider: Internet Hosted.',
    `2. URL ${url} (Xcode adds /v1), API key the key, API key header x-api-key, description Crossfeed.`,
    `3. In the assistant choose a model of it, for example ${model}.`,
  ],
);

export const jetbrains = bySteps(
  { id: 'jetbrains', title: 'JetBrains AI Assistant', install: 'jetbrains.com/ai', protocol: 'chat', vendor: null },
  ({ url }, model) => [
    '1. Settings, Tools, AI Assistant, Providers & API keys: choose OpenAI-compatible.',
    `2. Base URL ${url}/v1, the key, model ${model}.`,
    '3. Apply; in the AI Chat choose that model.',
  ],
);
