/** Makes a capsule of an exchange: without secrets, and without the names of its owner's accounts, keys and projects. */
import { createHash } from 'node:crypto';
import { capsuleFormat, type Capsule, type CapsuleBodies } from '../canonical/capsule.ts';
import type { Capture, CapturedText } from '../canonical/capture.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { Model } from '../canonical/model.ts';
import { redactRecord } from './redact-record.ts';
import type { Redactor } from './redact.ts';

export interface CapsuleParts {
  readonly record: ExchangeRecord;
  /** Undefined where nothing was kept of it, or its bodies are not wanted. */
  readonly capture: Capture | undefined;
  readonly model: Model | null;
  readonly versions: Capsule['versions'];
  readonly now: number;
}

export function makeCapsule(parts: CapsuleParts, redactor: Pick<Redactor, 'redact'>): Capsule {
  const { capture, model, versions, now } = parts;
  const record = redactRecord(parts.record, redactor);
  return {
    format: capsuleFormat,
    madeAt: new Date(now).toISOString(),
    versions,
    record: {
      ...record,
      account: alias('account', record.account),
      keyId: alias('key', record.keyId),
      project: record.project && alias('project', record.project),
      session: alias('session', record.session),
      // GitHub's own number of the call leads to the account.
      upstreamRequestId: null,
      errorMessage: record.errorMessage && unnamed(record.errorMessage, record.account),
    },
    model,
    bodies: capture === undefined ? null : bodiesOf(capture, redactor),
  };
}

/** The same name is the same alias in each capsule, which keeps calls of one session together. */
function alias(kind: string, name: string): string {
  if (name === '') return '';
  return `${kind}-${createHash('sha256').update(`crossfeed-capsule ${kind} ${name}`).digest('hex').slice(0, 8)}`;
}

const unnamed = (text: string, account: string): string =>
  account.length < 3 ? text : text.replaceAll(account, alias('account', account));

/** Cleaned once when they were kept: what is known as a secret since then goes too. */
function bodiesOf({ request, sent, received, answer }: Capture, redactor: Pick<Redactor, 'redact'>): CapsuleBodies {
  const clean = ({ text, ...rest }: CapturedText): CapturedText => ({
    ...rest,
    text: text
      .split('\n')
      .map((line) => redactor.redact(line))
      .join('\n'),
  });
  return {
    request: clean(request),
    sent: sent && clean(sent),
    received: received && clean(received),
    answer: clean(answer),
  };
}
