/** Reads the body of a question that the dashboard asks: small, and an object. */
import type { IncomingMessage } from 'node:http';
import { isObject, parseJson, type JsonObject } from '../canonical/json-value.ts';

const maxBytes = 64 * 1024;

/** Undefined where it is larger than 64 kB, is no JSON object, or ends early. */
export async function readQuestion(request: IncomingMessage): Promise<JsonObject | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  const value = parseJson(Buffer.concat(chunks).toString('utf8'));
  return isObject(value) ? value : undefined;
}
