/** An agent on Google's retired client, which many programs still hold. */
import { mostRounds, runAgent, toolName, toolSchema, toolWords, useTool, type AgentWorld } from './agent.ts';

interface Call {
  readonly name: string;
  readonly args: object;
}

interface Answer {
  text(): string;
  functionCalls(): readonly Call[] | undefined;
}

interface Sdk {
  readonly GoogleGenerativeAI: new (key: string) => {
    getGenerativeModel(
      params: object,
      options: object,
    ): { startChat(): { sendMessage(message: unknown): Promise<{ readonly response: Answer }> } };
  };
}

await runAgent(async ({ url, key, model, prompt, load }: AgentWorld) => {
  const { GoogleGenerativeAI } = await load<Sdk>('@google/generative-ai');
  const declarations = [{ name: toolName, description: toolWords, parameters: toolSchema }];
  const params = { model, tools: [{ functionDeclarations: declarations }] };
  const chat = new GoogleGenerativeAI(key).getGenerativeModel(params, { baseUrl: url }).startChat();
  let message: unknown = prompt;
  for (let round = 0; round < mostRounds; round += 1) {
    const { response: answer } = await chat.sendMessage(message);
    const calls = answer.functionCalls() ?? [];
    if (calls.length === 0) return answer.text();
    message = calls.map(({ name, args }) => ({
      functionResponse: { name, response: { output: useTool(name, args) } },
    }));
  }
  return 'no end';
});
