/** What somebody who asks for a path that we do not have is told. */
import { ProxyError } from '../errors/proxy-error.ts';

export function unknownUrl(method: string | undefined, path: string): ProxyError {
  // People try `/k/<key>/…`, and what they are told may end up in a bug report.
  const bare = path.replaceAll(/(\/k\/+)[^/]+/gi, '$1[redacted]').replaceAll(/cf_[\w-]{20,}/g, '[redacted]');
  const shown = bare.length > 200 ? `${bare.slice(0, 200)}…` : bare;
  return new ProxyError(
    'unknown_url',
    `Unknown URL: ${method} ${shown}. The base URL of OpenAI tools ends in /v1, those of Anthropic, Gemini and Ollama tools do not.`,
  );
}
