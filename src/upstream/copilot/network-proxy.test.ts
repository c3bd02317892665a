/** Calls through the network proxies that an environment may name. */
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { reply, send, startRawServer, startUpstream } from '../../../test/support/upstream-rig.ts';
import type { Answer } from '../../../test/support/upstream-rig.ts';

const good: Answer = (socket) => reply(socket, 200, '{"ok":true}');

test('plain http goes through the proxy as an absolute address, the bearer with it', async () => {
  const target = await startRawServer(good);
  const proxy = await startRawServer(good);
  const heard = await send(
    startUpstream(target, { proxyEnv: { HTTP_PROXY: `http://me:word@127.0.0.1:${proxy.port}` } }),
  );
  expect(heard.text).toBe('{"ok":true}');
  expect(proxy.requests[0]?.path).toBe(`${target.url}/chat/completions`);
  expect(proxy.requests[0]?.headers).toMatchObject({
    authorization: 'Bearer gho_direct0000',
    'proxy-authorization': `Basic ${Buffer.from('me:word').toString('base64')}`,
    'x-initiator': 'user',
  });
  expect(target.requests).toHaveLength(0);
});

test('NO_PROXY goes straight', async () => {
  const target = await startRawServer(good);
  const proxy = await startRawServer(good);
  await send(startUpstream(target, { proxyEnv: { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' } }));
  expect([proxy.requests.length, target.requests.length]).toEqual([0, 1]);
});

test.each([
  ['a proxy that wants a name and password', (socket: Parameters<Answer>[0]) => reply(socket, 407, ''), /HTTP 407/],
  ['a proxy that forbids the way', (socket: Parameters<Answer>[0]) => reply(socket, 403, ''), /HTTP 403/],
  ['a proxy that hangs up', (socket: Parameters<Answer>[0]) => void socket.destroy(), /cannot be reached/],
])('%s is named in the error, and sees no bearer', async (_name, answer, message) => {
  const proxy = await startRawServer(answer);
  const upstream = startUpstream(
    { url: 'https://copilot.invalid' },
    { proxyEnv: { https_proxy: proxy.url }, githubToken: 'gho_secret000' },
  );
  const heard = await send(upstream);
  expect(heard.error?.code).toBe('upstream_unreachable');
  expect(heard.error?.message).toMatch(message);
  expect(proxy.requests[0]).toMatchObject({ method: 'CONNECT', path: 'copilot.invalid:443' });
  expect(JSON.stringify(proxy.requests)).not.toContain('gho_secret000');
});

test('a proxy that is not there is unreachable', async () => {
  const upstream = startUpstream({ url: 'https://copilot.invalid' }, { proxyEnv: { ALL_PROXY: 'http://127.0.0.1:1' } });
  expect((await send(upstream)).error?.code).toBe('upstream_unreachable');
});

test('SOCKS5 of ALL_PROXY carries the call', async () => {
  const target = await startRawServer(good);
  const { createServer } = await import('node:net');
  const { onTestFinished } = await import('vitest');
  let tunnels = 0;
  const proxy = createServer((socket) => {
    socket.on('error', () => undefined);
    // RFC 1928: greeting, then CONNECT; both fit one segment on loopback.
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', () => {
        tunnels += 1;
        const onward = connect(target.port, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 80]));
          socket.pipe(onward).pipe(socket);
        });
        onward.on('error', () => socket.destroy());
      });
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const heard = await send(startUpstream(target, { proxyEnv: { ALL_PROXY: `socks5://127.0.0.1:${port}` } }));
  expect(heard.text).toBe('{"ok":true}');
  expect(tunnels).toBe(1);
  expect(target.requests).toHaveLength(1);
});
