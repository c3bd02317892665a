/** An agent on Mistral's client, which checks each answer against its own schema. */
import { mostRounds, runAgent, toolName, toolSchema, toolWords, useTool, type AgentWorld } from './agent.ts';

interface Call {
  readonly id?: string;
  readonly function: { readonly name: string; readonly arguments: string | object };
}

interface Sdk {
  readonly Mistral: new (options: object) => {
    readonly chat: {
      complete(request: object): Promise<{
        readonly choices: readonly {
          readonly message: { readonly content?: unknown; readonly toolCalls?: readonly Call[] | null };
        }[];
      }>;
    };
  };
}

await runAgent(async ({ url, key, model, prompt, load }: AgentWorld) => {
  const { Mistral } = await load<Sdk>('@mistralai/mistralai');
  const client = new Mistral({ apiKey: key, serverURL: url });
  const messages: object[] = [{ role: 'user', content: prompt }];
  const definition = { name: toolName, description: toolWords, parameters: toolSchema };
  for (let round = 0; round < mostRounds; round += 1) {
    const tools = [{ type: 'function', function: definition }];
    const { choices } = await client.chat.complete({ model, messages, tools });
    const message = choices[0]?.message;
    const calls = message?.toolCalls ?? [];
    if (calls.length === 0) return String(message?.content);
    messages.push({ ...message, role: 'assistant' });
    for (const { id, function: called } of calls) {
      const input: unknown = typeof called.arguments === 'string' ? JSON.parse(called.arguments) : called.arguments;
      messages.push({ role: 'tool', toolCallId: id, name: called.name, content: useTool(called.name, input) });
    }
  }
  return 'no end';
});
