/** Takes secrets out of an exchange record before anybody keeps it: its texts come from callers and from GitHub. */
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import { clientProgram } from './client-program.ts';
import type { Redactor } from './redact.ts';

export function redactRecord(record: ExchangeRecord, redactor: Pick<Redactor, 'redact'>): ExchangeRecord {
  const clean = (text: string | null) => (text === null ? null : redactor.redact(text));
  const client = redactor.redact(record.client);
  return {
    ...record,
    client,
    // Of what is clean: in small letters a secret is not known any more.
    program: clientProgram(client),
    project: clean(record.project),
    kind: clean(record.kind),
    askedModel: clean(record.askedModel),
    errorMessage: clean(record.errorMessage),
    upstreamRequestId: clean(record.upstreamRequestId),
  };
}
