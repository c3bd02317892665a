/** The CLI's end of the control socket. */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import { errorTable } from '../errors/error-table.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type {
  ControlArgs,
  ControlFailure,
  ControlOperation,
  ControlReply,
  ControlRequest,
  ControlResult,
} from './contract.ts';
import { ControlError } from './control-error.ts';
import { createLineReader } from './lines.ts';
import { findControlPath } from './socket-path.ts';
import type { ControlPlace } from './socket-path.ts';

export interface CallOptions extends ControlPlace {
  /** How long the server may be silent, in ms; 10 s unless told. */
  readonly timeoutMs?: number;
}

/** An answer of 10,000 rows with long edits is some 50 MB; more than this is not our server. */
const maxReplyBytes = 256 * 1024 * 1024;

/**
 * Asks the running server. Throws `ControlError`: `not_running`, `timeout`, `failed`, `invalid_request`; and the
 * `ProxyError` that the server met, e.g. at GitHub.
 */
export async function callControl<O extends ControlOperation>(
  options: CallOptions,
  operation: O,
  args: ControlArgs<O>,
): Promise<ControlResult<O>> {
  let result: unknown;
  await converse(options, { operation, args }, options.timeoutMs ?? 10_000, (reply, socket) => {
    if ('result' in reply) result = reply.result;
    socket.destroy();
  });
  return result as ControlResult<O>;
}

export interface WatchOptions extends ControlPlace {
  /** Ends the watching; the promise resolves. */
  readonly signal?: AbortSignal;
  /** Called once when the server has begun to send. */
  readonly onOpen?: () => void;
}

/** Hears of every exchange that ends, until the signal aborts or the server goes; then resolves. Throws as `callControl`. */
export async function watchEvents(options: WatchOptions, onRow: (row: ExchangeRecord) => void): Promise<void> {
  const { signal } = options;
  if (signal?.aborted) return;
  await converse(
    options,
    { operation: 'events', args: {} },
    0,
    (reply) => {
      if ('row' in reply) onRow(reply.row);
      else options.onOpen?.();
    },
    signal,
  );
}

/** Sends one request and hands over every reply but failures. Resolves when an answered connection ends. */
async function converse(
  place: ControlPlace,
  request: ControlRequest,
  timeoutMs: number,
  onReply: (reply: ControlReply, socket: Socket) => void,
  signal?: AbortSignal,
): Promise<void> {
  const path = await findControlPath(place);
  if (path === undefined) throw notRunning(place);
  let socket: Socket | undefined;
  const leave = () => socket?.destroy();
  try {
    await new Promise<void>((resolve, reject) => {
      let answered = false;
      const opened = connect(path, () => opened.write(`${JSON.stringify(request)}\n`));
      socket = opened;
      const fail = (error: ControlError | ProxyError) => {
        reject(error);
        opened.destroy();
      };
      opened.setTimeout(timeoutMs, () => {
        fail(new ControlError('timeout', `Crossfeed did not answer within ${timeoutMs} ms on ${path}.`));
      });
      const tooLong = () => fail(new ControlError('failed', 'The answer on the control socket is too long.'));
      const read = createLineReader(
        maxReplyBytes,
        (line) => {
          const reply = parseReply(line);
          if (reply === undefined) fail(new ControlError('failed', 'The control socket answered something else.'));
          else if ('ok' in reply && !reply.ok) fail(failureOf(reply.error));
          else {
            answered = true;
            onReply(reply, opened);
          }
        },
        tooLong,
      );
      opened.on('data', read);
      opened.on('error', (cause: NodeJS.ErrnoException) => {
        const dead = ['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes(cause.code ?? '');
        reject(dead ? notRunning(place) : new ControlError('failed', `${path}: ${cause.message}`, { cause }));
      });
      opened.on('close', () => {
        if (answered || signal?.aborted) resolve();
        else reject(new ControlError('failed', 'The server broke off before it answered.'));
      });
      signal?.addEventListener('abort', leave, { once: true });
      if (signal?.aborted) leave();
    });
  } finally {
    signal?.removeEventListener('abort', leave);
    leave();
  }
}

/** A server of another version may know reasons that we do not. */
function failureOf({ code, message, reason }: ControlFailure): ControlError | ProxyError {
  const known = reason !== undefined && Object.hasOwn(errorTable, reason);
  return known ? new ProxyError(reason, message) : new ControlError(code, message);
}

function parseReply(line: string): ControlReply | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const known = typeof value === 'object' && value !== null && ('ok' in value || 'row' in value);
    return known ? (value as ControlReply) : undefined;
  } catch {
    return undefined;
  }
}

function notRunning({ home }: ControlPlace): ControlError {
  return new ControlError('not_running', `Crossfeed is not running on ${home}: start it with \`crossfeed start\`.`);
}
