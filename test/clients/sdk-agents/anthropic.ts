/** An agent on Anthropic's client. */
import type * as Sdk from '@anthropic-ai/sdk';
import { mostRounds, runAgent, toolName, toolSchema, toolWords, useTool, type AgentWorld } from './agent.ts';

await runAgent(async ({ url, key, model, prompt, load }: AgentWorld) => {
  const { Anthropic } = await load<typeof Sdk>('@anthropic-ai/sdk');
  const client = new Anthropic({ baseURL: url, apiKey: key });
  const messages: Sdk.Anthropic.MessageParam[] = [{ role: 'user', content: prompt }];
  const tools = [{ name: toolName, description: toolWords, input_schema: toolSchema }];
  for (let round = 0; round < mostRounds; round += 1) {
    const { content } = await client.messages.stream({ model, messages, tools, max_tokens: 4000 }).finalMessage();
    const results = content.flatMap((block): Sdk.Anthropic.ToolResultBlockParam[] =>
      block.type === 'tool_use'
        ? [{ type: 'tool_result', tool_use_id: block.id, content: useTool(block.name, block.input) }]
        : [],
    );
    if (results.length === 0) return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    messages.push({ role: 'assistant', content }, { role: 'user', content: results });
  }
  return 'no end';
});
