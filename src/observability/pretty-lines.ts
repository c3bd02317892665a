/** Log lines for a person: time, message, and the rest in `name=value`; exchanges in columns. */
import type { PrettyOptions } from 'pino-pretty';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import { exchangeLine } from './exchange-line.ts';
import type { Paint } from './exchange-line.ts';

/** Makes a JSON log line readable. */
export type PrettyLines = (line: string) => string;

const framing = new Set(['level', 'time', 'msg']);

interface PinoPretty {
  prettyFactory(options: PrettyOptions): PrettyLines;
}

/** Null where `pino-pretty`, an optional dependency, is not installed. */
export async function loadPrettyLines(
  colors: boolean,
  load: () => Promise<{ default: PinoPretty }> = () => import('pino-pretty'),
): Promise<PrettyLines | null> {
  const options: PrettyOptions = {
    colorize: colors,
    hideObject: true,
    ignore: 'time,level',
    // Otherwise the whole line is cyan, and nothing in it stands out.
    customColors: 'message:reset',
    messageFormat: (log, messageKey, _label, { colors }) =>
      [
        colors.dim(timeText(log['time'])),
        ...(isExchange(log) ? [] : levelTexts(log['level'], colors)),
        messageText(log, fieldText(log[messageKey] ?? ''), colors),
      ].join('  '),
  };
  try {
    return (await load()).default.prettyFactory(options);
  } catch {
    return null;
  }
}

/** The local time of day; a log for a person is read on the day itself. */
function timeText(time: unknown): string {
  return typeof time === 'string' ? new Date(time).toTimeString().slice(0, 8) : '';
}

/** Most lines are `info`: only the others say so. (An exchange never does: its status has the colour.) */
function levelTexts(level: unknown, paint: Paint): string[] {
  if (level === 'error') return [paint.red('error')];
  if (level === 'warn') return [paint.yellow('warning')];
  return level === 'debug' ? [paint.dim('debug')] : [];
}

function messageText(log: Record<string, unknown>, message: string, paint: Paint): string {
  if (isExchange(log)) return exchangeLine(recordOf(log.exchange), paint);
  const fields = Object.entries(log).filter(([name]) => !framing.has(name));
  const texts = fields.map(([name, value]) => paint.dim(`${name}=`) + fieldText(value));
  return [message, ...texts].join('  ');
}

/** What the logger wrote under `exchange`: the record with the edits' names in place of the edits. */
type ExchangeFields = Omit<ExchangeRecord, 'edits'> & { readonly edits: readonly string[] };

function isExchange(log: Record<string, unknown>): log is { exchange: ExchangeFields } {
  return log['msg'] === 'exchange' && typeof log['exchange'] === 'object' && log['exchange'] !== null;
}

function recordOf(fields: ExchangeFields): ExchangeRecord {
  return { ...fields, edits: fields.edits.map((rule) => ({ rule, reason: '' })) };
}

function fieldText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (!('message' in value)) return JSON.stringify(value);
  const stack = 'stack' in value && Array.isArray(value.stack) ? value.stack : [];
  const cause = 'cause' in value ? ` ← ${fieldText(value.cause)}` : '';
  return `${String(value.message)}${cause}${stack.map((frame) => `\n      ${String(frame)}`).join('')}`;
}
