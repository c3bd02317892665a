/** Says whether a call may be paid for: reserves what it should take under every budget that counts it, and settles it. */
import type { Clock } from '../base/clock.ts';
import { counts, type Budget, type BudgetState, type Reservation, type Reserved } from '../canonical/budget.ts';
import { countedNanoAiu, type ExchangeRecord } from '../canonical/exchange-record.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { ApprovalDesk, ApprovalOutcome } from './approval-desk.ts';
import { createBudgetCounters, stepOf, type BudgetCounter } from './budget-counters.ts';
import { nextPeriodStart } from './budget-period.ts';
import {
  behindText,
  creditsText,
  needText,
  overBudgetText,
  unreadText,
  unwrittenText,
  type BudgetFacts,
} from './budget-words.ts';
import { createReservationLine } from './reservation-line.ts';
import type { SpendBook } from './spend-book.ts';
import type { SpendGuard, SpendRequest, SpendVerdict } from './spend-guard.ts';

export interface BudgetDeskOptions {
  readonly book: SpendBook;
  /** Those of the settings; of the same id as one that was set by command they win. */
  readonly fromSettings: () => readonly Budget[];
  readonly approvals: ApprovalDesk;
  readonly approval: ApprovalRule;
  /** A refusal for another reason than a budget, e.g. of the seat's quota; and what callers are to hear of that. */
  readonly seat: SeatGuard;
  readonly clock: Clock;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

export interface ApprovalRule {
  readonly of: 'off' | 'all' | 'session' | 'above';
  readonly aboveNanoAiu: number;
}

export interface SeatGuard {
  judge(accountName: string): { readonly refusal?: ProxyError; readonly warnings: readonly string[] };
}

export interface BudgetDesk extends SpendGuard {
  /** The exchange is over: what it held is free, and what it cost counts. */
  settle(
    record: Pick<ExchangeRecord, 'id' | 'startedAt' | 'keyId' | 'project' | 'session' | 'cost' | 'estimate'>,
  ): void;
  /** Of every budget; of those by session, that session alone. */
  states(session?: string): readonly BudgetState[];
}

interface Held {
  readonly nanoAiu: number;
  readonly counters: readonly BudgetCounter[];
}

interface Judgement {
  readonly refusal?: ProxyError | undefined;
  readonly asks: readonly string[];
  readonly warnings: readonly string[];
}

/** A disk that is full may have room soon. */
const retryAfterMs = 10_000;

const allowed: SpendVerdict = { allowed: true, warnings: [] };

const denials: Readonly<Record<Exclude<ApprovalOutcome, 'allowed'> | 'left', string>> = {
  denied: 'The owner of this seat did not allow this call.',
  'timed-out': 'Nobody allowed this call in time: `crossfeed approvals watch` shows who waits.',
  withdrawn: 'The proxy is shutting down, and this call was not allowed yet.',
  left: 'The client left before the call was allowed.',
};

export function createBudgetDesk(options: BudgetDeskOptions): BudgetDesk {
  const { book, approvals, approval, seat, clock, warn } = options;
  const counters = createBudgetCounters(book);
  const line = createReservationLine({ reserve: (reservation) => book.reserve(reservation), clock });
  const held = new Map<string, Held>();
  let listed: readonly string[] = [];

  function budgets(): readonly Budget[] {
    const settings = options.fromSettings();
    const set = book.budgets.list().filter(({ id }) => !settings.some((one) => one.id === id));
    const all = settings.length === 0 ? set : [...settings, ...set];
    const ids = all.map(({ id }) => id);
    for (const id of ids) if (!listed.includes(id)) counters.readAgain(id);
    listed = ids;
    return all;
  }

  /** How a budget stands to a call; undefined where it has room for it. */
  function excess(budget: Budget, request: SpendRequest, nowMs: number): BudgetFacts | undefined {
    const { nanoAiu: needed } = request.estimate;
    const neededNanoAiu = needed ?? 0;
    if (budget.per === 'request') {
      if (neededNanoAiu <= budget.nanoAiu) return undefined;
      return { budget, spentNanoAiu: 0, reservedNanoAiu: 0, neededNanoAiu: needed, nowMs };
    }
    // What costs nothing is never in the way; what has no price only where nothing is left.
    if (needed === 0) return undefined;
    const { spent, reserved } = counters.of(budget, request.session, nowMs);
    const total = spent + reserved + neededNanoAiu;
    if (total < budget.nanoAiu || (total === budget.nanoAiu && needed !== null)) return undefined;
    return { budget, spentNanoAiu: spent, reservedNanoAiu: reserved, neededNanoAiu: needed, nowMs };
  }

  /** A cap that cannot be looked up is no open door. */
  function isKnown(budget: Budget, { session, estimate }: SpendRequest, nowMs: number): boolean {
    return budget.per === 'request' || estimate.nanoAiu === 0 || counters.of(budget, session, nowMs).isKnown;
  }

  function judge(request: SpendRequest, counting: readonly Budget[]): Judgement {
    const nowMs = clock.now();
    const bySeat = seat.judge(request.accountName);
    const asks: string[] = [];
    const warnings = [...bySeat.warnings];
    let { refusal } = bySeat;
    for (const budget of counting) {
      if (budget.mode === 'hard' && !isKnown(budget, request, nowMs)) {
        refusal ??= new ProxyError('insufficient_quota', unreadText(budget));
        continue;
      }
      const facts = excess(budget, request, nowMs);
      if (facts === undefined) continue;
      if (budget.mode === 'hard') refusal ??= new ProxyError('insufficient_quota', overBudgetText(facts));
      else if (budget.mode === 'ask') asks.push(`${behindText(facts)}, ${needText(facts)}`);
      else warnings.push(behindText(facts));
    }
    return { refusal, asks, warnings };
  }

  function reasonsOf(request: SpendRequest, { asks }: Judgement): readonly string[] {
    const { nanoAiu } = request.estimate;
    if (approval.of === 'all') return [...asks, 'every call is asked about'];
    if (approval.of === 'session') return [...asks, 'a session that was not asked about yet'];
    // One without a price may cost anything.
    if (approval.of === 'above' && (nanoAiu ?? Infinity) > approval.aboveNanoAiu)
      return [...asks, `it is expected to take more than ${creditsText(approval.aboveNanoAiu)} credits`];
    return asks;
  }

  function take(
    request: SpendRequest,
    counting: readonly Budget[],
    judged: Judgement,
  ): SpendVerdict | Promise<SpendVerdict> {
    const nowMs = clock.now();
    const nanoAiu = request.estimate.nanoAiu ?? 0;
    const warnings = [...judged.warnings];
    const taken: BudgetCounter[] = [];
    let hard: Budget | undefined;
    for (const budget of counting) {
      if (budget.per === 'request') continue;
      const counter = counters.of(budget, request.session, nowMs);
      counter.reserved += nanoAiu;
      taken.push(counter);
      if (budget.mode === 'hard') hard ??= budget;
      const step = stepOf(budget, counter.spent);
      const isNews = step > counter.toldCallers;
      counter.toldCallers = step;
      if (!isNews) continue;
      const facts = { budget, spentNanoAiu: counter.spent, reservedNanoAiu: 0, neededNanoAiu: nanoAiu, nowMs };
      if (!warnings.some((text) => text.includes(`"${budget.id}"`))) warnings.push(behindText(facts));
    }
    if (taken.length > 0) held.set(request.exchangeId, { nanoAiu, counters: taken });
    const verdict: SpendVerdict = warnings.length === 0 ? allowed : { allowed: true, warnings };
    if (hard === undefined || request.estimate.nanoAiu === 0) return verdict;
    const { id } = hard;
    const settle = (outcome: Reserved): SpendVerdict => {
      if (outcome === 'kept') return verdict;
      letGo(request.exchangeId);
      return { allowed: false, error: new ProxyError('ledger_unwritable', unwrittenText(id), { retryAfterMs }) };
    };
    const outcome = line.reserve(reservationOf(request, nanoAiu, nowMs), request.signal);
    return outcome instanceof Promise ? outcome.then(settle) : settle(outcome);
  }

  function letGo(exchangeId: string) {
    const holding = held.get(exchangeId);
    held.delete(exchangeId);
    if (holding) for (const counter of holding.counters) counter.reserved -= holding.nanoAiu;
  }

  async function ask(request: SpendRequest, reasons: readonly string[]): Promise<SpendVerdict> {
    const outcome = await approvals.ask(request, reasons);
    if (request.signal.aborted) return { allowed: false, error: new ProxyError('canceled', denials.left) };
    if (outcome === 'withdrawn') return { allowed: false, error: new ProxyError('draining', denials.withdrawn) };
    if (outcome !== 'allowed') return { allowed: false, error: new ProxyError('approval_denied', denials[outcome]) };
    // Others have spent meanwhile.
    const counting = budgets().filter(({ of }) => counts(of, request));
    const judged = judge(request, counting);
    return judged.refusal ? { allowed: false, error: judged.refusal } : take(request, counting, judged);
  }

  return {
    admit(request) {
      const counting = budgets().filter(({ of }) => counts(of, request));
      const judged = judge(request, counting);
      if (judged.refusal) return { allowed: false, error: judged.refusal };
      const reasons = approvals.knows(request) ? [] : reasonsOf(request, judged);
      return reasons.length === 0 ? take(request, counting, judged) : ask(request, reasons);
    },
    settle(record) {
      letGo(record.id);
      const spent = countedNanoAiu(record);
      if (spent === 0) return;
      for (const budget of budgets()) {
        if (budget.per === 'request' || !counts(budget.of, record)) continue;
        const counter = counters.known(budget, record.session, record.startedAt);
        if (counter === undefined) continue;
        counter.spent += spent;
        const step = stepOf(budget, counter.spent);
        // A budget that was raised begins its steps again.
        const isNews = step > counter.told;
        counter.told = step;
        if (!isNews) continue;
        const nowMs = clock.now();
        const facts = {
          budget,
          spentNanoAiu: counter.spent,
          reservedNanoAiu: counter.reserved,
          neededNanoAiu: 0,
          nowMs,
        };
        warn(`${step} % of a budget are spent. ${behindText(facts)}`, { budget: budget.id, session: record.session });
      }
    },
    states(session) {
      const nowMs = clock.now();
      return budgets().map((budget) => {
        const beginsAnewAt = nextPeriodStart(budget.per, nowMs);
        const isCounted = budget.per !== 'request' && (budget.per !== 'session' || session !== undefined);
        if (!isCounted) return { budget, spentNanoAiu: 0, reservedNanoAiu: 0, beginsAnewAt };
        const { spent, reserved, isKnown } = counters.of(budget, session ?? '', nowMs);
        return { budget, spentNanoAiu: isKnown ? spent : null, reservedNanoAiu: reserved, beginsAnewAt };
      });
    },
  };
}

function reservationOf(request: SpendRequest, nanoAiu: number, at: number): Reservation {
  const { exchangeId, keyId, accountName: account, project, session, protocol, route, client } = request;
  const { model, kind, estimate } = request;
  return { exchangeId, at, nanoAiu, keyId, account, project, session, protocol, route, client, model, kind, estimate };
}
