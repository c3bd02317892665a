/** The bodies of `faults.md` §3 through a whole proxy: what is refused here, and what goes up byte for byte. */
import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { bytesOf, checkContent, contentFaces, contentRowsOf, contentAnswer } from './support/check-content-row.ts';
import { rawKey, startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import type { RawAnswer } from './support/raw-upstream.ts';

let rig: RawProxy;
let answer: RawAnswer;
/** Where images and schemas point that nobody may fetch. */
let sink: net.Server;
let reached = 0;
const faults: unknown[] = [];
const onFault = (thrown: unknown) => void faults.push(thrown);

beforeAll(async () => {
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault);
  sink = net.createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  rig = await startRawProxy(() => answer);
});

afterEach(async () => {
  await vi.waitFor(() => expect([rig.proxy.status().openExchanges, rig.upstream.busy]).toEqual([0, 0]), {
    interval: 5,
  });
  expect(faults).toEqual([]);
  expect(reached).toBe(0);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

afterAll(async () => {
  await rig.close();
  sink.close();
  process.off('uncaughtException', onFault).off('unhandledRejection', onFault);
});

describe.each(contentFaces)('$name', (face) => {
  test.each(contentRowsOf(face))('$id $title', async (row) => {
    const { port } = sink.address() as net.AddressInfo;
    const bytes = bytesOf(row, face, port);
    answer = contentAnswer(row, face);
    rig.upstream.forget();
    const reply = await rig.post(face.path, '', {
      // A session of its own: what is learned in one row is not remembered in the next.
      headers: {
        authorization: `Bearer ${rawKey}`,
        'content-type': 'application/json',
        'x-session-id': `${row.id} ${row.title} ${face.name}`,
      },
      body: bytes,
    });
    checkContent(row, face, { reply, text: await reply.text(), bytes, requests: rig.upstream.requests });
  });
});
