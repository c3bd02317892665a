/** The betas that a call of `/v1/messages` names in its head. */
import type { EndpointCall } from './model-endpoint.ts';

export function betasOf({ headers }: EndpointCall): string[] {
  const header = headers['anthropic-beta'];
  return (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((beta) => beta.trim())
    .filter(Boolean);
}

export function hasBeta(call: EndpointCall, prefix: string): boolean {
  return betasOf(call).some((beta) => beta.startsWith(prefix));
}
