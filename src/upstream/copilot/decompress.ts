/** Undoes one content coding of an answer, flushed at every piece, with a bound on what comes out. */
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress, constants } from 'node:zlib';
import type { Transform } from 'node:stream';
import type { Flow } from '../upstream.ts';

/** The bounds were crossed; the bytes are not of the coding; they ended in the middle. */
export type DecodeFault = 'bomb' | 'corrupt' | 'cut';

export interface DecodedSink {
  onData(chunk: Buffer): void;
  onEnd(): void;
  onFault(fault: DecodeFault): void;
}

export interface Decoder {
  write(chunk: Buffer): void;
  end(): void;
  /** Pauses and resumes the decoder and with it the upstream. */
  readonly flow: Flow;
  /** Frees it; the sink hears nothing more. */
  destroy(): void;
}

export interface DecodeLimits {
  /** The most decoded bytes of an answer that is read whole; null for a stream, which is bound by its ratio. */
  readonly maxBytes: number | null;
}

/** Repetitive event streams reach a ratio near 100; a bomb is near 1000. Small answers may be anything. */
const largestRatio = 256;
const ratioCountsFromBytes = 16 * 1024 * 1024;

/** What zlib, Brotli and zstd say where the end is missing. */
const cutCodes = new Set(['Z_BUF_ERROR', 'ZSTD_error_srcSize_wrong', 'ERR_BROTLI_DECODER_ERROR_UNREACHABLE']);

/** The codings a single `content-encoding` may name; anything else, and any chain, is refused. */
export function codingOf(header: string | undefined): 'identity' | keyof typeof decoders | 'unknown' {
  const name = (header ?? '').trim().toLowerCase();
  if (name === '' || name === 'identity') return 'identity';
  if (name === 'x-gzip') return 'gzip';
  return isKnown(name) ? name : 'unknown';
}

const decoders = {
  gzip: () => createGunzip({ flush: constants.Z_SYNC_FLUSH }),
  deflate: () => createInflate({ flush: constants.Z_SYNC_FLUSH }),
  br: () => createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: () => createZstdDecompress({ flush: constants.ZSTD_e_flush }),
} as const satisfies Record<string, () => Transform>;

function isKnown(name: string): name is keyof typeof decoders {
  return Object.hasOwn(decoders, name);
}

export function createDecoder(
  coding: keyof typeof decoders,
  limits: DecodeLimits,
  upstream: Flow,
  sink: DecodedSink,
): Decoder {
  const decoder = decoders[coding]();
  let encodedBytes = 0;
  let decodedBytes = 0;
  let over = false;
  let heldByReader = false;
  let heldByDecoder = false;

  function stop(fault: DecodeFault): void {
    if (over) return;
    over = true;
    decoder.destroy();
    sink.onFault(fault);
  }

  function flowOn(): void {
    if (!heldByReader && !heldByDecoder) upstream.resume();
  }

  decoder.on('data', (chunk: Buffer) => {
    if (over) return;
    decodedBytes += chunk.length;
    const { maxBytes } = limits;
    const tooMuch =
      maxBytes === null
        ? decodedBytes > ratioCountsFromBytes && decodedBytes > encodedBytes * largestRatio
        : decodedBytes > maxBytes;
    if (tooMuch) return stop('bomb');
    sink.onData(chunk);
  });
  decoder.on('end', () => {
    if (over) return;
    over = true;
    sink.onEnd();
  });
  decoder.on('error', (error: NodeJS.ErrnoException) => stop(cutCodes.has(error.code ?? '') ? 'cut' : 'corrupt'));
  decoder.on('drain', () => {
    heldByDecoder = false;
    flowOn();
  });

  return {
    write(chunk) {
      if (over) return;
      encodedBytes += chunk.length;
      if (decoder.write(chunk)) return;
      heldByDecoder = true;
      upstream.pause();
    },
    end() {
      if (!over) decoder.end();
    },
    flow: {
      pause() {
        heldByReader = true;
        decoder.pause();
        upstream.pause();
      },
      resume() {
        heldByReader = false;
        decoder.resume();
        flowOn();
      },
    },
    destroy() {
      over = true;
      decoder.destroy();
    },
  };
}
