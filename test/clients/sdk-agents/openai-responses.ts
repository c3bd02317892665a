/** An agent on OpenAI's client, over Responses, which remembers by itself what was said before. */
import type * as Sdk from 'openai';
import { mostRounds, runAgent, toolName, toolSchema, toolWords, useTool, type AgentWorld } from './agent.ts';

await runAgent(async ({ url, key, model, prompt, load }: AgentWorld) => {
  const { OpenAI } = await load<typeof Sdk>('openai');
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key });
  const tool = {
    type: 'function',
    name: toolName,
    description: toolWords,
    parameters: toolSchema,
    strict: false,
  } as const;
  let input: Sdk.OpenAI.Responses.ResponseInput = [{ role: 'user', content: prompt }];
  let previous: string | undefined;
  for (let round = 0; round < mostRounds; round += 1) {
    const stream = client.responses.stream({
      model,
      input,
      tools: [tool],
      ...(previous !== undefined && { previous_response_id: previous }),
    });
    const { id, output, output_text: text } = await stream.finalResponse();
    const calls = output.filter((item) => item.type === 'function_call');
    if (calls.length === 0) return text;
    previous = id;
    input = calls.map((call) => ({
      type: 'function_call_output',
      call_id: call.call_id,
      output: useTool(call.name, JSON.parse(call.arguments)),
    }));
  }
  return 'no end';
});
