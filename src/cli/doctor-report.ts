/** The bundle of `crossfeed doctor --report`: what somebody who helps needs to know, and nothing that is the user's own. */
import { readFile } from 'node:fs/promises';
import { arch, platform, release } from 'node:os';
import { systemClock } from '../base/clock.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Finding } from '../doctor/check.ts';
import { settingRows } from './setting-rows.ts';
import type { CliContext } from './cli-context.ts';
import { withStore } from './with-store.ts';

const exchangeCount = 50;
const logLines = 200;

export interface ReportPlace {
  readonly home: string;
  /** Takes secrets and names out of a text. */
  readonly clean: (text: string) => string;
}

/** As JSON; every text in it went through `clean`. */
export async function makeReport(
  context: CliContext,
  findings: readonly Finding[],
  { home, clean }: ReportPlace,
): Promise<string> {
  const loaded = await loadConfig({ home, env: context.env, flags: {} }).catch(() => null);
  const exchanges = await withStore(context, { change: false }, async (store) => store.exchanges.recent(exchangeCount));
  const logFile = loaded?.config.log.file ?? null;
  const log = logFile === null ? [] : await lastLines(logFile);
  const report = {
    kind: 'crossfeed-doctor',
    version: 1,
    madeAt: new Date(systemClock.now()).toISOString(),
    crossfeed: context.version,
    node: process.version,
    system: { platform: platform(), release: release(), arch: arch() },
    findings,
    settings: loaded === null ? null : settingRows(loaded.config, loaded.sources),
    exchanges: exchanges.map(shapeOf),
    log,
  };
  return `${JSON.stringify(cleaned(report, clean), null, 2)}\n`;
}

/** Shapes and sizes: no session, no project, no key, no account, and no client's own words. */
function shapeOf(record: ExchangeRecord): object {
  const { startedAt, program, protocol, operation, route, model, endpoint, lane, stream, kind } = record;
  const { status, outcome, errorCode, errorMessage, durationMs, requestBytes, responseBytes, usage, cost } = record;
  const what = { program, protocol, operation, route, model, endpoint, lane, stream, kind, status, outcome };
  const figures = { errorCode, errorMessage, durationMs, requestBytes, responseBytes, usage, cost };
  return { at: new Date(startedAt).toISOString(), ...what, ...figures, edits: record.edits.map(({ rule }) => rule) };
}

/** Of lines that are JSON what happened; nothing of whom it happened to. */
async function lastLines(file: string): Promise<readonly object[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-logLines).flatMap(lineShape);
}

function lineShape(line: string): readonly object[] {
  try {
    const { time, level, msg, exchange } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    // Exchanges stand in the report by themselves.
    return typeof exchange === 'object' ? [] : [{ time, level, msg }];
  } catch {
    return [];
  }
}

function cleaned(value: unknown, clean: (text: string) => string): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map((one) => cleaned(one, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cleaned(one, clean)]));
}
