/** Which endpoint a model is to be asked on, as settings hold it: `gpt-6-sol=/chat/completions`. */
import type { Endpoint } from '../canonical/protocol-id.ts';
import { modelName } from './alias-field.ts';
import type { Field, Parsed } from './field.ts';

const endpoints: ReadonlySet<string> = new Set<Endpoint>(['/chat/completions', '/responses', '/v1/messages']);

function split(entry: string): readonly [model: string, endpoint: Endpoint] | undefined {
  const at = entry.indexOf('=');
  const model = entry.slice(0, at);
  const endpoint = entry.slice(at + 1);
  return at > 0 && modelName.parse(model).ok && endpoints.has(endpoint) ? [model, endpoint as Endpoint] : undefined;
}

export const modelEndpoint: Field<string> = {
  description: 'A model and its endpoint.',
  allowed: `model=endpoint, where the endpoint is one of ${[...endpoints].join(', ')}`,
  parse(input): Parsed<string> {
    if (typeof input === 'string' && split(input)) return { ok: true, value: input };
    return { ok: false, problem: `${JSON.stringify(input)} names no model and endpoint` };
  },
};

/** By the catalogue's id; what cannot be read is left out. */
export function parseModelEndpoints(entries: readonly string[]): ReadonlyMap<string, Endpoint> {
  return new Map(
    entries.flatMap((entry) => {
      const pair = split(entry);
      return pair ? [pair] : [];
    }),
  );
}
