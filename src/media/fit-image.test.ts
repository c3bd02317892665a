import { describe, expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import { images, noisePng } from '../../test/support/sample-images.ts';
import type { Model } from '../canonical/model.ts';
import { findMedia } from './find-media.ts';
import { createImageFitter } from './fit-image.ts';
import type { Encoding, ImageLibrary } from './image-library.ts';
import { loadSharp } from './load-sharp.ts';
import { bytesIn, headOf, typeOfBytes } from './media-type.ts';

const model = (limits: Partial<Model['limits']>): Model =>
  sampleModel('m', { limits: { ...sampleModel('m').limits, ...limits } });
const small = model({ promptImageBytes: 1000 });

function mediumOf(
  data: string,
  { isNew = true, protocol = 'openai-chat' }: { isNew?: boolean; protocol?: 'openai-chat' | 'ollama' } = {},
) {
  const content = [{ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } }];
  const turn = protocol === 'ollama' ? { role: 'user', images: [data] } : { role: 'user', content };
  const [medium] = findMedia(protocol, { messages: [turn, ...(isNew ? [] : [{ role: 'assistant' }])] });
  if (medium === undefined) throw new Error('no image');
  return medium;
}

/** Encodes everything as so many bytes; counts how often it is asked. */
function fakeLibrary(bytesOf: (encoding: Encoding) => number) {
  const asked: Encoding[] = [];
  const library: ImageLibrary = {
    async encode(_bytes, encoding) {
      asked.push(encoding);
      return Buffer.alloc(bytesOf(encoding), 1);
    },
  };
  return { asked, load: async () => library };
}

const none: ReadonlySet<string> = new Set();
const large = Buffer.alloc(3000, 7).toString('base64');

test('an image that fits stays, and nothing is loaded', async () => {
  const load = async () => Promise.reject(new Error('loaded'));
  const fit = createImageFitter(load, none);
  const medium = mediumOf(images.png);
  expect(await fit(medium, 'image/png', images.png, small)).toBeNull();
  expect(await fit(medium, 'image/png', large, model({}))).toBeNull();
  expect(await fit(medium, null, images.png, model({ promptImageTypes: ['image/jpeg'] }))).toBeNull();
});

test('the first form that is small enough is taken, once', async () => {
  const { asked, load } = fakeLibrary(({ edge }) => edge);
  const fit = createImageFitter(load, none);
  const fitted = await fit(mediumOf(large), 'image/png', large, small);
  expect(fitted).toMatchObject({
    type: 'image/jpeg',
    bytes: 768,
    edit: {
      rule: 'smaller-image',
      path: 'messages.0.content.0',
      reason: 'The image has 3000 bytes and the model takes 1000: made smaller, to 768 bytes of image/jpeg.',
    },
  });
  const tries = asked.length;
  expect(await fit(mediumOf(large), 'image/png', large, small)).toEqual(fitted);
  expect(asked).toHaveLength(tries);
});

test('a photograph is not tried as a PNG', async () => {
  const { asked, load } = fakeLibrary(() => 10);
  await createImageFitter(load, none)(mediumOf(large), 'image/jpeg', large, small);
  expect(asked.map(({ type }) => type)).toEqual(['image/jpeg']);
});

test('a type that the model does not take becomes one that it does', async () => {
  const { load } = fakeLibrary(() => 10);
  const jpegs = model({ promptImageTypes: ['image/png', 'image/jpeg'] });
  expect(await createImageFitter(load, none)(mediumOf(images.webp), 'image/webp', images.webp, jpegs)).toMatchObject({
    type: 'image/png',
    edit: { rule: 'image-format', reason: 'The model takes no image/webp: the image goes as image/png.' },
  });
});

describe('B-097: without a library', () => {
  const fit = createImageFitter(async () => null, none);

  test('a new image is refused with the numbers, and with what would help', async () => {
    await expect(fit(mediumOf(large), 'image/png', large, small)).rejects.toMatchObject({
      code: 'request_too_large',
      param: 'messages[0].content[0].image_url.url',
      message: expect.stringMatching(/3000 bytes and model 'm' takes 1000; install sharp/),
    });
  });

  test('an older one does not keep the conversation from going on', async () => {
    expect(await fit(mediumOf(large, { isNew: false }), 'image/png', large, small)).toMatchObject({
      kind: 'left-out',
      jsonEdit: { value: { type: 'text', text: expect.stringMatching(/^\[image removed by Crossfeed/) } },
      edit: { rule: 'image-placeholder' },
    });
  });

  test('an older one of Ollama gives way to a text, too', async () => {
    const medium = mediumOf(large, { isNew: false, protocol: 'ollama' });
    expect(await fit(medium, 'image/png', large, small)).toMatchObject({
      kind: 'left-out',
      jsonEdit: { value: { placeholder: expect.stringMatching(/^\[image removed by Crossfeed/) } },
    });
  });

  test('where no text can stand, an older one is refused as well', async () => {
    const output = { type: 'computer_screenshot', image_url: `data:image/png;base64,${large}` };
    const input = [{ type: 'computer_call_output', output }, { role: 'assistant' }];
    const [medium] = findMedia('openai-responses', { input });
    if (medium === undefined) throw new Error('no image');
    await expect(fit(medium, 'image/png', large, small)).rejects.toMatchObject({ code: 'request_too_large' });
  });

  test('a type that the model does not take is refused', async () => {
    const odd = model({ promptImageTypes: ['image/png'] });
    await expect(fit(mediumOf(images.webp), 'image/webp', images.webp, odd)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(/takes no image\/webp but image\/png, and install sharp/),
    });
  });
});

test('what the library cannot read, or not make small enough, is refused', async () => {
  const unreadable: ImageLibrary = { encode: async () => Promise.reject(new Error('inner words')) };
  const huge = fakeLibrary(() => 5000);
  for (const load of [async () => unreadable, huge.load]) {
    // oxlint-disable-next-line no-await-in-loop
    await expect(createImageFitter(load, none)(mediumOf(large), 'image/png', large, small)).rejects.toMatchObject({
      code: 'request_too_large',
      message: expect.not.stringContaining('inner words'),
    });
  }
});

test('rules that are switched off leave the image to the upstream', async () => {
  const off = new Set(['smaller-image', 'image-format']);
  const fit = createImageFitter(async () => null, off);
  const strict = model({ promptImageBytes: 1000, promptImageTypes: ['image/png'] });
  expect(await fit(mediumOf(large), 'image/webp', large, strict)).toBeNull();
});

test('no more than two are open at a time', async () => {
  let open = 0;
  let most = 0;
  const library: ImageLibrary = {
    async encode() {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return Buffer.alloc(10);
    },
  };
  const fit = createImageFitter(async () => library, none);
  const several = [1, 2, 3, 4, 5].map((byte) => Buffer.alloc(3000, byte).toString('base64'));
  const fitted = await Promise.all(several.map((data) => fit(mediumOf(data), 'image/png', data, small)));
  expect(fitted).toHaveLength(5);
  expect(most).toBe(2);
});

describe('with sharp', async () => {
  const sharp = await loadSharp();
  const load = async () => sharp;

  test.skipIf(sharp === null)('the same image gives the same bytes, small enough', async () => {
    const data = noisePng(400).toString('base64');
    const limits = model({ promptImageBytes: 60_000 });
    const [one, other] = await Promise.all([
      createImageFitter(load, none)(mediumOf(data), 'image/png', data, limits),
      createImageFitter(load, none)(mediumOf(data), 'image/png', data, limits),
    ]);
    expect(one).toEqual(other);
    const base64 = one?.base64 ?? '';
    expect(typeOfBytes(headOf(base64))).toBe(one?.type);
    expect(bytesIn(base64)).toBeLessThanOrEqual(60_000);
  });

  test.skipIf(sharp === null).each(['gif', 'webp', 'avif'] as const)(
    '%s becomes a type that is taken',
    async (type) => {
      const odd = model({ promptImageTypes: ['image/png', 'image/jpeg'] });
      const fitted = await createImageFitter(load, none)(mediumOf(images[type]), `image/${type}`, images[type], odd);
      expect(typeOfBytes(headOf(fitted?.base64 ?? ''))).toBe(fitted?.type);
    },
  );

  test.skipIf(sharp === null)('bmp becomes a PNG', async () => {
    const file = Buffer.alloc(54 + 16, 200);
    file.write('BM', 'latin1');
    for (const [at, value] of [
      [10, 54],
      [14, 40],
      [18, 2],
      [22, 2],
      [30, 0],
    ] as const)
      file.writeUInt32LE(value, at);
    file.writeUInt16LE(24, 28);
    const data = file.toString('base64');
    const odd = model({ promptImageTypes: ['image/png', 'image/jpeg'] });
    const fitted = await createImageFitter(load, none)(mediumOf(data), typeOfBytes(headOf(data)), data, odd);
    expect(typeOfBytes(headOf(fitted?.base64 ?? ''))).toBe('image/png');
  });

  test.skipIf(sharp === null)('a small file of huge pixels is not opened', async () => {
    const bomb = noisePng(4);
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    const data = bomb.toString('base64');
    const fit = createImageFitter(load, none);
    await expect(fit(mediumOf(data), 'image/png', data, model({ promptImageBytes: 10 }))).rejects.toMatchObject({
      code: 'request_too_large',
    });
  });
});
