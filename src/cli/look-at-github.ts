/** One request to GitHub's API without a login: whether it is reached, whether it is GitHub, and what time it has. */
import { EnvHttpProxyAgent, request } from 'undici';
import type { Dispatcher } from 'undici';
import type { GithubLook } from '../doctor/doctor-world.ts';

const patienceMs = 5_000;
const maxBytes = 64 * 1024;

const tlsCodes = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/;

/** `baseUrl`: `upstream.githubApiUrl`. */
export async function lookAtGithub(
  baseUrl: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<GithubLook> {
  const { origin } = new URL(baseUrl);
  const failed = (reason: Extract<GithubLook, { kind: 'failed' }>['reason'], words: string): GithubLook => ({
    kind: 'failed',
    origin,
    reason,
    words,
  });
  let dispatcher: Dispatcher;
  try {
    dispatcher = agentFor(env);
  } catch (thrown) {
    return failed('proxy', wordsOf(thrown));
  }
  try {
    const { statusCode, headers, body } = await request(`${origin}/meta`, {
      dispatcher,
      headers: { 'user-agent': 'crossfeed-doctor', accept: 'application/json' },
      signal: AbortSignal.timeout(patienceMs),
      headersTimeout: patienceMs,
      bodyTimeout: patienceMs,
    });
    const type = String(headers['content-type'] ?? '');
    await body.dump({ limit: maxBytes }).catch(() => undefined);
    const dateMs = Date.parse(String(headers['date'] ?? ''));
    // A redirect or a web page is what networks send that want a sign-in first.
    const isGithub = (headers['x-github-request-id'] !== undefined || type.includes('json')) && !isRedirect(statusCode);
    return {
      kind: 'answered',
      origin,
      status: statusCode,
      isGithub,
      dateMs: Number.isNaN(dateMs) ? null : dateMs,
    };
  } catch (thrown) {
    return failed(reasonOf(thrown), wordsOf(thrown));
  } finally {
    await dispatcher.close().catch(() => undefined);
  }
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

function agentFor(env: Readonly<Record<string, string | undefined>>): Dispatcher {
  const one = (...names: readonly string[]) =>
    names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  const httpProxy = one('http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY') ?? '';
  const httpsProxy = one('https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY') ?? '';
  return new EnvHttpProxyAgent({ httpProxy, httpsProxy, noProxy: one('no_proxy', 'NO_PROXY') ?? '' });
}

/** Causes are nested: the first that says something is taken. */
function codesOf(thrown: unknown): string {
  const codes: string[] = [];
  for (let one = thrown; one instanceof Error && codes.length < 5; one = one.cause) {
    codes.push(`${'code' in one ? String(one.code) : ''} ${one.name} ${one.message}`);
    if (one instanceof AggregateError) codes.push(...one.errors.map((inner) => codesOf(inner)));
  }
  return codes.join(' ');
}

function reasonOf(thrown: unknown): Extract<GithubLook, { kind: 'failed' }>['reason'] {
  const codes = codesOf(thrown);
  if (/ENOTFOUND|EAI_AGAIN/.test(codes)) return 'dns';
  if (tlsCodes.test(codes)) return 'tls';
  if (/Proxy response|RequestAbortedError.*[Pp]roxy|SOCKS/.test(codes)) return 'proxy';
  return /Timeout|ETIMEDOUT/i.test(codes) ? 'timeout' : 'unreachable';
}

function wordsOf(thrown: unknown): string {
  let last = thrown;
  while (last instanceof Error && last.cause instanceof Error) last = last.cause;
  if (last instanceof AggregateError && last.errors[0] instanceof Error) last = last.errors[0];
  return last instanceof Error ? last.message : 'unknown';
}
