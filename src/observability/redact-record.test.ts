/** What callers and GitHub wrote into a record is clean before it is kept. */
import { expect, test } from 'vitest';
import { sampleRecord } from '../../test/support/sample-record.ts';
import { redactRecord } from './redact-record.ts';
import { createRedactor } from './redact.ts';

test('every text of others is cleaned, by value and by pattern; the rest is as it was', () => {
  const redactor = createRedactor(['marked-secret-0001']);
  const record = {
    ...sampleRecord,
    client: 'tool/1 marked-secret-0001',
    program: 'marked-secret-0001',
    project: 'marked-secret-0001',
    kind: 'kind of cf_marked-key-0001',
    askedModel: 'gpt\u001b[2J',
    errorMessage: 'GitHub says: token ghu_markedToken0001 of marked-secret-0001',
    upstreamRequestId: 'cf_marked-key-0001',
  };
  expect(redactRecord(record, redactor)).toEqual({
    ...sampleRecord,
    client: 'tool/1 [redacted]',
    program: 'tool',
    project: '[redacted]',
    kind: 'kind of [redacted]',
    askedModel: 'gpt\\u{1b}[2J',
    errorMessage: 'GitHub says: token [redacted] of [redacted]',
    upstreamRequestId: '[redacted]',
  });
});
