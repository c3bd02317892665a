/** Reads a request body once: checks what would harm us, finds what routing needs, and keeps the bytes for the way up. */
import { isUtf8 } from 'node:buffer';
import { isObject, type JsonObject } from '../canonical/json-value.ts';
import type { LimitsConfig } from '../config/config.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { measureJson } from '../framing/json-text.ts';
import { parseLatin1Json } from '../framing/latin1-json.ts';

export interface RequestBody {
  /** The bytes as they came, less a byte order mark. */
  readonly bytes: Buffer;
  /** Their latin1 view, in which every index is a byte offset. */
  readonly text: string;
  /**
   * Parsed from the latin1 view, which costs half of UTF-8: strings hold bytes as characters, so they may be moved and
   * compared with ASCII, and nothing else.
   */
  readonly view: JsonObject;
  readonly hadByteOrderMark: boolean;
  /** Top-level keys that stand there more than once. */
  readonly repeatedKeys: readonly string[];
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Errors: `invalid_json`, `invalid_request`. */
export function readRequestBody(
  body: Buffer,
  limits: Pick<LimitsConfig, 'maxJsonDepth' | 'maxJsonKeysPerObject'>,
): RequestBody {
  const hadByteOrderMark = body.subarray(0, 3).equals(byteOrderMark);
  const bytes = hadByteOrderMark ? body.subarray(3) : body;
  if (bytes.length === 0) throw new ProxyError('invalid_json', 'The request body is empty.');
  if (!isUtf8(bytes)) throw new ProxyError('invalid_json', 'The request body is not valid UTF-8.');
  const text = bytes.toString('latin1');
  const { depth, keys, repeatedKeys } = measureJson(text, limits.maxJsonDepth, limits.maxJsonKeysPerObject);
  if (depth > limits.maxJsonDepth) {
    throw new ProxyError('invalid_json', `The request body is nested deeper than ${limits.maxJsonDepth} levels.`);
  }
  if (keys > limits.maxJsonKeysPerObject) {
    const message = `An object of the request body has more than ${limits.maxJsonKeysPerObject} keys.`;
    throw new ProxyError('invalid_request', message, { param: 'body' });
  }
  const view = parseLatin1Json(text);
  // The engine's own message may quote the prompt.
  if (view === undefined) throw new ProxyError('invalid_json', 'The request body is not valid JSON.');
  if (!isObject(view)) {
    throw new ProxyError('invalid_request', 'The request body must be a JSON object.', { param: 'body' });
  }
  return { bytes, text, view, hadByteOrderMark, repeatedKeys };
}
