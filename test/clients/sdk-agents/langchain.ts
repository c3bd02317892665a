/** An agent on LangChain's chat models, with the one that `AGENT_PROVIDER` names. */
import { mostRounds, runAgent, toolName, toolSchema, toolWords, useTool, type AgentWorld } from './agent.ts';

interface Said {
  readonly text: string;
  readonly tool_calls?: readonly { readonly id?: string; readonly name: string; readonly args: unknown }[];
  concat(more: Said): Said;
}

interface ChatModel {
  bindTools(tools: readonly object[]): { stream(messages: readonly unknown[]): Promise<AsyncIterable<Said>> };
}

type Options = (world: Pick<AgentWorld, 'url' | 'key' | 'model'>) => object;

const providers: Readonly<Record<string, { readonly chat: string; readonly options: Options }>> = {
  '@langchain/openai': {
    chat: 'ChatOpenAI',
    options: ({ url, key, model }) => ({ model, apiKey: key, configuration: { baseURL: `${url}/v1` } }),
  },
  '@langchain/openai responses': {
    chat: 'ChatOpenAI',
    options: ({ url, key, model }) => ({
      model,
      apiKey: key,
      useResponsesApi: true,
      configuration: { baseURL: `${url}/v1` },
    }),
  },
  '@langchain/anthropic': {
    chat: 'ChatAnthropic',
    options: ({ url, key, model }) => ({ model, apiKey: key, anthropicApiUrl: url, maxTokens: 4000 }),
  },
  '@langchain/google-genai': {
    chat: 'ChatGoogleGenerativeAI',
    options: ({ url, key, model }) => ({ model, apiKey: key, baseUrl: url }),
  },
  '@langchain/ollama': { chat: 'ChatOllama', options: ({ url, model }) => ({ model, baseUrl: url }) },
};

await runAgent(async ({ url, key, model, prompt, load }: AgentWorld) => {
  const name = process.env['AGENT_PROVIDER'] ?? '';
  const row = providers[name];
  if (row === undefined) throw new Error(`no provider ${name}`);
  const models = await load<Readonly<Record<string, new (options: object) => ChatModel>>>(name.split(' ')[0] ?? '');
  const { ToolMessage, HumanMessage } =
    await load<Readonly<Record<string, new (fields: object) => unknown>>>('@langchain/core/messages');
  const Model = models[row.chat];
  if (Model === undefined || ToolMessage === undefined || HumanMessage === undefined) throw new Error('other exports');
  const tool = { type: 'function', function: { name: toolName, description: toolWords, parameters: toolSchema } };
  const bound = new Model(row.options({ url, key, model })).bindTools([tool]);
  const messages: unknown[] = [new HumanMessage({ content: prompt })];
  for (let round = 0; round < mostRounds; round += 1) {
    let said: Said | undefined;
    for await (const chunk of await bound.stream(messages)) said = said?.concat(chunk) ?? chunk;
    const calls = said?.tool_calls ?? [];
    if (calls.length === 0) return said?.text ?? '';
    messages.push(said);
    for (const { id, name: called, args } of calls)
      messages.push(new ToolMessage({ tool_call_id: id ?? '', name: called, content: useTool(called, args) }));
  }
  return 'no end';
});
