/** An agent on Vercel's AI SDK, with the provider package and the maker that `AGENT_PROVIDER` names. */
import { mostRounds, runAgent, toolName, toolSchema, toolWords, useTool, type AgentWorld } from './agent.ts';

interface Ai {
  readonly streamText: (options: object) => { readonly text: PromiseLike<string> };
  readonly jsonSchema: (schema: object) => object;
  readonly stepCountIs?: (count: number) => unknown;
  readonly isStepCount?: (count: number) => unknown;
}

/** `createOpenAI(options)(model)`, or `createOpenAI(options).chat(model)`. */
type Provider = ((model: string) => object) & Readonly<Record<string, (model: string) => object>>;

interface ProviderRow {
  readonly maker: string;
  readonly base: string;
  /** Which of the provider's own makers; its first choice unless told. */
  readonly kind?: string;
}

const providers: Readonly<Record<string, ProviderRow>> = {
  '@ai-sdk/openai': { maker: 'createOpenAI', base: '/v1' },
  '@ai-sdk/openai chat': { maker: 'createOpenAI', base: '/v1', kind: 'chat' },
  '@ai-sdk/openai-compatible': { maker: 'createOpenAICompatible', base: '/v1' },
  '@ai-sdk/anthropic': { maker: 'createAnthropic', base: '/v1' },
  '@ai-sdk/google': { maker: 'createGoogleGenerativeAI', base: '/v1beta' },
  '@openrouter/ai-sdk-provider': { maker: 'createOpenRouter', base: '/v1', kind: 'chat' },
  'ollama-ai-provider-v2': { maker: 'createOllama', base: '/api' },
};

await runAgent(async ({ url, key, model, prompt, load }: AgentWorld) => {
  const name = process.env['AGENT_PROVIDER'] ?? '';
  const row = providers[name];
  if (row === undefined) throw new Error(`no provider ${name}`);
  const { streamText, jsonSchema, stepCountIs, isStepCount } = await load<Ai>('ai');
  const makers = await load<Readonly<Record<string, (options: object) => Provider>>>(name.split(' ')[0] ?? '');
  const provider = makers[row.maker]?.({ name: 'crossfeed', baseURL: `${url}${row.base}`, apiKey: key });
  const made = row.kind === undefined ? provider?.(model) : provider?.[row.kind]?.(model);
  const tool = {
    description: toolWords,
    inputSchema: jsonSchema(toolSchema),
    execute: (input: unknown) => useTool(toolName, input),
  };
  const stopWhen = (isStepCount ?? stepCountIs)?.(mostRounds);
  return streamText({ model: made, prompt, tools: { [toolName]: tool }, stopWhen }).text;
});
