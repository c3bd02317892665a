/** The bodies of `faults.md` §3 on Gemini's and Ollama's routes: each refused in its own shape, or translated and sent up once. */
import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Body } from './corpora/client-rows/content-row.ts';
import { errorWords } from './corpora/client-rows/error-words.ts';
import { anyBodyRows } from './corpora/client-rows/foreign-bodies.ts';
import {
  checkForeign,
  expectForeignError,
  foreignAnswer,
  foreignBytes,
  foreignFaces,
  foreignRowsOf,
  type ForeignFace,
} from './support/check-foreign-row.ts';
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
  await new Promise<void>((resolve) => void sink.listen(0, '127.0.0.1', resolve));
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

async function post(face: ForeignFace, body: Body | string | Buffer, session: string) {
  const { port } = sink.address() as net.AddressInfo;
  rig.upstream.forget();
  const reply = await rig.post(face.path, '', {
    headers: {
      authorization: `Bearer ${rawKey}`,
      'content-type': 'application/json',
      // What is learned in one row is not remembered in the next.
      'x-session-id': `${session} ${face.name}`,
    },
    body: new Uint8Array(foreignBytes(body, port)),
  });
  const sent = rig.upstream.requests.flatMap(({ method, body: bytes }) => (method === 'POST' ? [bytes] : []));
  return { reply, text: await reply.text(), sent };
}

describe.each(foreignFaces)('$name', (face) => {
  test.each(anyBodyRows)('$id $title', async ({ id, title, expect: words, ...row }) => {
    const posted = await post(face, row.body(face.sound), `${id} ${title}`);
    expect(posted.sent).toHaveLength(0);
    expectForeignError(posted, face, words);
  });

  const rows = foreignRowsOf(face);
  test.runIf(rows.length > 0).for(rows)('$id $title', async ({ id, title, body, wanted }) => {
    answer = foreignAnswer(wanted);
    checkForeign(await post(face, body, `${id} ${title}`), face, wanted);
  });
});

test.each(['nobody', '%1B%5B2J%0D%0AX'])('B-081 B-083 a model of the URL that nobody has: %s', async (model) => {
  const face = { ...foreignFaces[0], path: `/v1beta/models/${model}:generateContent` } as ForeignFace;
  const posted = await post(face, face.sound, model);
  expectForeignError(posted, face, errorWords.modelNotFound);
});
