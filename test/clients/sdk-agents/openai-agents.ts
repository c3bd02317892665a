/** An agent of OpenAI's Agents SDK, over Responses or Chat. */
import { runAgent, toolName, toolSchema, toolWords, useTool, type AgentWorld } from './agent.ts';

interface Sdk {
  readonly Agent: new (options: object) => object;
  readonly Runner: new (options: object) => {
    run(agent: object, prompt: string): Promise<{ readonly finalOutput?: unknown }>;
  };
  readonly OpenAIProvider: new (options: object) => object;
  readonly tool: (options: object) => object;
}

await runAgent(async ({ url, key, model, prompt, load }: AgentWorld) => {
  const { Agent, OpenAIProvider, Runner, tool } = await load<Sdk>('@openai/agents');
  const useResponses = process.env['AGENT_PROVIDER'] === 'responses';
  const modelProvider = new OpenAIProvider({ baseURL: `${url}/v1`, apiKey: key, useResponses });
  const write = tool({
    name: toolName,
    description: toolWords,
    parameters: { ...toolSchema, additionalProperties: false },
    strict: false,
    execute: (input: unknown) => useTool(toolName, input),
  });
  const agent = new Agent({ name: 'Writer', instructions: 'You write files.', model, tools: [write] });
  // It would tell OpenAI of every run.
  const { finalOutput } = await new Runner({ modelProvider, tracingDisabled: true }).run(agent, prompt);
  return String(finalOutput);
});
