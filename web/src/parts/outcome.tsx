/** How an exchange ended, in a word and a colour. */
import type { ExchangeRecord } from '../../../src/canonical/exchange-record.ts';

const tones = { finished: 'good', canceled: 'warn', failed: 'bad' } as const;

export function Outcome({ record }: { readonly record: Pick<ExchangeRecord, 'outcome' | 'status' | 'errorCode'> }) {
  const { outcome, status, errorCode } = record;
  const words = outcome === 'failed' ? `${errorCode ?? 'failed'}${status >= 400 ? ` (${status})` : ''}` : outcome;
  return <span class={`tag ${tones[outcome]}`}>{words}</span>;
}
