/** The store of one home: exchanges and remembered facts in one SQLite file, in memory where the file fails. */
import type { Clock } from '../base/clock.ts';
import type { StoreHealth } from '../canonical/store-health.ts';
import { StateFileError } from '../config/state-file-error.ts';
import { createAccountStore } from './account-store.ts';
import type { AccountStore } from './account-store.ts';
import { createBudgetStore } from './budget-store.ts';
import { createCaptureStore } from './capture-store.ts';
import type { CaptureStore } from './capture-store.ts';
import { createCallerKeyStore } from './caller-key-store.ts';
import type { CallerKeyStore } from './caller-key-store.ts';
import { createExchangeLog } from './exchange-log.ts';
import type { ExchangeLog } from './exchange-log.ts';
import { createExchangeSearch, type FindExchanges } from './exchange-search.ts';
import { createFactStore } from './fact-store.ts';
import type { FactStore } from './fact-store.ts';
import { openDatabase } from './open-database.ts';
import type { OpenDatabase } from './open-database.ts';
import { createQuotaReadings, type QuotaReadings } from './quota-readings.ts';
import { createReservations } from './reservations.ts';
import { createResponseStore } from './response-store.ts';
import type { ResponseStore } from './response-store.ts';
import { createSpendQueries, type SpendQueries } from './spend-queries.ts';
import { createSpendRollup } from './spend-rollup.ts';
import { createSpendStore } from './spend-store.ts';
import type { SpendStore } from './spend-store.ts';
import { createPlaceCheck } from './place-check.ts';
import { createFaultDesk } from './store-fault.ts';

export interface StoreOptions {
  /** `<home>/crossfeed.db`, or `:memory:`. Its folder must exist. */
  readonly path: string;
  readonly clock: Clock;
  /** Hears of each kind of fault (`StoreFault`) as it begins: disk full, read-only, damaged, … The store serves on. */
  readonly onFault: (error: Error) => void;
  /** Hears of its end. */
  readonly onRecovery?: (message: string) => void;
  /** How many exchanges the file keeps; 100,000 unless told. */
  readonly keepRows?: number;
}

export interface Store {
  readonly exchanges: ExchangeLog;
  /** A page of what fits, after what waits was written. */
  readonly findExchanges: FindExchanges;
  readonly facts: FactStore;
  readonly accounts: AccountStore;
  readonly callerKeys: CallerKeyStore;
  /** Responses that callers may go on from; those in the file were asked to be stored. */
  readonly responses: ResponseStore;
  /** What was spent, and what calls under way hold. */
  readonly spend: SpendStore;
  readonly ledger: SpendQueries;
  /** What GitHub said of the balance, beside the ledger. */
  readonly readings: QuotaReadings;
  /** Prompts and answers, where they are kept. */
  readonly captures: CaptureStore;
  /** Whether what happens reaches the disk. */
  health(): StoreHealth;
  /** What another process changed of accounts and keys is seen at once, not only within a few seconds. */
  reload(): void;
  /** Writes what waits and closes the file. */
  close(): void;
}

/** Throws `StateFileError` `newer_version` only: every other fault leaves a store that remembers until the process ends. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { path, clock, onFault, onRecovery = () => undefined, keepRows = 100_000 } = options;
  const faults = createFaultDesk({ path, clock, onFault, onRecovery });
  const report = (thrown: unknown) => faults.report(thrown);
  let opened: OpenDatabase | undefined;
  try {
    opened = openDatabase(path, clock.now());
  } catch (thrown) {
    if (thrown instanceof StateFileError) throw thrown;
    report(thrown);
  }
  const reservations = createReservations(opened, report);
  const rollup = opened && createSpendRollup(opened);
  const exchanges = createExchangeLog({
    opened,
    clock,
    keepRows,
    faults,
    isInPlace: createPlaceCheck(path, clock),
    onRow(record, isNew) {
      if (isNew) rollup?.(record);
      reservations.drop(record.id);
    },
    onCommitted: (records) => reservations.forget(records),
  });
  let facts: FactStore;
  try {
    facts = await createFactStore(opened, report);
  } catch (thrown) {
    report(thrown);
    facts = await createFactStore(undefined, report);
  }
  const place = { opened, path, clock, report };
  const accounts = createAccountStore(place, opened?.queries);
  const callerKeys = createCallerKeyStore(place, opened?.queries);
  const responses = createResponseStore({ opened, clock, report });
  const budgets = createBudgetStore(place, opened?.queries);
  const spend = createSpendStore({ opened, reservations, budgets, report, exchanges });
  const ledger = createSpendQueries({ opened, report, flush: () => exchanges.flush() });
  const findExchanges = createExchangeSearch({ opened, report, clock, flush: () => exchanges.flush() });
  const captures = createCaptureStore({ opened, clock, report });
  const readings = createQuotaReadings({ opened, clock, report, flush: () => exchanges.flush() });
  let closed = false;
  return {
    exchanges,
    findExchanges,
    facts,
    accounts,
    callerKeys,
    responses,
    spend,
    ledger,
    readings,
    captures,
    health: () => exchanges.health(),
    reload() {
      budgets.reload();
      accounts.reload();
      callerKeys.reload();
    },
    close() {
      if (closed) return;
      closed = true;
      exchanges.close();
      const { fault, waitingRows, droppedRows } = exchanges.health();
      const lost = waitingRows + droppedRows;
      if (fault !== null && lost > 0) onFault(new Error(`${path}: ${lost} exchanges are lost with this process.`));
      responses.close();
      captures.close();
      try {
        opened?.database.close();
      } catch (thrown) {
        report(thrown);
      }
    },
  };
}
