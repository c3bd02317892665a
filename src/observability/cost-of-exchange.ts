/** What an exchange cost: by what was counted of it, and by how far it came where nothing was. */
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { ModelPrices } from '../canonical/model.ts';
import { costOf, type Cost } from '../canonical/spend.ts';
import type { ErrorCode } from '../errors/error-table.ts';

export interface EndedExchange extends Pick<ExchangeRecord, 'operation' | 'outcome' | 'errorCode' | 'usage'> {
  readonly prices: ModelPrices | null;
  /** It was let go up. */
  readonly admitted: boolean;
  /** An answer began to come. */
  readonly answered: boolean;
}

/** Nothing was generated: no token, at whatever price. */
const nothing: Cost = { nanoAiu: 0, source: 'priced', tier: null };
const unknown: Cost = { nanoAiu: null, source: 'unknown', tier: null };

/** What ends a call whose answer has not begun, while the model may already be at work. All others are refusals. */
const endsSilently: ReadonlySet<ErrorCode> = new Set([
  'upstream_timeout',
  'upstream_truncated',
  'upstream_stalled',
  'empty_response',
  'upstream_invalid_response',
  'draining',
  'canceled',
  'internal_error',
]);

export function costOfExchange(ended: EndedExchange): Cost {
  const { usage, prices, outcome, errorCode } = ended;
  if (usage?.costNanoAiu != null) return costOf(usage, prices);
  if (ended.operation === 'count-tokens' || !ended.admitted) return nothing;
  if (usage !== null) {
    const cost = costOf(usage, prices);
    return isFinal(ended) ? cost : { ...unknown, tier: cost.tier };
  }
  if (ended.answered || outcome !== 'failed') return unknown;
  return errorCode !== null && endsSilently.has(errorCode) ? unknown : nothing;
}

/** Without a count of its output a generation was cut before its usage came. */
function isFinal({ usage, operation }: EndedExchange): boolean {
  return operation !== 'generate' || usage?.outputTokens != null;
}
