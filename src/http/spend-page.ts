/** What a key asks about its own spending, and the answer: never another key's figures. */
import type { Caller } from '../canonical/caller.ts';
import {
  spendKinds,
  type SessionsQuestion,
  type SessionSummary,
  type SpendQuestion,
  type SpendReport,
} from '../canonical/spend-figures.ts';
import { ProxyError } from '../errors/proxy-error.ts';

/** What was spent, of one key alone. */
export interface OwnLedger {
  usage(question: SpendQuestion): SpendReport;
  sessions(question: SessionsQuestion): readonly SessionSummary[];
}

/** The seat's quota and the budgets that count the caller's calls; those by session of one session alone. */
export type OwnStanding = (caller: Caller, session: string | undefined) => object;

const usualSessions = 50;
const mostSessions = 1000;

/** `?by=&since=&session=`. Errors: `invalid_request`. */
export function usagePage(ledger: OwnLedger, standing: OwnStanding, query: string, caller: Caller): object {
  const { keyId } = caller;
  const asked = new URLSearchParams(query);
  const text = asked.get('by') ?? 'model';
  const by = spendKinds.find((kind) => kind === text);
  if (by === undefined) throw refusal('by', `one of ${spendKinds.join(', ')} is expected.`);
  const session = asked.get('session') ?? undefined;
  if (session !== undefined && !/^[0-9a-f]{16}$/.test(session))
    throw refusal('session', 'the whole id of a session is expected, 16 hex digits.');
  const { total, rows } = ledger.usage({ by, sinceMs: sinceOf(asked), keyId, session });
  return { by, total, rows, ...standing(caller, session) };
}

/** `?since=&limit=`, the latest first. Errors: `invalid_request`. */
export function sessionsPage(ledger: OwnLedger, query: string, { keyId }: Caller): object {
  const asked = new URLSearchParams(query);
  const limit = Number(asked.get('limit') ?? usualSessions);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostSessions)
    throw refusal('limit', `a number from 1 to ${mostSessions} is expected.`);
  return { sessions: ledger.sessions({ sinceMs: sinceOf(asked), keyId, limit }) };
}

/** A day or a time; a day begins at its midnight where the proxy runs. */
function sinceOf(asked: URLSearchParams): number | undefined {
  const text = asked.get('since');
  if (text === null) return undefined;
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text)
    ? Date.parse(`${text}T00:00`)
    : /^\d{4}-\d{2}-\d{2}T/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (!Number.isNaN(at) && at >= 0) return at;
  throw refusal('since', 'a day as 2026-11-01 or a time as 2026-11-01T08:00:00Z is expected.');
}

function refusal(param: string, message: string): ProxyError {
  return new ProxyError('invalid_request', `${param}: ${message}`, { param });
}
