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
  /** Why it does not come to creating a file with a model of that family. */
  readonly cannot?: Readonly<Partial<Record<Family, string>>>;
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
const llamaindex = { agent: 'llamaindex', package: 'llamaindex', version: '0.12.1' } as const;
const strands = { agent: 'strands', package: '@strands-agents/sdk', version: '1.19.0' } as const;

const everyFamily = (why: string) => ({ Claude: why, GPT: why, Gemini: why }) as const;

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
  // Streaming, its chats keep no turn with an empty text in it, as the last frame of a stream has one.
  {
    ...google,
    route: '/v1beta/models/{model}:generateContent',
    agent: 'generative-ai',
    package: '@google/generative-ai',
    version: '0.24.1',
  },
  { ...chat, agent: 'mistral', package: '@mistralai/mistralai', version: '2.7.0' },
  { ...ollama, agent: 'ollama', package: 'ollama', version: '0.6.4' },
  { ...ai, ...responses, provider: '@ai-sdk/openai', beside: ['@ai-sdk/openai@4.0.118'] },
  { ...ai, ...chat, provider: '@ai-sdk/openai chat', beside: ['@ai-sdk/openai@4.0.118'] },
  { ...ai, ...chat, provider: '@ai-sdk/openai-compatible', beside: ['@ai-sdk/openai-compatible@3.0.92'] },
  { ...ai, ...messages, provider: '@ai-sdk/anthropic', beside: ['@ai-sdk/anthropic@4.0.105'] },
  { ...ai, ...google, provider: '@ai-sdk/google', beside: ['@ai-sdk/google@4.0.121'] },
  {
    ...ai,
    ...chat,
    provider: '@openrouter/ai-sdk-provider',
    beside: ['@openrouter/ai-sdk-provider@3.1.0'],
  },
  { ...ai, ...ollama, provider: 'ollama-ai-provider-v2', beside: ['ollama-ai-provider-v2@4.0.1'] },
  { ...langchain, ...chat, provider: '@langchain/openai', beside: ['@langchain/openai@1.6.0'] },
  { ...langchain, ...responses, provider: '@langchain/openai responses', beside: ['@langchain/openai@1.6.0'] },
  { ...langchain, ...messages, provider: '@langchain/anthropic', beside: ['@langchain/anthropic@1.5.11'] },
  { ...langchain, ...ollama, provider: '@langchain/ollama', beside: ['@langchain/ollama@1.3.0'] },
  { ...langchain, ...google, provider: '@langchain/google-genai', beside: ['@langchain/google-genai@2.3.2'] },
  { ...openaiAgents, ...responses, provider: 'responses' },
  { ...openaiAgents, ...chat, provider: 'chat' },
  { ...llamaindex, ...chat, provider: '@llamaindex/openai', beside: ['@llamaindex/openai@0.4.23'] },
  { ...llamaindex, ...messages, provider: '@llamaindex/anthropic', beside: ['@llamaindex/anthropic@0.3.27'] },
  {
    ...llamaindex,
    ...google,
    provider: '@llamaindex/google',
    beside: ['@llamaindex/google@0.4.1'],
    cannot: everyFamily('It overlooks the calls of models that its own list does not name; that ends with Gemini 2.5.'),
  },
  {
    ...llamaindex,
    ...ollama,
    provider: '@llamaindex/ollama',
    beside: ['@llamaindex/ollama@0.1.24'],
    cannot: everyFamily('It sends the results of calls back without the calls, so the model calls again and again.'),
  },
  { ...strands, ...chat, provider: 'chat', beside: ['openai@6.49.0'] },
  { ...strands, ...responses, provider: 'responses', beside: ['openai@6.49.0'] },
  {
    ...strands,
    ...messages,
    provider: 'anthropic',
    beside: ['@anthropic-ai/sdk@0.109.1'],
    cannot: {
      GPT: 'It sends the data of `redacted_thinking` back as an object of bytes instead of the string that it got.',
    },
  },
  { ...strands, ...google, provider: 'google', beside: ['@google/genai@2.32.0'] },
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

function sdkCase(sdk: SdkRow, family: Family): ClientCase {
  const { agent, own, keyless, provider, route, smoke = [], cannot = {}, ...row } = sdk;
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
    ...(cannot[family] !== undefined && { cannot: { create: cannot[family] } }),
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
