/** An agent of the Strands SDK, with the model class that `AGENT_PROVIDER` names. */
import { runAgent, toolName, toolSchema, toolWords, useTool, type AgentWorld } from './agent.ts';

interface Sdk {
  readonly Agent: new (options: object) => { invoke(prompt: string): Promise<{ toString(): string }> };
  readonly FunctionTool: new (options: object) => object;
}

interface Provider {
  readonly path: string;
  readonly model: string;
  readonly options: (world: Pick<AgentWorld, 'url' | 'key'>) => object;
}

const openai = (api: 'chat' | 'responses'): Provider => ({
  path: 'openai',
  model: 'OpenAIModel',
  options: ({ url, key }) => ({ api, apiKey: key, clientConfig: { baseURL: `${url}/v1` } }),
});

const providers: Readonly<Record<string, Provider>> = {
  chat: openai('chat'),
  responses: openai('responses'),
  anthropic: {
    path: 'anthropic',
    model: 'AnthropicModel',
    options: ({ url, key }) => ({ apiKey: key, clientConfig: { baseURL: url } }),
  },
  google: {
    path: 'google',
    model: 'GoogleModel',
    options: ({ url, key }) => ({ apiKey: key, clientConfig: { httpOptions: { baseUrl: url } } }),
  },
};

await runAgent(async ({ url, key, model, prompt, load }: AgentWorld) => {
  const row = providers[process.env['AGENT_PROVIDER'] ?? ''];
  if (row === undefined) throw new Error('no such provider');
  const { Agent, FunctionTool } = await load<Sdk>('@strands-agents/sdk');
  const models = await load<Readonly<Record<string, new (options: object) => object>>>(
    `@strands-agents/sdk/models/${row.path}`,
  );
  const Model = models[row.model];
  if (Model === undefined) throw new Error('other exports');
  const write = new FunctionTool({
    name: toolName,
    description: toolWords,
    inputSchema: toolSchema,
    callback: (input: unknown) => useTool(toolName, input),
  });
  const agent = new Agent({ model: new Model({ modelId: model, ...row.options({ url, key }) }), tools: [write] });
  return String(await agent.invoke(prompt));
});
