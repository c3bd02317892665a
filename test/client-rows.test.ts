/** The client rows of `faults.md` against a real listening door: each on the route of every protocol it concerns. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { maxBodyBytes, slowRows } from './corpora/client-rows/bodies.ts';
import { errorWords } from './corpora/client-rows/error-words.ts';
import { pathRows } from './corpora/client-rows/paths.ts';
import { casesOf, checkClient, checkError, clientRows, playClient } from './support/check-client-row.ts';
import { sendRaw } from './support/raw-client.ts';
import { doorKey, startDoor, type Door } from './support/start-door.ts';

let door: Door;
/** For the rows that wait for a time-out of the server. */
let hasty: Door;
const ownKeys = Object.getOwnPropertyNames(Object.prototype).length;
const faults: unknown[] = [];
const onFault = (thrown: unknown) => faults.push(thrown);

beforeAll(async () => {
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onFault);
  // The same peer sends every wrong key of this file: a clock that leaps lets the limiter forget, and no refused
  // connection need linger.
  let leapMs = 0;
  const clock = { now: () => 0, monotonic: () => (leapMs += 20_000), after: soon };
  door = await startDoor({ limits: { maxBodyBytes }, clock });
  hasty = await startDoor({ limits: { maxBodyBytes, requestHeadMs: 300, requestBodyMs: 500 } });
});
afterEach(async () => {
  await door.untilEmpty();
  expect(faults).toEqual([]);
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(ownKeys);
});
afterAll(async () => {
  await hasty.untilEmpty();
  await door.close();
  await hasty.close();
  process.off('uncaughtException', onFault);
  process.off('unhandledRejection', onFault);
});

test.each(casesOf(clientRows))('$row.id $row.title · $face.path', async ({ row, face }) => {
  door.calls.length = 0;
  checkClient(row, face, await playClient(door, row, face), door.calls.length);
});

test.concurrent.each(casesOf(slowRows))('$row.id $row.title · $face.path', async ({ row, face }) => {
  checkClient(row, face, await playClient(hasty, row, face), hasty.calls.length);
});

test.each(pathRows)('$id $target is not found', async ({ target, shape }) => {
  const reply = await sendRaw(
    door.port,
    `POST ${target} HTTP/1.1\r\nHost: localhost:${door.port}\r\nAuthorization: Bearer ${doorKey}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
  );
  checkError(reply, shape, errorWords.unknownUrl);
});

test.each(['anthropic-version: 2023-06-01', `x-api-key: ${doorKey}`])(
  'B-030 %s asks for the shape of Messages',
  async (line) => {
    const reply = await sendRaw(
      door.port,
      `GET /v1/nothing HTTP/1.1\r\nHost: localhost:${door.port}\r\nAuthorization: Bearer ${doorKey}\r\n${line}\r\n\r\n`,
    );
    checkError(reply, 'anthropic-messages', errorWords.unknownUrl);
  },
);

function soon(delayMs: number, callback: () => void): { cancel(): void } {
  const timer = setTimeout(callback, delayMs / 20);
  return { cancel: () => clearTimeout(timer) };
}
