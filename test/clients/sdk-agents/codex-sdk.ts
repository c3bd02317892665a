/** Codex, led by its SDK. */
import { runAgent, type AgentWorld } from './agent.ts';

interface Sdk {
  readonly Codex: new (options: object) => {
    startThread(options: object): { run(prompt: string): Promise<{ readonly finalResponse: string }> };
  };
}

await runAgent(async ({ url, key, model, prompt, load }: AgentWorld) => {
  const { Codex } = await load<Sdk>('@openai/codex-sdk');
  const quiet = { check_for_update_on_startup: false, analytics: { enabled: false }, features: { plugins: false } };
  const codex = new Codex({ baseUrl: `${url}/v1`, apiKey: key, config: quiet });
  const thread = codex.startThread({
    model,
    sandboxMode: 'danger-full-access',
    approvalPolicy: 'never',
    skipGitRepoCheck: true,
  });
  return (await thread.run(prompt)).finalResponse;
});
