/** An agent of LlamaIndex, with the model class of the provider that `AGENT_PROVIDER` names. */
import { runAgent, toolName, toolSchema, toolWords, useTool, type AgentWorld } from './agent.ts';

interface Agents {
  readonly LLMAgent: new (options: object) => {
    chat(params: object): Promise<{ readonly message: { readonly content: unknown } }>;
  };
}

interface Tools {
  readonly FunctionTool: { from(work: (input: unknown) => string, metadata: object): object };
}

interface Provider {
  readonly maker: string;
  readonly options: (world: Pick<AgentWorld, 'url' | 'key' | 'model'>) => object;
}

const providers: Readonly<Record<string, Provider>> = {
  '@llamaindex/openai': {
    maker: 'OpenAI',
    options: ({ url, key, model }) => ({ model, apiKey: key, baseURL: `${url}/v1` }),
  },
  '@llamaindex/google': {
    maker: 'GoogleStudio',
    options: ({ url, key, model }) => ({ model, apiKey: key, httpOptions: { baseUrl: url } }),
  },
  // Its address comes from Anthropic's own variable.
  '@llamaindex/anthropic': { maker: 'Anthropic', options: ({ key, model }) => ({ model, apiKey: key }) },
  '@llamaindex/ollama': { maker: 'Ollama', options: ({ url, model }) => ({ model, config: { host: url } }) },
};

await runAgent(async ({ url, key, model, prompt, load }: AgentWorld) => {
  const name = process.env['AGENT_PROVIDER'] ?? '';
  process.env['ANTHROPIC_BASE_URL'] = url;
  const row = providers[name];
  if (row === undefined) throw new Error(`no provider ${name}`);
  const makers = await load<Readonly<Record<string, new (options: object) => object>>>(name);
  const Model = makers[row.maker];
  if (Model === undefined) throw new Error('other exports');
  const { LLMAgent } = await load<Agents>('@llamaindex/core/agent');
  const { FunctionTool } = await load<Tools>('@llamaindex/core/tools');
  const write = FunctionTool.from((input) => useTool(toolName, input), {
    name: toolName,
    description: toolWords,
    parameters: toolSchema,
  });
  const agent = new LLMAgent({ llm: new Model(row.options({ url, key, model })), tools: [write] });
  const { message } = await agent.chat({ message: prompt });
  return typeof message.content === 'string' ? message.content : JSON.stringify(message.content);
});
