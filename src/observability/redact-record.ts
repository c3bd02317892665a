/** Takes secrets out of an exchange record before anybody keeps it: its texts come from callers and from GitHub. */
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { Redactor } from './redact.ts';

export function redactRecord(record: ExchangeRecord, redactor: Pick<Redactor, 'redact'>): ExchangeRecord {
  const clean = (text: string | null) => (text === null ? null : redactor.redact(text));
  return {
    ...record,
    client: redactor.redact(record.client),
    askedModel: clean(record.askedModel),
    errorMessage: clean(record.errorMessage),
    upstreamRequestId: clean(record.upstreamRequestId),
  };
}
