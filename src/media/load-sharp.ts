/** sharp as our image library: optional, and loaded with the first image that needs it. */
import type Sharp from 'sharp';
import type { ImageLibrary } from './image-library.ts';
import { readBmp } from './read-bmp.ts';

/** A hostile image may be small as a file and huge as pixels. */
const maxPixels = 100_000_000;
const longestS = 20;

/** Null where sharp is not installed, or not for this machine. */
export async function loadSharp(): Promise<ImageLibrary | null> {
  let sharp: typeof Sharp;
  try {
    ({ default: sharp } = await import('sharp'));
  } catch {
    return null;
  }
  // Images come once: what is kept of them is kept as the result.
  sharp.cache(false);
  return {
    async encode(bytes, { type, edge, quality = 80 }) {
      const { data = bytes, ...raw } = readBmp(bytes, maxPixels) ?? {};
      const known = 'width' in raw ? { raw: { ...raw, channels: 3 as const } } : {};
      const image = sharp(data, { ...known, limitInputPixels: maxPixels, sequentialRead: true })
        .timeout({ seconds: longestS })
        .rotate()
        .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true });
      return type === 'image/png'
        ? image.png({ compressionLevel: 9 }).toBuffer()
        : image.flatten({ background: '#ffffff' }).jpeg({ quality }).toBuffer();
    },
  };
}
