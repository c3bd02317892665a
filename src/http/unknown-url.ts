/** What somebody who asks for a path that we do not have is told. */
import { ProxyError } from '../errors/proxy-error.ts';

export function unknownUrl(method: string | undefined, path: string): ProxyError {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  return new ProxyError(
    'unknown_url',
    `Unknown URL: ${method} ${shown}. The base URL of OpenAI tools ends in /v1, that of Anthropic tools does not.`,
  );
}
