/** An agent on OpenAI's client, over Chat Completions. */
import type * as Sdk from 'openai';
import { mostRounds, runAgent, toolName, toolSchema, toolWords, useTool, type AgentWorld } from './agent.ts';

await runAgent(async ({ url, key, model, prompt, load }: AgentWorld) => {
  const { OpenAI } = await load<typeof Sdk>('openai');
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key });
  const messages: Sdk.OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: prompt }];
  const definition = { name: toolName, description: toolWords, parameters: toolSchema };
  for (let round = 0; round < mostRounds; round += 1) {
    const stream = client.chat.completions.stream({
      model,
      messages,
      tools: [{ type: 'function', function: definition }],
    });
    const { message } = (await stream.finalChatCompletion()).choices[0] ?? {};
    if (message === undefined) throw new Error('no choice');
    const calls = message.tool_calls ?? [];
    if (calls.length === 0) return message.content ?? '';
    messages.push(message);
    for (const call of calls) {
      if (call.type !== 'function') throw new Error(`a call of type ${call.type}`);
      const content = useTool(call.function.name, JSON.parse(call.function.arguments));
      messages.push({ role: 'tool', tool_call_id: call.id, content });
    }
  }
  return 'no end';
});
