/** Claude Code, led by Anthropic's Agent SDK. */
import { runAgent, type AgentWorld } from './agent.ts';

interface Message {
  readonly type: string;
  readonly result?: string;
}

interface Sdk {
  readonly query: (question: { prompt: string; options: object }) => AsyncIterable<Message>;
}

await runAgent(async ({ url, key, model, prompt, load }: AgentWorld) => {
  const { query } = await load<Sdk>('@anthropic-ai/claude-agent-sdk');
  const options = {
    model,
    permissionMode: 'bypassPermissions',
    allowDangerouslySkipPermissions: true,
    env: {
      ...process.env,
      // It refuses to skip permissions as root outside a sandbox.
      IS_SANDBOX: '1',
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_AUTH_TOKEN: key,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
  };
  let last = 'no end';
  for await (const message of query({ prompt, options })) if (message.type === 'result') last = message.result ?? last;
  return last;
});
