/** What the small agents of the SDKs share: whom they ask, what for, and the one tool that they have. */
import { writeFileSync } from 'node:fs';

export interface AgentWorld {
  /** The proxy's origin; for those that know Ollama alone the origin of its second listener. */
  readonly url: string;
  readonly key: string;
  readonly model: string;
  readonly prompt: string;
  /** A package as the cache folder has it, not as this project does. */
  readonly load: <T>(name: string) => Promise<T>;
}

export const toolName = 'write_file';
export const toolWords = 'Writes a file.';
export const toolSchema = {
  type: 'object' as const,
  properties: { path: { type: 'string' }, content: { type: 'string' } },
  required: ['path', 'content'],
};

/** Does what the model asked for, and says so. */
export function useTool(name: string, input: unknown): string {
  if (name !== toolName) throw new Error(`there is no tool ${name}`);
  const { path, content } = input as { readonly path: string; readonly content: string };
  writeFileSync(path, content);
  return `wrote ${path}`;
}

/** A model that asks for ever is no answer. */
export const mostRounds = 5;

/** Prints the agent's last words. */
export async function runAgent(work: (world: AgentWorld) => Promise<string>): Promise<void> {
  const { AGENT_URL: url = '', AGENT_KEY: key = '', AGENT_MODEL: model = '', AGENT_LOADER: loader = '' } = process.env;
  const { load } = (await import(loader)) as Pick<AgentWorld, 'load'>;
  console.log(await work({ url, key, model, prompt: process.argv[2] ?? '', load }));
}

export function must(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`not so: ${what}`);
}
