/** What a broken connection means for the caller: one `ProxyError`, without addresses or stacks. */
import { ProxyError } from '../../errors/proxy-error.ts';
import type { TransportFailure } from './transport.ts';

/** `host` is what a user may see of the destination. The failure itself becomes the error's `cause`. */
export function connectionError(failure: TransportFailure, host: string): ProxyError {
  const code = causeCode(failure.cause);
  const make = (proxyCode: ProxyError['code'], message: string) =>
    new ProxyError(proxyCode, message, { cause: failure.cause });

  if (failure.timedOut) return make('upstream_timeout', `${host} did not answer in time.`);
  // Our own want, not the upstream's: the next answer that ends frees two.
  if (code === 'EMFILE' || code === 'ENFILE')
    return make('overloaded', 'The proxy has no file descriptors left: raise `ulimit -n`, or ask less at a time.');
  if (isTlsCode(code)) return make('tls_error', tlsMessage(code, host));
  if (failure.cause.name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW')
    return make('upstream_invalid_response', `${host} answered something that is not proper HTTP.`);
  if (failure.phase === 'answered') return make('upstream_truncated', `${host} broke off its answer.`);
  const refused = /Proxy response \((\d{3})\)|Proxy Authentication Required \((407)\)/.exec(failure.cause.message);
  if (refused !== null)
    return make('upstream_unreachable', `The network proxy refused the way to ${host} (HTTP ${refused[1] ?? 407}).`);
  // Not `upstream_error`, by which an upstream that answers says that it generated nothing: here the model may be at work.
  if (failure.phase === 'sent') return make('empty_response', `${host} closed the connection without an answer.`);
  return make('upstream_unreachable', `${host} cannot be reached${reasonOf(code)}.`);
}

/** A certificate or protocol fault, which no second try mends. */
export function isTlsFailure(failure: TransportFailure): boolean {
  return isTlsCode(causeCode(failure.cause));
}

/** The socket went away: no parser fault, no time-out of ours. */
export function isSocketDeath(failure: TransportFailure): boolean {
  return ['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET'].includes(causeCode(failure.cause));
}

export function isConnectTimeout(failure: TransportFailure): boolean {
  return causeCode(failure.cause) === 'UND_ERR_CONNECT_TIMEOUT';
}

/** Whether nothing was reached at all, so that trying again soon burdens nobody. */
export function isOffline(error: ProxyError): boolean {
  return offlineCodes.has(causeCode(error.cause));
}

const offlineCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function isTlsCode(code: string): boolean {
  return /^(?:CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|ERR_TLS_|ERR_SSL_|EPROTO$|UND_ERR_PRX_TLS$)/.test(
    code,
  );
}

function tlsMessage(code: string, host: string): string {
  if (code === 'CERT_NOT_YET_VALID' || code === 'CERT_HAS_EXPIRED')
    return `The certificate of ${host} is not valid now (${code}): check this machine's clock.`;
  return `TLS to ${host} failed (${code}): if something here inspects TLS, name its CA in NODE_EXTRA_CA_CERTS.`;
}

function reasonOf(code: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return ': the connection was refused';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return ': its name cannot be resolved, is this machine online';
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
    case 'ENETDOWN':
      return ': there is no way to it, is this machine online';
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return ': connecting took too long';
    default:
      return '';
  }
}

/** undici wraps what the socket said: the innermost code says most. */
function causeCode(error: unknown): string {
  let found = '';
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if ('code' in current && typeof current.code === 'string') found = current.code;
    current = current instanceof AggregateError ? (current.errors[0] as unknown) : current.cause;
  }
  return found;
}
