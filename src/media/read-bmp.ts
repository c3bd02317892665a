/** Reads the plain kinds of BMP, which image libraries leave out: 24 and 32 bits a pixel, not compressed. */

export interface RawPixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue; rows from the top. */
  readonly data: Buffer;
}

/** BI_RGB, and BI_BITFIELDS, which writers of 32 bits use for the same order of colours. */
const plainKinds: ReadonlySet<number> = new Set([0, 3]);

/** Null for other kinds, and for what is cut off. */
export function readBmp(file: Buffer, maxPixels: number): RawPixels | null {
  if (file.length < 54 || file.toString('latin1', 0, 2) !== 'BM') return null;
  const start = file.readUInt32LE(10);
  const width = file.readInt32LE(18);
  const signedHeight = file.readInt32LE(22);
  const bits = file.readUInt16LE(28);
  const height = Math.abs(signedHeight);
  if ((bits !== 24 && bits !== 32) || !plainKinds.has(file.readUInt32LE(30))) return null;
  if (width < 1 || height < 1 || width * height > maxPixels) return null;
  const step = bits / 8;
  const rowBytes = Math.ceil((width * step) / 4) * 4;
  if (start + rowBytes * height > file.length) return null;
  const data = Buffer.allocUnsafe(width * height * 3);
  let out = 0;
  for (let y = 0; y < height; y += 1) {
    // Rows stand from the bottom, unless the height is negative.
    let at = start + rowBytes * (signedHeight < 0 ? y : height - 1 - y);
    for (let x = 0; x < width; x += 1) {
      data[out] = file[at + 2] ?? 0;
      data[out + 1] = file[at + 1] ?? 0;
      data[out + 2] = file[at] ?? 0;
      at += step;
      out += 3;
    }
  }
  return { width, height, data };
}
