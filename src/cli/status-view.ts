/** The status as rows of a name and a value: the proxy first, then each account with its seat. */
import type { CaptureStatus } from '../canonical/capture.ts';
import type { StoreHealth } from '../canonical/store-health.ts';
import { exactCredits } from '../config/budget-field.ts';
import type { AccountSummary, PaceSummary, ServerStatus, UpstreamSummary } from '../control/contract.ts';
import { quotaText } from '../limits/quota-guard.ts';
import { localTime } from './local-time.ts';
import { roadText } from './welcome.ts';

/** What GitHub says of a seat when it is asked for a status. */
export interface SeatReport extends AccountSummary {
  readonly isDefault: boolean;
  /** Null where GitHub did not say within the time of a question. */
  readonly plan: string | null;
  readonly login: string | null;
  /** Models that the other road would add; null where it cannot be told. Only if asked for. */
  readonly otherRoadModels?: readonly string[] | null;
}

export interface StatusReport extends Pick<
  ServerStatus,
  'version' | 'configFile' | 'idleAccounts' | 'identity' | 'learned' | 'learnedRules'
> {
  /** Null where nothing runs and GitHub was asked directly. */
  readonly server: Pick<
    ServerStatus,
    | 'pid'
    | 'url'
    | 'ollamaUrl'
    | 'metricsUrl'
    | 'startedAt'
    | 'draining'
    | 'openExchanges'
    | 'counters'
    | 'capture'
    | 'store'
    | 'dashboard'
  > | null;
  readonly seats: readonly SeatReport[];
}

export interface StatusViewOptions {
  readonly nowMs: number;
  /** An IANA name; the machine's own without it. */
  readonly timeZone?: string;
}

type Row = readonly [name: string, value: string];

const idleRow = (names: readonly string[]): Row => ['also', `${names.join(', ')} (signed in, not used yet)`];

const noAccount: Row = ['account', 'none: run `crossfeed login`'];

export function statusRows(report: StatusReport, options: StatusViewOptions): readonly Row[] {
  const { identity, learned } = report;
  return [
    ...serverRows(report, options),
    ...(report.seats.length === 0 ? [noAccount] : []),
    ...report.seats.flatMap((seat) => seatRows(seat, options)),
    ...(report.idleAccounts.length === 0 ? [] : [idleRow(report.idleAccounts)]),
    [
      'identity',
      `client ${identity.clientId}, ${identity.integrationId}, ${identity.editorVersion}, ${identity.editorPluginVersion}, ${identity.userAgent}`,
    ],
    ['learned', learned.length === 0 ? 'nothing' : learned.join(' ')],
  ];
}

function serverRows(
  { server, seats, version, configFile }: StatusReport,
  { timeZone }: StatusViewOptions,
): readonly Row[] {
  const config: Row = ['config', configFile ?? 'defaults'];
  if (server === null) {
    return [
      ['state', seats.length === 0 ? 'not running' : 'not running; GitHub was asked directly'],
      ['version', version],
      config,
    ];
  }
  const { exchanges, failed, canceled } = server.counters;
  return [
    ['state', server.draining ? 'draining' : 'running'],
    ['url', server.url],
    ...(server.ollamaUrl === null ? [] : [['ollama', server.ollamaUrl] as const]),
    ...(server.metricsUrl === null ? [] : [['metrics', server.metricsUrl] as const]),
    ...(server.dashboard ? [['dashboard', `${server.url}/ui/ (\`crossfeed ui\` opens it)`] as const] : []),
    ['pid', String(server.pid)],
    ['version', version],
    ['since', localTime(server.startedAt, timeZone)],
    config,
    ['open', String(server.openExchanges)],
    ['exchanges', `${exchanges} (${failed} failed, ${canceled} canceled)`],
    ...storeRows(server.store),
    ...(server.capture === null ? [] : [captureRow(server.capture)]),
  ];
}

function storeRows({ fault, waitingRows, droppedRows, droppedNanoAiu }: StoreHealth): readonly Row[] {
  const given = `${droppedRows} exchanges of ${exactCredits(droppedNanoAiu)} credits could not be kept and are not in it`;
  if (fault === null) return droppedRows === 0 ? [] : [['ledger', given]];
  return [
    ['ledger', `${fault.message} ${waitingRows} exchanges wait to be written${droppedRows === 0 ? '' : `; ${given}`}`],
  ];
}

function captureRow({ keys, kept, bytes, maxAgeHours }: CaptureStatus): Row {
  const size = `${kept} kept, ${Math.ceil(bytes / 1024)} kB`;
  if (keys.length === 0) return ['capture', `off; ${size} from before: \`crossfeed capture delete --all\``];
  return ['capture', `ON for ${keys.join(', ')}: prompts and answers are kept for ${maxAgeHours} h; ${size}`];
}

function seatRows(seat: SeatReport, options: StatusViewOptions): readonly Row[] {
  const { account, upstream } = seat;
  const other: readonly Row[] =
    seat.otherRoadModels === undefined ? [] : [['other road', otherRoadText(upstream, seat.otherRoadModels)]];
  const quota: readonly Row[] = seat.quota === undefined ? [] : [['quota', quotaText(account.name, seat.quota)]];
  const pace: readonly Row[] = seat.limits === undefined ? [] : [['pace', paceText(seat.limits, options)]];
  return [
    ['account', accountText(seat)],
    ['plan', seat.plan ?? 'not known'],
    ['upstream', upstream.ready ? 'ready' : `not ready${upstream.problem ? `: ${upstream.problem.message}` : ''}`],
    ['road', roadText({ ...upstream, apiOrigin: null })],
    ...other,
    ['host', upstream.apiOrigin ?? `not known yet (${account.host})`],
    ['api version', upstream.apiVersion],
    ['token', tokenText(upstream, options)],
    ['latch', latchText(upstream, account.name, options)],
    ...pace,
    ...quota,
  ];
}

function accountText({ account, login, isDefault }: SeatReport): string {
  const who = login === null || login === account.name ? account.name : `${account.name} (${login})`;
  const where = account.createdAt === 0 ? 'kept nowhere' : `in the ${account.secretStore}`;
  const kept = account.source === 'environment' ? 'from the environment' : `from ${account.source}, ${where}`;
  return `${who} on ${account.host}, ${kept}${isDefault ? '' : ', not the default'}`;
}

function otherRoadText({ road }: UpstreamSummary, models: readonly string[] | null): string {
  const advice =
    road === 'exchanged'
      ? '; GitHub documents the direct road (gho_, or github_pat_ with "Copilot Requests") for programs: `crossfeed login`'
      : '';
  if (models === null) return `cannot be told${advice}`;
  return `${models.length === 0 ? 'adds no model' : `adds ${models.join(', ')}`}${advice}`;
}

function tokenText({ bearerSince, bearerExpires }: UpstreamSummary, { nowMs, timeZone }: StatusViewOptions): string {
  if (bearerSince === null) return 'none yet';
  const age = `${span(nowMs - bearerSince)} old, since ${localTime(bearerSince, timeZone)}`;
  return bearerExpires === null ? `${age}, without an end` : `${age}, until ${localTime(bearerExpires, timeZone)}`;
}

function latchText({ blockedSince }: UpstreamSummary, name: string, { timeZone }: StatusViewOptions): string {
  if (blockedSince === null) return 'open';
  return `holds every call back since ${localTime(blockedSince, timeZone)}: \`crossfeed resume ${name}\` goes on`;
}

function paceText(limits: PaceSummary, { timeZone }: StatusViewOptions): string {
  const held = limits.heldUntil === null ? '' : `; GitHub holds it until ${localTime(limits.heldUntil, timeZone)}`;
  return `${limits.running} of ${limits.concurrency} running, ${limits.queued} waiting, ${limits.perSecond} a second${held}`;
}

/** `45 s`, `12 min`, `3 h`. */
function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
