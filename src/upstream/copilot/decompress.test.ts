/** Who holds whom back while an answer is decoded. */
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { codingOf, createDecoder } from './decompress.ts';

function setUp(body: Buffer) {
  const told: string[] = [];
  let bytes = 0;
  const over = new PassThrough();
  const decoder = createDecoder(
    'gzip',
    { maxBytes: null },
    { pause: () => void told.push('pause'), resume: () => void told.push('resume') },
    {
      onData: (chunk) => void (bytes += chunk.length),
      onEnd: () => void over.end('end'),
      onFault: (fault) => void over.end(fault),
    },
  );
  const finished = once(over, 'data').then(([word]) => String(word));
  return { decoder, told, finished, bytes: () => bytes, body };
}

/** Hardly compressible, so that the decoder's own buffer fills. */
const noise = Buffer.from(Array.from({ length: 400_000 }, (_, index) => (index * 7919 + (index >> 7) * 31) % 251));

test('a decoder that is full holds the upstream back until it has room', async () => {
  const { decoder, told, finished, bytes, body } = setUp(gzipSync(noise, { level: 0 }));
  decoder.write(body);
  expect(told).toEqual(['pause']);
  await expect.poll(() => told.at(-1)).toBe('resume');
  decoder.end();
  expect(await finished).toBe('end');
  expect(bytes()).toBe(noise.length);
});

test('a reader who pauses holds both back, whatever the decoder has room for', async () => {
  const { decoder, told, finished, bytes, body } = setUp(gzipSync(noise, { level: 0 }));
  const free = setUp(body);
  decoder.flow.pause();
  for (const each of [decoder, free.decoder]) each.write(body);
  // The same bytes in a decoder that nobody holds tell when there was time enough.
  await expect.poll(free.bytes).toBe(noise.length);
  free.decoder.destroy();
  expect(bytes()).toBe(0);
  expect(told).not.toContain('resume');
  decoder.flow.resume();
  decoder.end();
  expect(await finished).toBe('end');
  expect(bytes()).toBe(noise.length);
});

test('nothing is told of a decoder that was freed', async () => {
  const { decoder, bytes, body } = setUp(gzipSync(noise));
  decoder.write(body);
  decoder.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  expect(bytes()).toBe(0);
});

test.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['Identity', 'identity'],
  ['GZIP', 'gzip'],
  ['x-gzip', 'gzip'],
  ['gzip, br', 'unknown'],
  ['compress', 'unknown'],
  ['constructor', 'unknown'],
])('the coding %j is %s', (header, coding) => {
  expect(codingOf(header)).toBe(coding);
});
