/** What one finished exchange adds to which figure, as data. Labels are few and bounded: no key, no person, no session. */
import type { ExchangeRecord } from '../../canonical/exchange-record.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';

type Sample = readonly [labels: readonly string[], value: number];

export interface ExchangeFigure {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly samples: (record: ExchangeRecord) => readonly Sample[];
  /** Upper bounds in seconds, for what is spread and not summed up. */
  readonly buckets?: readonly number[];
}

const nanoPerCredit = 1e9;
const callSeconds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640, 1_280];
const waitSeconds = [0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10, 20, 40, 80];

const tokenKinds: Readonly<Record<string, (usage: TokenUsage) => number | null>> = {
  input: (usage) => usage.inputTokens,
  cache_read: (usage) => usage.cacheReadTokens,
  cache_write: (usage) => usage.cacheWriteTokens,
  output: (usage) => usage.outputTokens,
  reasoning: (usage) => usage.reasoningTokens,
};

/** Of the catalogue, so that there are as many as the seat has; empty where none was found. */
const modelOf = ({ model }: ExchangeRecord) => model ?? '';

function seconds(labels: readonly string[], ms: number | null): readonly Sample[] {
  return ms === null ? [] : [[labels, ms / 1_000]];
}

const placeOf = ({ protocol, lane }: ExchangeRecord) => [protocol, lane ?? ''] as const;

export const exchangeFigures: readonly ExchangeFigure[] = [
  {
    name: 'crossfeed_exchanges_total',
    help: 'Exchanges that ended.',
    labels: ['protocol', 'operation', 'model', 'lane', 'outcome'],
    samples: (record) => [[[record.protocol, record.operation, modelOf(record), record.lane ?? '', record.outcome], 1]],
  },
  {
    name: 'crossfeed_errors_total',
    help: 'Exchanges that failed, by the code that the docs list.',
    labels: ['protocol', 'code'],
    samples: ({ protocol, errorCode }) => (errorCode === null ? [] : [[[protocol, errorCode], 1]]),
  },
  {
    name: 'crossfeed_tokens_total',
    help: 'Tokens as counted by GitHub. input is without what the cache held; reasoning is a part of output.',
    labels: ['model', 'kind'],
    samples: (record) =>
      record.usage === null
        ? []
        : Object.entries(tokenKinds).flatMap(([kind, of]): Sample[] => {
            const count = record.usage === null ? null : of(record.usage);
            return count === null || count === 0 ? [] : [[[modelOf(record), kind], count]];
          }),
  },
  {
    name: 'crossfeed_credits_total',
    help: 'AI credits: reported by GitHub, or priced by its catalogue.',
    labels: ['model', 'source'],
    samples: (record) =>
      record.cost.nanoAiu === null
        ? []
        : [[[modelOf(record), record.cost.source], record.cost.nanoAiu / nanoPerCredit]],
  },
  {
    name: 'crossfeed_unknown_cost_exchanges_total',
    help: 'Exchanges that were cut before their cost was told.',
    labels: ['model'],
    samples: (record) => (record.cost.source === 'unknown' ? [[[modelOf(record)], 1]] : []),
  },
  {
    name: 'crossfeed_unknown_cost_expected_credits_total',
    help: 'What these were expected to take: not in crossfeed_credits_total.',
    labels: ['model'],
    samples: (record) => {
      const nanoAiu = record.cost.source === 'unknown' ? record.estimate?.nanoAiu : null;
      return nanoAiu == null ? [] : [[[modelOf(record)], nanoAiu / nanoPerCredit]];
    },
  },
  {
    name: 'crossfeed_edits_total',
    help: 'Changes made to requests, by the rule that the docs list.',
    labels: ['rule'],
    samples: ({ edits }) => edits.map(({ rule }) => [[rule], 1]),
  },
  {
    name: 'crossfeed_cache_misses_total',
    help: 'Prompts of which less was cached than could be expected, by cause.',
    labels: ['cause'],
    samples: ({ cache }) => (cache === null ? [] : [[[cache.cause], 1]]),
  },
  {
    name: 'crossfeed_exchange_duration_seconds',
    help: "From the request's last byte to the answer's.",
    labels: ['protocol', 'lane'],
    buckets: callSeconds,
    samples: (record) => seconds(placeOf(record), record.durationMs),
  },
  {
    name: 'crossfeed_first_token_seconds',
    help: 'From the start to the first content of the answer.',
    labels: ['protocol', 'lane'],
    buckets: callSeconds,
    samples: (record) => seconds(placeOf(record), record.firstTokenMs),
  },
  {
    name: 'crossfeed_upstream_head_seconds',
    help: "From the start to the head of GitHub's answer.",
    labels: ['protocol', 'lane'],
    buckets: callSeconds,
    samples: (record) => seconds(placeOf(record), record.headMs),
  },
  {
    name: 'crossfeed_queue_seconds',
    help: 'Until the account had a place for the call.',
    labels: [],
    buckets: waitSeconds,
    samples: (record) => seconds([], record.waitedMs),
  },
];
