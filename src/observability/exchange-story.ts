/** The story of every exchange as the proxy keeps it: told to listeners while it goes on, and kept as one record when it is over. */
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import { createEventBus, type EventBus } from './event-bus.ts';
import { createExchangeRecorder } from './exchange-recorder.ts';
import { createKeyActivities } from './key-activity.ts';
import { createLiveBoard } from './live-board.ts';
import type { Logger } from './logger.ts';
import { redactRecord } from './redact-record.ts';
import type { Redactor } from './redact.ts';

/** What the dashboard shows of what has just ended. */
const latestKept = 30;

export interface ExchangeStoryOptions {
  readonly log: Logger;
  readonly redactor: Redactor;
  /** At once: what was spent counts for the next call. */
  readonly onEnded: (record: ExchangeRecord) => void;
  /** In order, a turn after the answer's last bytes: they are written first, and nothing here costs them. */
  readonly keep: (record: ExchangeRecord) => void;
}

export interface ExchangeStory {
  readonly events: EventBus;
  readonly board: ReturnType<typeof createLiveBoard>;
  readonly activities: ReturnType<typeof createKeyActivities>;
  /** Since the start. */
  readonly counters: Readonly<Record<'exchanges' | 'failed' | 'canceled', number>>;
  /** What has just ended, the latest first. */
  readonly latest: readonly ExchangeRecord[];
  /** Keeps now what waits for its turn. */
  readonly keepRecords: () => void;
}

export function createExchangeStory({ log, redactor, onEnded, keep }: ExchangeStoryOptions): ExchangeStory {
  const counters = { exchanges: 0, failed: 0, canceled: 0 };
  const waiting: ExchangeRecord[] = [];
  /** The latest last. */
  const latest: ExchangeRecord[] = [];
  const board = createLiveBoard();
  const activities = createKeyActivities();
  const events = createEventBus((thrown) =>
    log.error('a listener of exchange events failed', { error: String(thrown) }),
  );

  function keepRecords() {
    for (const record of waiting.splice(0)) keep(record);
  }

  events.subscribe(
    createExchangeRecorder((raw) => {
      const record = redactRecord(raw, redactor);
      counters.exchanges += 1;
      if (record.outcome !== 'finished') counters[record.outcome] += 1;
      onEnded(record);
      if (latest.push(record) > latestKept) latest.shift();
      if (waiting.push(record) === 1) setImmediate(keepRecords);
    }),
  );
  events.subscribe((event) => activities.observe(event));
  events.subscribe((event) => board.observe(event));

  return {
    events,
    board,
    activities,
    counters,
    get latest() {
      return latest.toReversed();
    },
    keepRecords,
  };
}
