/** Everything below `/ui`: the page, its sign-in, its questions and its live feed. No caller's key opens any of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ProxyError } from '../errors/proxy-error.ts';
import type { ControlReply } from '../control/contract.ts';
import { pageHeaders, type Asset } from './assets.ts';
import type { LiveFeed } from './live-feed.ts';
import { readQuestion } from './read-question.ts';
import type { DashboardSession, SignIn } from './sign-in.ts';

/** What the listener has found out about a request that its guard let pass. */
export interface DashboardRequest {
  /** Begins with `/ui`. */
  readonly path: string;
  readonly query: string;
  /** As the browser sees it, e.g. `http://127.0.0.1:4141`. */
  readonly origin: string;
  readonly isHttps: boolean;
  /** Whether the browser runs on this machine, as far as its address tells. */
  readonly isLocal: boolean;
}

export interface DashboardDoorOptions {
  readonly signIn: SignIn;
  readonly assets: () => Promise<ReadonlyMap<string, Asset>>;
  readonly feed: LiveFeed;
  /** Answers a question of the control contract, or says what is wrong with it. */
  readonly ask: (operation: string, args: unknown) => Promise<ControlReply>;
}

export type DashboardDoor = (request: IncomingMessage, response: ServerResponse, asked: DashboardRequest) => void;

/** Of one owner's browsers: a page that is not seen leaves its place. */
const maxFeeds = 50;

export function createDashboardDoor(options: DashboardDoorOptions): DashboardDoor {
  const { signIn, feed } = options;

  return (request, response, asked) => {
    answer(request, response, asked).catch((thrown: unknown) => {
      const message = thrown instanceof ProxyError ? thrown.message : 'The dashboard failed.';
      if (response.headersSent) response.destroy();
      else reply(response, 500, { ok: false, error: { code: 'failed', message } });
    });
  };

  async function answer(request: IncomingMessage, response: ServerResponse, asked: DashboardRequest): Promise<void> {
    const { path } = asked;
    // A session's cookie crosses a network only where nobody can read it.
    if (!asked.isLocal && !asked.isHttps)
      return text(response, 403, 'The dashboard is open to this machine, and over HTTPS.');
    if (path === '/ui') return redirect(response, '/ui/');
    if (path === '/ui/sign-in') return enter(request, response, asked);
    if (path.startsWith('/ui/api/')) return answerApi(request, response, asked, path.slice('/ui/api/'.length));
    if (!isReading(request)) return text(response, 405, 'This path takes GET only.', { allow: 'GET, HEAD' });
    const assets = await options.assets();
    const asset = assets.get(path.slice('/ui/'.length));
    if (asset !== undefined) return send(response, 200, asset.headers, asset.bytes);
    if (assets.size === 0) return text(response, 503, 'The dashboard was not built: run `npm run build:web`.');
    return text(response, 404, 'The dashboard has no such page.');
  }

  /** From a printed link: a top-level visit, by which a code becomes a cookie. */
  function enter(request: IncomingMessage, response: ServerResponse, asked: DashboardRequest): void {
    if (request.method !== 'GET') return text(response, 405, 'This path takes GET only.', { allow: 'GET' });
    const cookie = signIn.redeem(new URLSearchParams(asked.query).get('code') ?? '');
    if (cookie === undefined)
      return text(
        response,
        403,
        'This link was used already, or is older than ten minutes: `crossfeed ui` makes a new one.',
      );
    return redirect(response, '/ui/', { 'set-cookie': cookieLine(request, asked, cookie, 12 * 60 * 60) });
  }

  async function answerApi(
    request: IncomingMessage,
    response: ServerResponse,
    asked: DashboardRequest,
    operation: string,
  ): Promise<void> {
    const cookie = cookieOf(request);
    const session = cookie === undefined ? undefined : signIn.find(cookie);
    if (session === undefined || cookie === undefined)
      return refuse(response, 401, 'You are signed out: `crossfeed ui` opens the dashboard again.');
    if (operation === 'csrf') {
      if (!isReading(request)) return refuse(response, 405, 'This path takes GET only.', { allow: 'GET, HEAD' });
      return reply(response, 200, { ok: true, result: { csrf: session.csrf } });
    }
    if (operation === 'live') {
      if (request.method !== 'GET') return refuse(response, 405, 'This path takes GET only.', { allow: 'GET' });
      if (feed.watchers >= maxFeeds) return refuse(response, 503, 'Too many pages look on: close some.');
      return stream(request, response, cookie);
    }
    if (request.method !== 'POST') return refuse(response, 405, 'This path takes POST only.', { allow: 'POST' });
    const forged = forgery(request, asked, session);
    if (forged !== undefined) return refuse(response, 403, forged);
    if (operation === 'sign-out') {
      signIn.end(cookie);
      return send(
        response,
        200,
        { ...jsonHeaders, 'set-cookie': cookieLine(request, asked, '', 0) },
        JSON.stringify({ ok: true, result: {} }),
      );
    }
    const args = await readQuestion(request);
    if (args === undefined) return refuse(response, 400, 'The question must be a JSON object of at most 64 kB.');
    const answered = await options.ask(operation, args);
    const isWrong = 'ok' in answered && !answered.ok && answered.error.code === 'invalid_request';
    return reply(response, isWrong ? 400 : 200, answered);
  }

  function stream(request: IncomingMessage, response: ServerResponse, cookie: string): void {
    response.writeHead(200, {
      ...pageHeaders,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const leave = feed.watch({
      write: (frame) => response.write(frame),
      onDrain: (listener) => void response.once('drain', listener),
      // A page that is open uses its session.
      mayLook: () => signIn.find(cookie) !== undefined,
      end: () => void response.end(),
    });
    request.socket.once('end', leave);
    response.once('close', leave);
  }
}

/**
 * Why a question is not the page's own; undefined where it is. SameSite knows no ports, so another server on this machine
 * counts as the same site: Origin is compared with its port, and the header is one that only our page can know.
 */
function forgery(
  request: IncomingMessage,
  { origin }: DashboardRequest,
  session: DashboardSession,
): string | undefined {
  const { headers } = request;
  if (headers.origin !== origin) return 'Only the dashboard itself may ask this.';
  if (headers['x-crossfeed-csrf'] !== session.csrf) return 'The dashboard was opened anew meanwhile: reload the page.';
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) return 'The question must be JSON.';
  return undefined;
}

/** Cookies are shared by all ports of a host: the name tells one proxy from another. */
function cookieName(request: IncomingMessage): string {
  return `crossfeed_ui_${request.socket.localPort ?? 0}`;
}

function cookieLine(request: IncomingMessage, { isHttps }: DashboardRequest, value: string, maxAgeS: number): string {
  const secure = isHttps ? '; Secure' : '';
  return `${cookieName(request)}=${value}; Path=/ui; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`;
}

function cookieOf(request: IncomingMessage): string | undefined {
  const wanted = `${cookieName(request)}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length);
}

const isReading = ({ method }: IncomingMessage) => method === 'GET' || method === 'HEAD';
const jsonHeaders = { ...pageHeaders, 'content-type': 'application/json', 'cache-control': 'no-store' };

function refuse(response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  const failure = { ok: false, error: { code: 'invalid_request', message } };
  send(response, status, { ...jsonHeaders, ...headers }, JSON.stringify(failure));
}

function reply(response: ServerResponse, status: number, body: object): void {
  send(response, status, jsonHeaders, JSON.stringify(body));
}

function text(response: ServerResponse, status: number, words: string, headers: Record<string, string> = {}): void {
  const type = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
  send(response, status, { ...pageHeaders, ...type, ...headers }, `${words}\n`);
}

function redirect(response: ServerResponse, location: string, headers: Record<string, string> = {}): void {
  send(response, 303, { ...pageHeaders, 'cache-control': 'no-store', location, ...headers }, '');
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer | string,
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
