/** Fetches an image or a document for a caller, from the open internet alone: every address, and every hop, is checked. */
import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { Agent, buildConnector } from 'undici';
import type { Clock } from '../base/clock.ts';
import { addressFault, isPublicAddress } from './address.ts';

export type Fetched =
  | { readonly ok: true; readonly bytes: Buffer }
  /** Ends a sentence that begins with the caller's place. */
  | { readonly ok: false; readonly reason: string };

export interface RemoteFetcher {
  fetch(address: string): Promise<Fetched>;
  close(): Promise<void>;
}

export interface FetcherOptions {
  readonly clock: Clock;
  readonly ports: readonly number[];
  /** Whether an address that a name led to may be connected to. */
  readonly isPublic?: (address: string) => boolean;
  readonly lookup?: (host: string) => Promise<readonly LookupAddress[]>;
  readonly maxBytes?: number;
  readonly totalMs?: number;
}

const defaultMaxBytes = 20 * 1024 * 1024;
const defaultTotalMs = 15_000;
const connectMs = 5_000;
const maxHops = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

const allOf = (host: string) => systemLookup(host, { all: true });
const within = 'its address leads into a private network, where nothing is fetched.';

/** No cookie, no key, no referrer: whoever serves the image learns that somebody looked, and nothing else. */
const requestHeaders = { accept: 'image/*, application/pdf, text/plain', 'user-agent': 'crossfeed' };

export function createRemoteFetcher(options: FetcherOptions): RemoteFetcher {
  const { clock, isPublic = isPublicAddress, lookup = allOf, maxBytes = defaultMaxBytes } = options;
  const { totalMs = defaultTotalMs } = options;
  const ports = new Set(options.ports);

  /** What is checked here is what the socket connects to: nobody asks the name server twice. */
  async function lookupChecked(host: string): Promise<readonly LookupAddress[]> {
    const found = await lookup(host);
    if (found.length === 0) throw new Error('no address');
    if (!found.every(({ address }) => isPublic(address))) throw new Error(within);
    return found;
  }

  const lookupAll = callbackify(lookupChecked);
  const checkedLookup: LookupFunction = (host, { all }, callback) =>
    lookupAll(host, (error, found) => {
      const [first] = found ?? [];
      if (error !== null || first === undefined) return callback(error, '');
      return all === true ? callback(null, [...found]) : callback(null, first.address, first.family);
    });
  const connectChecked = buildConnector({ lookup: checkedLookup, timeout: connectMs });
  // An agent of its own, straight: behind a network proxy nobody would know what is connected to.
  const agent = new Agent({
    connect: (target, callback) =>
      connectChecked(target, (...[error, socket]: Parameters<typeof callback>) => {
        if (error !== null) return callback(error, null);
        if (socket !== null && isPublic(socket.remoteAddress ?? '')) return callback(null, socket);
        socket?.destroy();
        return callback(new Error(within), null);
      }),
    // One request a connection.
    pipelining: 0,
    maxHeaderSize: 16 * 1024,
  });

  async function fetchHop(address: string, hop: number, signal: AbortSignal): Promise<Fetched> {
    const fault = addressFault(address, { isPublic });
    if (fault !== null) return refused(hop === 0 ? fault : within);
    const url = new URL(address);
    if (!ports.has(Number(url.port || (url.protocol === 'https:' ? 443 : 80))))
      return refused(`port ${url.port} is none that is fetched from.`);
    const { origin, pathname, search } = url;
    const path = pathname + search;
    const answer = await agent.request({ origin, path, method: 'GET', headers: requestHeaders, signal });
    const { statusCode, headers, body } = answer;
    try {
      if (redirects.has(statusCode)) {
        const { location } = headers;
        if (typeof location !== 'string' || !URL.canParse(location, address))
          return refused('its server sends it elsewhere and does not say where.');
        if (hop === maxHops) return refused(`it is more than ${maxHops} redirects away.`);
        return await fetchHop(new URL(location, address).href, hop + 1, signal);
      }
      if (statusCode !== 200) return refused(`its server answered ${statusCode}.`);
      const tooLarge = refused(`it is larger than ${maxBytes} bytes.`);
      if (Number(headers['content-length'] ?? 0) > maxBytes) return tooLarge;
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > maxBytes) return tooLarge;
        chunks.push(chunk);
      }
      return { ok: true, bytes: Buffer.concat(chunks, size) };
    } finally {
      body.on('error', () => undefined).destroy();
    }
  }

  return {
    async fetch(address) {
      const controller = new AbortController();
      const timer = clock.after(totalMs, () => controller.abort());
      try {
        return await fetchHop(address, 0, controller.signal);
      } catch (thrown) {
        if (controller.signal.aborted) return refused(`it did not come within ${totalMs / 1000} s.`);
        return refused(thrown instanceof Error && thrown.message === within ? within : 'its server cannot be reached.');
      } finally {
        timer.cancel();
      }
    },
    close: () => agent.destroy(),
  };
}

function refused(reason: string): Fetched {
  return { ok: false, reason };
}
