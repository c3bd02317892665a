/** `crossfeed preview`: what the running proxy would send up for a request, with each edit and its reason. */
import { readFile } from 'node:fs/promises';
import { isObject, objectOf, parseJson, type JsonObject } from '../../canonical/json-value.ts';
import { createRedactor } from '../../observability/redact.ts';
import { askProxy } from '../ask-proxy.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { readDefaultKey } from '../default-key.ts';
import { exitCode } from '../exit-code.ts';

interface PreviewOptions {
  readonly path: string;
  readonly key?: string;
  readonly header?: readonly string[];
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .argument('<file>', 'the body of a request as JSON; - reads standard input')
    .option('--path <path>', 'where the request would be sent', '/v1/messages')
    .option('--header <line...>', 'a header of the request, as NAME: VALUE; may be given again')
    .option('--key <key>', 'the caller key; the default one without it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed preview body.json', 'model, endpoint, headers, edits and body; nothing is sent'],
        ['crossfeed preview - --path /v1/responses < body.json', 'from standard input'],
        ['crossfeed preview body.json --json | jq .body', 'for scripts'],
      ]),
    )
    .action((file: string, options: PreviewOptions) => run(preview(context, file, options)));
};

async function preview(context: CliContext, file: string, options: PreviewOptions): Promise<void> {
  const body = await readBody(context, file);
  const { url } = await askProxy(context, 'status', {});
  const key = options.key ?? (await readDefaultKey(context)).key;
  const reply = await ask(`${url}/crossfeed/v1/preview`, key, {
    path: options.path,
    headers: Object.fromEntries((options.header ?? []).map(headerOf)),
    body,
  });
  const text = await reply.text();
  const answer = parseJson(text);
  if (!reply.ok || !isObject(answer)) throw refused(reply.status, answer);
  // The body goes out as it would go up: not read and written anew.
  if (options.json) context.stdout.write(text);
  else context.stdout.write(shown(answer));
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

async function ask(url: string, key: string, asked: JsonObject): Promise<Response> {
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
function refused(status: number, answer: unknown): CliError {
  const { message } = objectOf(objectOf(answer)['error']);
  const words = typeof message === 'string' ? createRedactor().redact(message) : 'no reason was given';
  const code = status === 401 || status === 403 ? exitCode.permission : exitCode.failure;
  return new CliError(code, `This request would be refused with ${status}: ${words}`);
}

function shown(answer: JsonObject): string {
  const redactor = createRedactor();
  const line = (name: string, value: unknown) => `${name.padEnd(9)} ${redactor.redact(String(value))}\n`;
  const edits = (Array.isArray(answer['edits']) ? answer['edits'] : []).map(objectOf);
  const place = ({ path }: JsonObject) => (typeof path === 'string' ? ` (${path})` : '');
  return [
    line('lane', answer['lane']),
    line('model', answer['model']),
    line('endpoint', answer['endpoint']),
    ...Object.entries(objectOf(answer['headers'])).map(([name, value]) => line('header', `${name}: ${String(value)}`)),
    ...edits.map((edit) => line('edit', `${String(edit['rule'])}${place(edit)}: ${String(edit['reason'])}`)),
    `\n${JSON.stringify(answer['body'], null, 2)}\n`,
  ].join('');
}
