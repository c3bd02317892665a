/** The headers of a call to the Copilot API: the part that is constant for a bearer, and the part of one call. */
import type { IdentityConfig } from '../../config/config.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import type { TokenKind } from './github-token.ts';
import type { Initiator } from '../upstream.ts';

/** Flat: name, value, name, value. Names in lower case. */
export type FlatHeaders = readonly string[];

export interface CallHeaders {
  readonly path: string;
  readonly stream: boolean;
  readonly initiator: Initiator | null;
  readonly hasImages: boolean;
  readonly exchangeId: string;
  readonly hasBody: boolean;
  /** Further headers, already filtered by the gateway. */
  readonly extra: Readonly<Record<string, string>>;
}

/** The identity under which GitHub takes this kind of token. */
export function identityOf(identity: IdentityConfig, kind: TokenKind): IdentityConfig {
  const isOwnTokens = kind === 'github_pat_' || kind === 'ghs_';
  return isOwnTokens ? { ...identity, integrationId: identity.tokenIntegrationId } : identity;
}

/** Built once for a bearer and version: most of a small request's header work would be this, every time the same. */
export function constantHeaders(bearer: string, identity: IdentityConfig, apiVersion: string): FlatHeaders {
  return [
    ['authorization', `Bearer ${bearer}`],
    ['user-agent', identity.userAgent],
    ['editor-version', identity.editorVersion],
    ['editor-plugin-version', identity.editorPluginVersion],
    ['copilot-integration-id', identity.integrationId],
    ['x-github-api-version', apiVersion],
    // A compressed stream costs latency at every event; what is compressed anyway is decoded.
    ['accept-encoding', 'identity'],
  ].flatMap(([name = '', value = '']) => [name, checkedValue(name, value)]);
}

/** Headers that are ours alone, whatever a caller sent. */
const reserved = new Set([
  'authorization',
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'cookie',
  'copilot-integration-id',
  'copilot-vision-request',
  'editor-plugin-version',
  'editor-version',
  'expect',
  'host',
  'openai-intent',
  'transfer-encoding',
  'user-agent',
  'x-api-key',
  'x-github-api-version',
  'x-initiator',
  'x-request-id',
]);

/** Throws a `ProxyError` (`invalid_request`) where a value could break out of its header. */
export function callHeaders(constant: FlatHeaders, call: CallHeaders): string[] {
  const headers = [
    ...constant,
    'accept',
    call.stream ? 'text/event-stream' : 'application/json',
    'openai-intent',
    intentOf(call.path),
    'x-request-id',
    checkedValue('x-request-id', call.exchangeId),
  ];
  if (call.hasBody) headers.push('content-type', 'application/json');
  if (call.initiator !== null) headers.push('x-initiator', call.initiator);
  if (call.hasImages) headers.push('copilot-vision-request', 'true');
  for (const [name, value] of Object.entries(call.extra)) {
    if (reserved.has(name)) continue;
    if (!/^[a-z0-9-]{1,64}$/.test(name)) throw invalidHeader(name.slice(0, 64));
    headers.push(name, checkedValue(name, value));
  }
  return headers;
}

/** What a call's headers would be, for a person to read. */
export function headersWithoutBearer(
  identity: IdentityConfig,
  apiVersion: string,
  { headers, ...call }: Omit<CallHeaders, 'extra' | 'hasBody'> & { readonly headers: CallHeaders['extra'] },
): Readonly<Record<string, string>> {
  const flat = callHeaders(constantHeaders('', identity, apiVersion), { ...call, extra: headers, hasBody: true });
  const named: Record<string, string> = {};
  for (let index = 0; index < flat.length; index += 2) named[flat[index] ?? ''] = flat[index + 1] ?? '';
  const { authorization: _bearer, ...shown } = named;
  return shown;
}

/** Telemetry and routing at GitHub; the values are those its own client sends for these paths. */
function intentOf(path: string): string {
  if (path === '/embeddings') return 'copilot-panel';
  return path.startsWith('/models') ? 'model-access' : 'conversation-agent';
}

function checkedValue(name: string, value: string): string {
  if (!/^[\t\x20-\x7e]*$/.test(value)) throw invalidHeader(name);
  return value;
}

function invalidHeader(name: string): ProxyError {
  const printable = name.replace(/[^\x21-\x7e]/g, '?');
  return new ProxyError('invalid_request', `The header ${printable} cannot be sent on.`, { param: printable });
}
