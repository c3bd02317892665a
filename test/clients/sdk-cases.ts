/** The SDKs, each a small agent of a few lines (`sdk-agents/`) that creates a file as the tools do. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCase, Family, TaskId } from './client-case.ts';

interface SdkRow {
  readonly agent: string;
  readonly package: string;
  readonly version: string;
  readonly beside?: readonly string[];
  /** For agents that work with several provider packages. */
  readonly provider?: string;
  readonly route: string;
  readonly families: readonly Family[];
  /** The families whose models speak the protocol themselves. */
  readonly own: readonly Family[];
  /** It takes an address alone, and asks our second listener. */
  readonly keyless?: true;
  readonly smoke?: readonly TaskId[];
}

const chat = { route: '/v1/chat/completions', families: ['Gemini', 'GPT'], own: ['Gemini', 'Claude'] } as const;
const responses = { route: '/v1/responses', families: ['GPT', 'Claude'], own: ['GPT'] } as const;
const messages = { route: '/v1/messages', families: ['Claude', 'GPT'], own: ['Claude'] } as const;
const google = {
  route: '/v1beta/models/{model}:streamGenerateContent',
  families: ['Gemini', 'Claude'],
  own: [],
} as const;
const ollama = { route: '/api/chat', families: ['Gemini', 'Claude', 'GPT'], own: [], keyless: true } as const;

const genai = { agent: 'google-genai', package: '@google/genai' } as const;
const ai = { agent: 'ai-sdk', package: 'ai', version: '7.0.173' } as const;
const langchain = { agent: 'langchain', package: '@langchain/core', version: '1.4.0' } as const;
const openaiAgents = { agent: 'openai-agents', package: '@openai/agents', version: '0.20.0' } as const;
const openai = { package: 'openai' } as const;

const rows: readonly SdkRow[] = [
  { ...openai, ...chat, agent: 'openai-chat', version: '6.49.0' },
  { ...openai, ...chat, agent: 'openai-chat', version: '7.57.0' },
  { ...openai, ...responses, agent: 'openai-responses', version: '6.49.0' },
  { ...openai, ...responses, agent: 'openai-responses', version: '7.57.0' },
  { ...messages, agent: 'anthropic', package: '@anthropic-ai/sdk', version: '1.12.0' },
  { ...genai, ...google, version: '1.30.0' },
  { ...genai, ...google, version: '1.52.0' },
  { ...genai, ...google, version: '2.32.0' },
  { ...genai, ...google, version: '3.1.0' },
  { ...ollama, agent: 'ollama', package: 'ollama', version: '0.6.4' },
  { ...ai, ...responses, provider: '@ai-sdk/openai', beside: ['@ai-sdk/openai@4.0.118'] },
  { ...ai, ...chat, provider: '@ai-sdk/openai chat', beside: ['@ai-sdk/openai@4.0.118'] },
  { ...ai, ...chat, provider: '@ai-sdk/openai-compatible', beside: ['@ai-sdk/openai-compatible@3.0.92'] },
  { ...ai, ...messages, provider: '@ai-sdk/anthropic', beside: ['@ai-sdk/anthropic@4.0.105'] },
  { ...ai, ...google, provider: '@ai-sdk/google', beside: ['@ai-sdk/google@4.0.121'] },
  { ...ai, ...ollama, provider: 'ollama-ai-provider-v2', beside: ['ollama-ai-provider-v2@4.0.1'] },
  { ...langchain, ...chat, provider: '@langchain/openai', beside: ['@langchain/openai@1.6.0'] },
  { ...langchain, ...responses, provider: '@langchain/openai responses', beside: ['@langchain/openai@1.6.0'] },
  { ...langchain, ...messages, provider: '@langchain/anthropic', beside: ['@langchain/anthropic@1.5.11'] },
  { ...langchain, ...ollama, provider: '@langchain/ollama', beside: ['@langchain/ollama@1.3.0'] },
  { ...langchain, ...google, provider: '@langchain/google-genai', beside: ['@langchain/google-genai@2.3.2'] },
  { ...openaiAgents, ...responses, provider: 'responses' },
  { ...openaiAgents, ...chat, provider: 'chat' },
  { ...responses, route: 'ws:/v1/responses', agent: 'codex-sdk', package: '@openai/codex-sdk', version: '0.163.0' },
  { ...messages, agent: 'claude-agent-sdk', package: '@anthropic-ai/claude-agent-sdk', version: '0.3.330' },
];

const models = {
  Claude: 'claude-sonnet-5.5',
  GPT: 'gpt-6.1-sol',
  Gemini: 'gemini-3.8-flash',
  Grok: 'grok-4.7',
} as const satisfies Readonly<Record<Family, string>>;

export const sdkCases: readonly ClientCase[] = rows.flatMap((row) =>
  row.families.map((family) => sdkCase(row, family)),
);

function sdkCase({ agent, own, keyless, provider, route, smoke = [], ...row }: SdkRow, family: Family): ClientCase {
  const client = provider === undefined ? row.package : agent;
  return {
    title: [client, provider ?? row.version, ...(row.package === 'openai' ? [agent.slice(7)] : []), family].join(', '),
    client,
    package: row.package,
    version: row.version,
    ...(row.beside && { beside: row.beside }),
    model: models[family],
    family,
    depth: 'smoke',
    ...(!own.includes(family) && { translated: true }),
    smoke,
    route,
    ...(keyless && { proxyFlags: ['--ollama=0', '--ollama-no-key'] }),
    configure({ packages }) {
      // A module resolves names from where it lies.
      writeFileSync(join(packages, 'load.mjs'), 'export const load = (name) => import(name);\n');
    },
    launch: ({ packages, url, ollamaUrl, key }, { prompt }) => ({
      program: new URL(`sdk-agents/${agent}.ts`, import.meta.url).pathname,
      args: [prompt],
      env: {
        AGENT_URL: keyless ? ollamaUrl : url,
        AGENT_KEY: key,
        AGENT_MODEL: models[family],
        AGENT_LOADER: join(packages, 'load.mjs'),
        ...(provider !== undefined && { AGENT_PROVIDER: provider }),
      },
    }),
  };
}
