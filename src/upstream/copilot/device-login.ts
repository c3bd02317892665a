/** GitHub's device login: a code for the person, then polling exactly as GitHub asks, with one end. */
import type { Clock } from '../../base/clock.ts';
import { sleep } from '../../base/clock.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { createPools } from './dispatcher.ts';
import { acceptConfiguredBase, isLoopbackHost } from './endpoints.ts';
import { presentable } from './error-text.ts';
import { createGithubSend } from './github-request.ts';
import type { GithubReply, GithubSend } from './github-request.ts';
import { githubLoginError, LoginError } from './login-error.ts';
import type { ProxyEnv } from './proxy-env.ts';
import { retryAfterMsOf } from './retry-after.ts';
import { parseJson, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { textOf } from './wire-value.ts';

export interface DeviceLoginOptions {
  /** `https://github.com`, or a tenant's `https://sub.ghe.com`; http on loopback only. */
  readonly githubUrl: string;
  /** The app that the person lets in: `identity.clientId`. */
  readonly clientId: string;
  /** `identity.scope`; may be empty. */
  readonly scope: string;
  readonly userAgent: string;
  readonly clock: Clock;
  /** Ends the login at any time: `token` rejects with the code `canceled`, and nothing is left running. */
  readonly signal: AbortSignal;
  readonly proxyEnv?: ProxyEnv;
  readonly allowedHosts?: readonly string[];
}

export interface DeviceLogin {
  /** What the person types, e.g. `AB12-CD34`. */
  readonly userCode: string;
  /** Where: always on `githubUrl`'s own host, fit to be opened in a browser. */
  readonly verificationUri: string;
  readonly expiresInMs: number;
  /** The wait between two questions as GitHub asked for it at first. */
  readonly intervalMs: number;
  /** The GitHub token. Rejects with a `LoginError`; it need not be awaited. */
  readonly token: Promise<string>;
}

const defaultIntervalS = 5;
const longestIntervalS = 120;
const defaultExpiryS = 900;
const longestExpiryS = 3600;
/** GitHub counts from when it answered; a poll that is early by a blink raises the interval for good. */
const paddingMs = 1000;
/** The standard's step where `slow_down` names no interval. */
const slowDownS = 5;

const paths = { code: '/login/device/code', token: '/login/oauth/access_token' } as const;
const grantType = 'urn:ietf:params:oauth:grant-type:device_code';

/** Asks for a code; the polling runs on by itself. Rejects with a `LoginError` where there is no code. */
export async function startDeviceLogin(options: DeviceLoginOptions): Promise<DeviceLogin> {
  const baseUrl = acceptConfiguredBase(options.githubUrl, options.allowedHosts ?? []);
  if (baseUrl === null)
    throw new LoginError('misconfigured', 'The address of GitHub must be https (or http on this machine).');
  const pools = createPools({ allowH2: false, proxyEnv: options.proxyEnv ?? {} });
  // The clock's timers keep no process alive, and a person who looks for the browser is slow.
  const awake = setInterval(() => undefined, 60_000);
  const end = (): void => {
    clearInterval(awake);
    pools.close().catch(() => undefined);
  };
  const post = createPost(createGithubSend({ baseUrl, pools, clock: options.clock }), options);
  try {
    const { deviceCode, ...shown } = await requestCode(post, baseUrl, options);
    const token = poll(post, deviceCode, shown, options).finally(end);
    // Whoever shows the code may have failed before it could listen.
    token.catch(() => undefined);
    return { ...shown, token };
  } catch (thrown) {
    end();
    throw toLoginError(thrown, options.signal);
  }
}

type Post = (path: string, fields: Readonly<Record<string, string>>) => Promise<GithubReply>;

function createPost(send: GithubSend, options: DeviceLoginOptions): Post {
  return (path, fields) =>
    send({
      method: 'POST',
      path,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'content-type': 'application/json',
        'user-agent': options.userAgent,
      },
      body: Buffer.from(JSON.stringify({ client_id: options.clientId, ...fields })),
      signal: options.signal,
    });
}

type Code = Omit<DeviceLogin, 'token'> & { readonly deviceCode: string };

async function requestCode(post: Post, baseUrl: string, options: DeviceLoginOptions): Promise<Code> {
  const reply = await post(paths.code, { scope: options.scope });
  const said = saidIn(reply);
  const error = textOf(said['error']);
  if (isUnwell(reply)) throw refused(reply);
  // An unknown app is a plain "Not Found" here, and only here.
  if (reply.status === 404 && error !== undefined) throw githubLoginError('incorrect_client_credentials', error);
  if (error !== undefined) throw githubLoginError(error, textOf(said['error_description']));
  if (reply.status !== 200) throw refused(reply);
  const deviceCode = textOf(said['device_code']);
  const userCode = textOf(said['user_code']);
  const verificationUri = ownAddress(said['verification_uri'], baseUrl);
  const codeFits = userCode !== undefined && /^[A-Za-z0-9-]{4,32}$/.test(userCode);
  if (deviceCode === undefined || !codeFits || verificationUri === null)
    throw new LoginError('invalid_response', 'GitHub answered the login with something that is no device code.');
  return {
    deviceCode,
    userCode,
    verificationUri,
    intervalMs: secondsOf(said, 'interval', longestIntervalS, defaultIntervalS) * 1000,
    expiresInMs: secondsOf(said, 'expires_in', longestExpiryS, defaultExpiryS) * 1000,
  };
}

async function poll(
  post: Post,
  deviceCode: string,
  code: { readonly intervalMs: number; readonly expiresInMs: number },
  options: DeviceLoginOptions,
): Promise<string> {
  const { clock, signal } = options;
  const endMs = clock.monotonic() + code.expiresInMs;
  let { intervalMs } = code;
  let waitMs = intervalMs;
  try {
    for (;;) {
      await sleep(clock, waitMs + paddingMs, signal);
      if (clock.monotonic() >= endMs) throw githubLoginError('expired_token', undefined);
      waitMs = intervalMs;
      const reply = await post(paths.token, { device_code: deviceCode, grant_type: grantType }).catch(tolerated);
      if (reply === null) continue;
      const said = saidIn(reply);
      const error = textOf(said['error']);
      if (isUnwell(reply)) {
        waitMs = Math.max(intervalMs, retryAfterMsOf(reply.headers) ?? 0);
      } else if (error === 'slow_down') {
        // For good: GitHub would answer every faster poll with another rise.
        const asked = secondsOf(said, 'interval', longestIntervalS, intervalMs / 1000 + slowDownS) * 1000;
        intervalMs = Math.max(asked, intervalMs);
        waitMs = intervalMs;
      } else if (error !== undefined && error !== 'authorization_pending') {
        throw githubLoginError(error, textOf(said['error_description']));
      } else if (error === undefined) {
        return tokenOf(reply, said);
      }
    }
  } catch (thrown) {
    throw toLoginError(thrown, signal);
  }
}

/** A network that fails for a while ends no login: the code lives for a quarter of an hour. */
function tolerated(thrown: unknown): null {
  if (thrown instanceof ProxyError && thrown.code !== 'tls_error') return null;
  throw thrown;
}

/** What the answer says: JSON, as it was asked for, or the form that GitHub writes where a proxy lost the `Accept`. */
function saidIn({ headers, text }: GithubReply): JsonObject {
  if (!/x-www-form-urlencoded/i.test(headers['content-type'] ?? '')) return objectOf(parseJson(text));
  return Object.fromEntries(new URLSearchParams(text));
}

/** GitHub may be asked again; whatever word its front servers put into such an answer is no word about the login. */
function isUnwell({ status }: GithubReply): boolean {
  return status >= 500 || status === 429;
}

function tokenOf(reply: GithubReply, said: JsonObject): string {
  const token = textOf(said['access_token']);
  // It becomes a header value; anything else would fail far from its cause.
  if (reply.status === 200 && token !== undefined && /^[\x21-\x7e]+$/.test(token)) return token;
  throw refused(reply);
}

function refused(reply: GithubReply): LoginError {
  if (reply.status === 429)
    return new LoginError('rate_limited', 'GitHub limits logins from here: try again in a few minutes.');
  return reply.status >= 500
    ? new LoginError('unreachable', `GitHub's login failed with HTTP ${reply.status}: try again in a minute.`)
    : new LoginError('invalid_response', `GitHub answered the login with HTTP ${reply.status}, which is no login.`);
}

/** The page to open: a login that sends people to another host is not GitHub's. A stand-in may show the real one's. */
function ownAddress(value: unknown, baseUrl: string): string | null {
  if (typeof value !== 'string' || presentable(value) !== value || !URL.canParse(value)) return null;
  const url = new URL(value);
  const base = new URL(baseUrl);
  const isOwn = url.origin === base.origin || (isLoopbackHost(base.hostname) && url.origin === 'https://github.com');
  return isOwn && url.username === '' && url.password === '' ? url.href : null;
}

function secondsOf(said: JsonObject, name: string, longest: number, otherwise: number): number {
  const value = said[name];
  // A form has texts only.
  const seconds = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && seconds >= 0 ? Math.min(seconds, longest) : otherwise;
}

function toLoginError(thrown: unknown, signal: AbortSignal): LoginError {
  if (thrown instanceof LoginError) return thrown;
  if (signal.aborted) return new LoginError('canceled', 'The login was given up.');
  if (thrown instanceof ProxyError) return new LoginError('unreachable', thrown.message, thrown);
  return new LoginError('invalid_response', 'The login failed.', thrown);
}
