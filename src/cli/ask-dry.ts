/** Asks the running proxy about a request that is not made: for `crossfeed preview` and `crossfeed estimate`. */
import { readFile } from 'node:fs/promises';
import { isObject, objectOf, parseJson, type JsonObject } from '../canonical/json-value.ts';
import { createRedactor } from '../observability/redact.ts';
import { askProxy } from './ask-proxy.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { readDefaultKey } from './default-key.ts';
import { exitCode } from './exit-code.ts';

export interface DryOptions {
  readonly path: string;
  readonly key?: string;
  readonly header?: readonly string[];
  readonly json?: true;
}

/** The answer as it came, and read. `operation` is the last part of the path below `/crossfeed/v1/`. */
export async function askDry(
  context: CliContext,
  operation: 'preview' | 'estimate',
  file: string,
  options: DryOptions,
): Promise<{ readonly text: string; readonly answer: JsonObject }> {
  const body = await readBody(context, file);
  const { url } = await askProxy(context, 'status', {});
  const key = options.key ?? (await readDefaultKey(context)).key;
  const reply = await askDryAt(`${url}/crossfeed/v1/${operation}`, key, {
    path: options.path,
    headers: Object.fromEntries((options.header ?? []).map(headerOf)),
    body,
  });
  const text = await reply.text();
  const answer = parseJson(text);
  if (!reply.ok || !isObject(answer)) throw refused(reply.status, answer);
  return { text, answer };
}

/** As text: what is no JSON is refused by the proxy, in its own words. */
async function readBody(context: CliContext, file: string): Promise<string> {
  if (file !== '-') {
    return readFile(file, 'utf8').catch((thrown: unknown) => {
      const why = objectOf(thrown)['code'] === 'ENOENT' ? 'is not there' : 'cannot be read';
      throw new CliError(exitCode.usage, `${file} ${why}.`, { cause: thrown });
    });
  }
  const pieces: Buffer[] = [];
  for await (const piece of context.stdin) pieces.push(Buffer.from(piece as Uint8Array | string));
  return Buffer.concat(pieces).toString('utf8');
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  if (colon > 0) return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  throw new CliError(exitCode.usage, `--header takes NAME: VALUE, not "${line.slice(0, 100)}".`);
}

export async function askDryAt(url: string, key: string, asked: JsonObject): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  try {
    return await fetch(url, { method: 'POST', headers, body: JSON.stringify(asked) });
  } catch (thrown) {
    throw new CliError(exitCode.unavailable, 'The proxy does not answer at its address; is it running with TLS?', {
      cause: thrown,
    });
  }
}

/** Both vendors' errors have their words at the same place. */
export function refused(status: number, answer: unknown): CliError {
  const { message } = objectOf(objectOf(answer)['error']);
  const words = typeof message === 'string' ? createRedactor().redact(message) : 'no reason was given';
  const code = status === 401 || status === 403 ? exitCode.permission : exitCode.failure;
  return new CliError(code, `This request would be refused with ${status}: ${words}`);
}
