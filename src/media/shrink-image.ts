/** Makes an image fit: small enough, and of a type that the model takes. The same image gives the same bytes. */
import type { Encoding, ImageLibrary } from './image-library.ts';

export interface WantedImage {
  /** Undefined: as large as it likes. */
  readonly maxBytes: number | undefined;
  /** Of the image as it came. */
  readonly type: string;
}

export interface FittedImage {
  readonly type: string;
  readonly base64: string;
  readonly bytes: number;
}

/** Models look at no more than some 1,500 pixels; what is drawn stays sharp as PNG as long as it can. */
const drawn: readonly Encoding[] = [
  { type: 'image/png', edge: 2048 },
  { type: 'image/png', edge: 1568 },
];
const photographed: readonly Encoding[] = [
  { type: 'image/jpeg', edge: 2048, quality: 85 },
  { type: 'image/jpeg', edge: 1568, quality: 80 },
  { type: 'image/jpeg', edge: 1024, quality: 75 },
  { type: 'image/jpeg', edge: 768, quality: 65 },
  { type: 'image/jpeg', edge: 512, quality: 50 },
  { type: 'image/jpeg', edge: 256, quality: 40 },
  { type: 'image/jpeg', edge: 128, quality: 30 },
];
const photographs: ReadonlySet<string> = new Set(['image/jpeg', 'image/heic', 'image/avif']);

/** The best of these that is small enough; null where none is, or where the library cannot read it. */
export async function shrinkImage(
  library: ImageLibrary,
  bytes: Buffer,
  { maxBytes = Infinity, type }: WantedImage,
): Promise<FittedImage | null> {
  const steps = photographs.has(type) ? photographed : [...drawn, ...photographed];
  for (const step of steps) {
    let encoded: Buffer;
    try {
      // One after the other: most are done with the first, and each costs a core for a while.
      // oxlint-disable-next-line no-await-in-loop
      encoded = await library.encode(bytes, step);
    } catch {
      return null;
    }
    if (encoded.length <= maxBytes)
      return { type: step.type, base64: encoded.toString('base64'), bytes: encoded.length };
  }
  return null;
}
