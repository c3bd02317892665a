/** An agent on Ollama's own client, which also lists, shows, embeds, completes and looks at a picture. */
import type * as Sdk from 'ollama';
import { mostRounds, must, runAgent, toolName, toolSchema, toolWords, useTool, type AgentWorld } from './agent.ts';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

await runAgent(async ({ url, model, prompt, load }: AgentWorld) => {
  const { Ollama } = await load<typeof Sdk>('ollama');
  const client = new Ollama({ host: url });
  const { models } = await client.list();
  must(
    models.some(({ name }) => name === model),
    'the model is listed',
  );
  must((await client.show({ model })).capabilities.includes('tools'), 'the model has tools');
  const { embeddings } = await client.embed({ model: 'text-embedding-3-small', input: ['one', 'two'] });
  must(embeddings.length === 2, 'a vector for each text');
  const whole = await client.chat({ model, messages: [{ role: 'user', content: 'A picture', images: [pixel] }] });
  must(whole.done && whole.message.content !== '', 'a picture is spoken of');
  must((await client.generate({ model, prompt: 'Hello' })).response !== '', 'a prompt is completed');

  const tools = [{ type: 'function', function: { name: toolName, description: toolWords, parameters: toolSchema } }];
  const messages: Sdk.Message[] = [{ role: 'user', content: prompt }];
  for (let round = 0; round < mostRounds; round += 1) {
    const said = { role: 'assistant', content: '', tool_calls: [] as Sdk.ToolCall[] };
    for await (const { message } of await client.chat({ model, messages, tools, stream: true })) {
      said.content += message.content;
      said.tool_calls.push(...(message.tool_calls ?? []));
    }
    if (said.tool_calls.length === 0) return said.content;
    messages.push(said);
    for (const call of said.tool_calls) {
      const { name } = call.function;
      messages.push({ role: 'tool', tool_name: name, content: useTool(name, call.function.arguments) });
    }
  }
  return 'no end';
});
