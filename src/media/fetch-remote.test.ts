import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { isPublicAddress } from './address.ts';
import { createRemoteFetcher, type FetcherOptions } from './fetch-remote.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on this machine that stands for the open internet: only its own address is let through. */
async function start(answer: Answer, options: Partial<FetcherOptions> = {}) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  let connections = 0;
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const fetcher = createRemoteFetcher({
    clock: systemClock,
    ports: [port],
    isPublic: (address) => address === '127.0.0.1',
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    ...options,
  });
  onTestFinished(async () => {
    await fetcher.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { fetcher, seen, port, connections: () => connections, url: `http://images.example:${port}` };
}

const refused = (pattern: RegExp) => ({ ok: false, reason: expect.stringMatching(pattern) });

test('what is there comes, and whoever serves it learns nothing of the caller', async () => {
  const { fetcher, seen, url } = await start((_request, response) => response.end('bytes'));
  expect(await fetcher.fetch(`${url}/a.png?b=1`)).toEqual({ ok: true, bytes: Buffer.from('bytes') });
  expect(seen[0]?.url).toBe('/a.png?b=1');
  expect(Object.keys(seen[0]?.headers ?? {}).toSorted()).toEqual(['accept', 'connection', 'host', 'user-agent']);
});

describe('B-095: every hop is checked', () => {
  test('a redirect to another server of the open internet is followed', async () => {
    const { fetcher, seen, url } = await start(({ url: path }, response) => {
      if (path === '/last') response.end('x');
      else response.writeHead(302, { location: '/last' }).end();
    });
    expect(await fetcher.fetch(`${url}/first`)).toMatchObject({ ok: true });
    expect(seen.map((request) => request.url)).toEqual(['/first', '/last']);
  });

  test.each([
    'http://127.0.0.2/',
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]/',
    'http://localhost/',
    'file:///etc/passwd',
  ])('a redirect to %s leads nowhere', async (location) => {
    const { fetcher, url, connections } = await start((_request, response) =>
      response.writeHead(302, { location }).end(),
    );
    expect(await fetcher.fetch(url)).toEqual(refused(/private network/));
    expect(connections()).toBe(1);
  });

  test('a redirect that never ends does', async () => {
    const { fetcher, seen, url } = await start((_request, response) =>
      response.writeHead(302, { location: '/' }).end(),
    );
    expect(await fetcher.fetch(url)).toEqual(refused(/more than 3 redirects/));
    expect(seen).toHaveLength(4);
  });

  test('a redirect to another port leads nowhere', async () => {
    const { fetcher, url } = await start((_request, response) =>
      response.writeHead(302, { location: 'http://images.example:1/' }).end(),
    );
    expect(await fetcher.fetch(url)).toEqual(refused(/port 1 /));
  });
});

describe('names', () => {
  test.each([
    ['this machine', [{ address: '127.0.0.1', family: 4 }]],
    [
      'a public address and one within',
      [
        { address: '93.184.215.14', family: 4 },
        { address: '10.0.0.1', family: 4 },
      ],
    ],
    ['IPv6 clothes', [{ address: '::ffff:127.0.0.1', family: 6 }]],
  ])('that lead to %s lead nowhere', async (_what, found) => {
    const { fetcher, url, connections } = await start((_request, response) => response.end('x'), {
      isPublic: isPublicAddress,
      lookup: async () => found,
    });
    expect(await fetcher.fetch(url)).toEqual(refused(/private network/));
    expect(connections()).toBe(0);
  });

  test('are asked about once: a second answer (rebinding) finds nobody', async () => {
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    let asked = 0;
    const { fetcher, url } = await start((_request, response) => response.end('x'), {
      lookup: async () => (answers[asked++] ?? []).map((address) => ({ address, family: 4 })),
    });
    expect(await fetcher.fetch(url)).toMatchObject({ ok: true });
    expect(asked).toBe(1);
    // Another fetch asks anew, and is checked anew.
    expect(await fetcher.fetch(url)).toEqual(refused(/private network/));
  });

  test('that nobody knows are said to be out of reach', async () => {
    const lookup = async () => Promise.reject(new Error('ENOTFOUND with inner words'));
    const { fetcher, url } = await start(() => {}, { lookup });
    expect(await fetcher.fetch(url)).toEqual({ ok: false, reason: 'its server cannot be reached.' });
  });
});

describe('limits', () => {
  test('of size, by the length that is told', async () => {
    const { fetcher, url } = await start((_request, response) => response.end(Buffer.alloc(2000)), { maxBytes: 1000 });
    expect(await fetcher.fetch(url)).toEqual(refused(/larger than 1000 bytes/));
  });

  test('of size, by what comes', async () => {
    const endless: Answer = (_request, response) => {
      const more = () => {
        while (response.write(Buffer.alloc(500)) && !response.destroyed);
      };
      response.on('drain', more).on('error', () => undefined);
      more();
    };
    const { fetcher, url } = await start(endless, { maxBytes: 1000 });
    expect(await fetcher.fetch(url)).toEqual(refused(/larger than 1000 bytes/));
  });

  test('of time', async () => {
    const { fetcher, url } = await start(() => {}, { totalMs: 50 });
    expect(await fetcher.fetch(url)).toEqual(refused(/within 0.05 s/));
  });

  test.each([404, 500, 206])('an answer with %i is none', async (status) => {
    const { fetcher, url } = await start((_request, response) => response.writeHead(status).end('x'));
    expect(await fetcher.fetch(url)).toEqual(refused(new RegExp(`answered ${status}`)));
  });
});
