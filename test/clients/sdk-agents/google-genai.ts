/** An agent on Google's client, any major version of it, which also counts and embeds. */
import type * as Sdk from '@google/genai';
import { mostRounds, must, runAgent, toolName, toolSchema, toolWords, useTool, type AgentWorld } from './agent.ts';

await runAgent(async ({ url, key, model, prompt, load }: AgentWorld) => {
  const { GoogleGenAI } = await load<typeof Sdk>('@google/genai');
  const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });
  const { totalTokens } = await client.models.countTokens({ model, contents: prompt });
  must((totalTokens ?? 0) > 0, 'tokens are counted');
  const { embeddings } = await client.models.embedContent({
    model: 'text-embedding-3-small',
    contents: ['one', 'two'],
  });
  must(embeddings?.length === 2, 'a vector for each text');
  must(((await client.models.generateContent({ model, contents: 'Hello' })).text ?? '') !== '', 'a whole answer');

  const declarations = [{ name: toolName, description: toolWords, parametersJsonSchema: toolSchema }];
  const thinkingConfig = { includeThoughts: true };
  const config = { tools: [{ functionDeclarations: declarations }], thinkingConfig };
  const chat = client.chats.create({ model, config });
  let message: Sdk.PartListUnion = prompt;
  for (let round = 0; round < mostRounds; round += 1) {
    let text = '';
    const calls: Sdk.FunctionCall[] = [];
    for await (const chunk of await chat.sendMessageStream({ message })) {
      for (const part of chunk.candidates?.[0]?.content?.parts ?? [])
        if (part.thought !== true) text += part.text ?? '';
      calls.push(...(chunk.functionCalls ?? []));
    }
    if (calls.length === 0) return text;
    message = calls.map(({ id, name = '', args }) => ({
      functionResponse: { ...(id !== undefined && { id }), name, response: { output: useTool(name, args) } },
    }));
  }
  return 'no end';
});
