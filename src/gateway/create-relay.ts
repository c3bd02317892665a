/** Chooses how an answer is carried down: as a stream, framed as its protocol does, or in one piece. */
import type { LimitsConfig } from '../config/config.ts';
import { createAnswerRelay, type AnswerRelay } from './answer-relay.ts';
import { answerShape, embeddingsShape } from './answer-shapes.ts';
import type { Exchange } from './exchange.ts';
import { embeddingsWords, inWordsOf } from './foreign-embeddings.ts';
import type { InferenceRoute, MadeFor } from './gateway.ts';
import type { ResponseKeeper } from './keep-response.ts';
import { createLazyWatch } from './lazy-watch.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import type { AnswerPlace } from './return-way.ts';
import { contentTypeOf, createFramedWatch } from './stream-framing.ts';
import { createStreamRelay, type StreamRelay } from './stream-relay.ts';
import { createStreamWatch, heartbeatOf } from './stream-watches.ts';
import type { Ticker } from './ticker.ts';

/** The plan that an exchange follows at present: a refusal may change it before the first byte of the answer. */
export interface Course {
  plan: ExchangePlan;
}

export interface RelayOptions {
  readonly limits: LimitsConfig;
  readonly ticker: Ticker;
  readonly nowMs: () => number;
  readonly checksGrammar: boolean;
}

export interface RelayedCall {
  readonly exchange: Exchange;
  readonly route: InferenceRoute;
  readonly course: Course;
  readonly session: string;
  /** The caller of an embedding wants its numbers as base64. */
  readonly asBase64: boolean;
  /** Of an answer in one piece. */
  readonly headers: Readonly<Record<string, string>>;
  readonly keeper: ResponseKeeper | null;
  readonly madeFor?: MadeFor | undefined;
}

export function createRelay(options: RelayOptions, call: RelayedCall): StreamRelay | AnswerRelay {
  const { limits, ticker, nowMs, checksGrammar } = options;
  const { exchange, route, course, session, asBase64, headers, keeper, madeFor } = call;
  const { silenceMs, stream, askedModel: asked, streamRules } = course.plan;
  const beganMs = nowMs();
  const nowS = () => Math.floor(nowMs() / 1000);
  const place: AnswerPlace = {
    session,
    createdAtS: nowS(),
    nowS,
    tookMs: () => nowMs() - beganMs,
    keptAs: keeper ? exchange.id : undefined,
    responseId: madeFor?.answerId,
    checksGrammar,
    report: (edit) => exchange.publish({ type: 'edited', edits: [edit] }),
  };
  if (!stream) {
    const { path, operation } = route;
    const askedModel = streamRules.has('asked-model') && !embeddingsWords.has(path) ? asked : undefined;
    const shapeOf = () =>
      operation === 'embed'
        ? inWordsOf(path, embeddingsShape(course.plan.model.id, asBase64), asked)
        : answerShape(course.plan, place, limits.maxEventBytes);
    const onReply = keeper ? (reply: Buffer) => keeper.answer(reply) : undefined;
    return createAnswerRelay({ exchange, shapeOf, limits, silenceMs, ticker, headers, askedModel, onReply });
  }
  const { protocol, framing } = route;
  // Created with the first frame, it takes what it needs of the plan and lets the body go.
  const events = createLazyWatch(() => {
    const chosen = createStreamWatch(course.plan, place);
    return keeper ? keeper.watch(chosen) : chosen;
  });
  const watch = framing ? createFramedWatch(events, framing) : events;
  const contentType = contentTypeOf[framing ?? 'sse'];
  const heartbeat = heartbeatOf[protocol];
  return createStreamRelay({ exchange, watch, limits, silenceMs, heartbeat, contentType, ticker });
}
