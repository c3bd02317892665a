/** Every upstream row on every protocol, streaming and not, over real sockets: nothing unfinished ever looks finished. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goodStreams } from './corpora/upstream-rows/good-streams.ts';
import { checkStream, checkWhole, rawFaces, rowsOf } from './support/check-row.ts';
import { ask, forgetFaults, play, playAlone, startBench, watchFaults, type Bench } from './support/play-row.ts';

let shared: Bench;

beforeAll(async () => {
  watchFaults();
  shared = await startBench();
});

afterAll(async () => {
  await shared.rig.close();
  forgetFaults();
});

const polluted = () => Object.hasOwn(Object.prototype, 'polluted');

describe.each(rawFaces)('$name', (face) => {
  const { wire } = face;
  const rows = rowsOf(face);
  const streamed = rows.filter((row) => row.only !== 'whole');
  const whole = rows.filter((row) => row.only !== 'stream');

  test.each(streamed.filter((row) => !row.waits))('$id $name: stream', async (row) => {
    checkStream(row, wire, await play(shared, row, face, true));
    expect(polluted()).toBe(false);
  });

  test.concurrent.each(streamed.filter((row) => row.waits))('$id $name: stream', async (row) => {
    checkStream(row, wire, await playAlone(row, face, true));
  });

  test.each(whole.filter((row) => !row.waits))('$id $name: whole', async (row) => {
    checkWhole(row, wire, await play(shared, row, face, false));
    expect(polluted()).toBe(false);
  });

  test.concurrent.each(whole.filter((row) => row.waits))('$id $name: whole', async (row) => {
    checkWhole(row, wire, await playAlone(row, face, false));
  });

  test('a whole answer goes down byte for byte', async () => {
    const document = `${JSON.stringify(goodStreams[wire].document, null, 1)} `;
    shared.script = [{ headers: ['content-type: application/json'], chunks: [document], framing: 'length' }];
    expect((await ask(shared, face, false)).text).toBe(document);
  });

  test('a stream cut at every byte comes out the same', async () => {
    const bytes = Buffer.from(goodStreams[wire].frames.map((frame) => `${frame}\n\n`).join(''));
    shared.script = [{ chunks: [bytes] }];
    const whole = await ask(shared, face, true);
    const cuts = Array.from({ length: Math.ceil((bytes.length - 1) / 7) }, (_, index) => 1 + index * 7);
    for (let done = 0; done < cuts.length; done += 16) {
      const batch = cuts.slice(done, done + 16);
      shared.script = batch.map((cut) => ({ chunks: [bytes.subarray(0, cut), bytes.subarray(cut)] }));
      // Whichever of them gets which cut: all are to get the same.
      const answers = await Promise.all(batch.map(() => ask(shared, face, true)));
      for (const { text } of answers) expect(text).toBe(whole.text);
    }
    if (face.name === 'chat raw' || face.name === 'messages') {
      expect(whole.text).toBe(bytes.toString());
      expect(whole.headers.get('x-crossfeed-lane')).toBe('raw');
    }
  });
});
