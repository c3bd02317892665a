/** The log: what the program says and one line an exchange, as JSON or for a person, redacted before it is formed. */
import type { Writable } from 'node:stream';
import { pino } from 'pino';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { LogConfig } from '../config/config.ts';
import { checkOfError } from '../errors/error-check.ts';
import { hintOf } from '../errors/error-table.ts';
import { ruleNames } from './exchange-line.ts';
import { openLogFile } from './log-file.ts';
import type { LogFile } from './log-file.ts';
import { loadPrettyLines } from './pretty-lines.ts';
import type { PrettyLines } from './pretty-lines.ts';
import type { Redactor } from './redact.ts';
import { redactFields } from './redact-fields.ts';

/** What stands beside a message: JSON values and errors. Strings in it are redacted at any depth. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  /** One line: `info`, but `warn` where it failed, and `error` where the fault is our own. */
  exchange(record: ExchangeRecord): void;
  /** Resolves when every line is written. Later lines are dropped. */
  close(): Promise<void>;
}

export interface LoggerOptions {
  readonly config: LogConfig;
  readonly stdout: Writable;
  readonly redactor: Redactor;
  /** Whether `stdout` shows colours; only for `pretty`. */
  readonly colors?: boolean;
  /** Where the lines for a person come from; tests hand in what is missing. */
  readonly loadPretty?: (colors: boolean) => Promise<PrettyLines | null>;
}

/** Rejects where the log file cannot be opened; a missing `pino-pretty` means JSON and one notice. */
export async function createLogger(options: LoggerOptions): Promise<Logger> {
  const { config, stdout, redactor } = options;
  const loadPretty = options.loadPretty ?? loadPrettyLines;
  const pretty = config.format === 'pretty' ? await loadPretty(options.colors ?? false) : null;
  const file = config.file === null ? null : await openFile(config, config.file, (thrown) => onFileFault(thrown));
  let closed = false;
  let fileFaultTold = false;

  const log = pino(
    {
      level: config.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write(line: string) {
        if (closed) return;
        // A reader that left (EPIPE) must not end the proxy.
        if (stdout.writable) stdout.write(pretty === null ? line : pretty(line));
        file?.write(line);
      },
    },
  );

  function say(level: LogConfig['level'], message: string, fields: LogFields = {}): void {
    if (closed || !log.isLevelEnabled(level)) return;
    log[level](redactFields(fields, redactor), redactor.redact(message));
  }

  function onFileFault(thrown: unknown): void {
    if (fileFaultTold) return;
    fileFaultTold = true;
    say('warn', 'The log file cannot be written; the log goes on here only.', { error: thrown });
  }

  if (config.format === 'pretty' && pretty === null)
    say('warn', 'The optional package pino-pretty is not installed: the log is JSON.');

  return {
    error: (message, fields) => say('error', message, fields),
    warn: (message, fields) => say('warn', message, fields),
    info: (message, fields) => say('info', message, fields),
    debug: (message, fields) => say('debug', message, fields),
    exchange: (record) => say(levelOf(record), 'exchange', exchangeFields(record)),
    async close() {
      if (closed) return;
      closed = true;
      await file?.close();
      if (stdout.writable) await new Promise<void>((resolve) => stdout.write('', () => resolve()));
    },
  };
}

function openFile(config: LogConfig, file: string, onFault: (thrown: unknown) => void): Promise<LogFile> {
  return openLogFile({ file, maxFileBytes: config.maxFileBytes, maxFiles: config.maxFiles, onFault });
}

function levelOf(record: ExchangeRecord): 'info' | 'warn' | 'error' {
  if (record.outcome !== 'failed') return 'info';
  return record.errorCode === 'internal_error' ? 'error' : 'warn';
}

/** The whole record for a machine, with the hint for a person and the check of `doctor` beside the code. */
function exchangeFields(record: ExchangeRecord): LogFields {
  return {
    exchange: {
      ...record,
      edits: ruleNames(record),
      hint: record.errorCode === null ? null : hintOf(record.errorCode, record.errorMessage ?? ''),
      doctor: record.errorCode === null ? null : checkOfError[record.errorCode],
    },
  };
}
