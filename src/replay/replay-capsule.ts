/** Plays a capsule again through the code of today, offline: what would go up now, and what would come down, against then. */
import type { IncomingHttpHeaders } from 'node:http';
import { systemClock, type Clock } from '../base/clock.ts';
import type { Capsule, CapsuleBodies } from '../canonical/capsule.ts';
import type { Caller } from '../canonical/caller.ts';
import type { CapturedText } from '../canonical/capture.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import { shortHash } from '../canonical/fit-id.ts';
import { jsonDifferences, type JsonDifference } from '../canonical/json-difference.ts';
import type { Model } from '../canonical/model.ts';
import { defaultConfig } from '../config/config.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { AnswerOutput } from '../gateway/answer-output.ts';
import { createGateway } from '../gateway/create-gateway.ts';
import type { InferenceRoute } from '../gateway/gateway.ts';
import { findInference } from '../http/routes.ts';
import { isPublicAddress } from '../media/address.ts';
import { loadSharp } from '../media/load-sharp.ts';
import { createMediaDesk } from '../media/media-desk.ts';
import { createEventBus } from '../observability/event-bus.ts';
import { createExchangeRecorder } from '../observability/exchange-recorder.ts';
import { answerDifferences, bodyDifferences, routeDifferences, withControls } from './replay-differences.ts';
import { createCallFigures } from '../tokens/call-figures.ts';
import { createCountFactors } from '../tokens/count-factors.ts';
import { createLearnedRules } from '../upstream/copilot/learned-rules.ts';
import type { Upstream, UpstreamCall, UpstreamReceiver } from '../upstream/upstream.ts';

export type Comparison =
  | { readonly kind: 'same' }
  | { readonly kind: 'different'; readonly differences: readonly JsonDifference[] }
  /** `why` is a sentence. */
  | { readonly kind: 'unknown'; readonly why: string };

export interface ReplayReport {
  /** Model, endpoint, lane and edits, and the body that goes up. */
  readonly up: Comparison;
  /** What the client gets for what came from upstream. */
  readonly down: Comparison;
}

interface Played {
  readonly sent: string | null;
  readonly answer: string;
  readonly record: ExchangeRecord;
}

export async function replayCapsule({ record, model, bodies }: Capsule): Promise<ReplayReport> {
  const whyNot = obstacleOf(record, model, bodies);
  if (whyNot !== undefined || bodies === null) {
    const unknown: Comparison = { kind: 'unknown', why: whyNot ?? noBodies };
    return { up: unknown, down: unknown };
  }
  let played = await play(record, model, bodies, false);
  const { askedModel } = record;
  // The owner's alias for the model is no part of a capsule.
  const isUnknown = played.record.errorCode === 'model_not_found';
  if (model !== null && isUnknown && record.errorCode === null && askedModel !== model.id)
    played = await play(record, model, bodies, true);
  return {
    up:
      upObstacle(record, bodies) ??
      (model === null && isUnknown ? noModel : undefined) ??
      comparisonOf(upDifferences(record, bodies, played)),
    down:
      downObstacle(record, bodies) ?? comparisonOf(answerDifferences(withControls(bodies.answer.text), played.answer)),
  };
}

function comparisonOf(differences: readonly JsonDifference[]): Comparison {
  return differences.length === 0 ? { kind: 'same' } : { kind: 'different', differences };
}

function upDifferences(then: ExchangeRecord, { sent }: CapsuleBodies, now: Played): readonly JsonDifference[] {
  const refusal = (code: string | null) => (code === null ? 'goes up' : `refused: ${code}`);
  if (sent === null && now.sent === null)
    return jsonDifferences(refusal(then.errorCode), refusal(now.record.errorCode), 1);
  return [...routeDifferences(then, now.record), ...bodyDifferences(sent && withControls(sent.text), now.sent)];
}

const noBodies = 'The capsule has no bodies: its record and its edits are all there is to show.';
const noModel = { kind: 'unknown', why: 'The capsule does not say what the model was able to do.' } as const;

const cut = (what: string): Comparison => ({ kind: 'unknown', why: `${what} was cut when it was captured.` });

function obstacleOf(record: ExchangeRecord, model: Model | null, bodies: CapsuleBodies | null): string | undefined {
  if (bodies === null) return noBodies;
  if (bodies.request.isCut) return 'The request was cut when it was captured (capture.maxBytes).';
  if (model === null && bodies.sent !== null) return noModel.why;
  if (record.operation === 'count-tokens') return 'A count of tokens is not played again.';
  return findInference(record.route) === undefined ? `There is no path ${record.route} today.` : undefined;
}

/** Refusals that the request itself earns: others were the doing of its time, a budget or a sign-in. */
const earned: ReadonlySet<string | null> = new Set([
  'invalid_json',
  'invalid_request',
  'context_length_exceeded',
  'model_not_found',
  'unsupported_endpoint',
  'previous_response_not_found',
]);

function upObstacle({ errorCode }: ExchangeRecord, { sent }: CapsuleBodies): Comparison | undefined {
  if (sent?.isCut) return cut('What went up');
  if (sent !== null || earned.has(errorCode)) return undefined;
  return { kind: 'unknown', why: `It never went up (${errorCode ?? 'its client left'}).` };
}

function downObstacle({ outcome }: ExchangeRecord, { received, answer }: CapsuleBodies): Comparison | undefined {
  if (outcome !== 'finished') return { kind: 'unknown', why: 'The answer did not come to its end.' };
  if (received === null) return { kind: 'unknown', why: 'What came from upstream was not captured.' };
  return received.isCut || answer.isCut ? cut('The answer') : undefined;
}

function play(record: ExchangeRecord, model: Model | null, bodies: CapsuleBodies, byAlias: boolean): Promise<Played> {
  // Created times in an answer are those of then.
  const clock: Clock = { ...systemClock, now: () => record.startedAt };
  const events = createEventBus(() => undefined);
  let sent: string | null = null;
  const upstream: Pick<Upstream, 'models' | 'otherRoadModels' | 'send'> = {
    models: () => Promise.resolve(model === null ? [] : [model]),
    otherRoadModels: () => Promise.resolve(null),
    send(call, receiver) {
      sent = Buffer.from(call.body).toString('utf8');
      queueMicrotask(() => answerAsThen(record, bodies.received, call, receiver));
    },
  };
  const gateway = createGateway({
    upstreamOf: () => upstream as Upstream,
    limits: defaultConfig.limits,
    disabledRules: defaultConfig.upstream.disabledRules,
    events,
    clock,
    ...(byAlias && { aliases: { key: {}, config: { [record.askedModel ?? '']: [model?.id ?? ''] }, shippedOff: [] } }),
    decodeTokens: () => Promise.reject(new ProxyError('invalid_request', 'Token lists are not played again.')),
    counts: { counter: { count: () => Promise.resolve(0), hasRoom: false }, factors: createCountFactors(undefined) },
    figures: createCallFigures(undefined, clock),
    // What was paid then is paid: no prompt is refused for its price.
    tiers: { contextTier: 'long', longContext: [] },
    media: createMediaDesk({
      loadLibrary: loadSharp,
      // Offline: what was fetched then is told as a difference now.
      fetcher: null,
      policy: { isPublic: isPublicAddress },
      disabledRules: new Set(defaultConfig.upstream.disabledRules),
    }),
    learned: createLearnedRules({ memory: undefined, clock, days: 0 }),
  });
  return new Promise((resolve) => {
    const output = createOutput();
    events.subscribe(createExchangeRecorder((now) => resolve({ sent, answer: output.text(), record: now })));
    gateway.answer(
      {
        route: routeOf(record),
        exchangeId: record.id,
        headers: headersOf(record),
        body: Buffer.from(ownSeals(withControls(bodies.request.text), record.account)),
        caller: callerOf(record),
      },
      output,
    );
  });
}

function answerAsThen(
  { errorCode, errorMessage, upstreamStatus }: ExchangeRecord,
  received: CapturedText | null,
  { signal }: UpstreamCall,
  receiver: UpstreamReceiver,
) {
  if (signal.aborted) return;
  if (received === null) {
    const code = errorCode ?? 'empty_response';
    const refusal = upstreamStatus === null ? {} : { upstreamStatus };
    return receiver.onFailure(new ProxyError(code, errorMessage ?? 'There is no answer in the capsule.', refusal));
  }
  const text = withControls(received.text);
  const type = text.trimStart().startsWith('{') ? 'application/json' : 'text/event-stream';
  receiver.onHead(
    { status: 200, headers: { 'content-type': type } },
    { pause: () => undefined, resume: () => undefined },
  );
  receiver.onData(Buffer.from(text));
  receiver.onEnd();
}

/** What we sealed in earlier turns was sealed for the account that the capsule calls by another name. */
const ownSeals = (text: string, account: string): string =>
  text.replace(/\b(cf1\.\w{1,40}\.\w\.)[0-9a-f]{8}(?=\.)/g, `$1${shortHash(account).slice(0, 8)}`);

const routeOf = ({ route }: ExchangeRecord): InferenceRoute => findInference(route) as InferenceRoute;

function headersOf({ client, initiator, kind }: ExchangeRecord): IncomingHttpHeaders {
  return {
    'user-agent': client,
    ...(initiator !== null && { 'x-initiator': initiator }),
    ...(kind !== null && { 'x-interaction-type': kind }),
  };
}

const callerOf = ({ keyId, account }: ExchangeRecord): Caller => ({
  keyId,
  label: keyId,
  accountName: account,
  models: null,
  project: null,
});

/** Takes all there is, at once. */
function createOutput(): AnswerOutput & { text(): string } {
  const pieces: Buffer[] = [];
  let statusCode = 200;
  let headersSent = false;
  const add = (bytes: Buffer | string) => void pieces.push(Buffer.from(bytes as string));
  return {
    get statusCode() {
      return statusCode;
    },
    get headersSent() {
      return headersSent;
    },
    socket: null,
    writeHead(status) {
      statusCode = status;
      headersSent = true;
    },
    write(bytes) {
      add(bytes);
      return true;
    },
    end: (bytes) => bytes !== undefined && add(bytes),
    destroy: () => undefined,
    once: () => undefined,
    on: () => undefined,
    off: () => undefined,
    text: () => Buffer.concat(pieces).toString('utf8'),
  };
}
