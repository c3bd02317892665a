/** Estimates calls, learns from their usage how far off it was, and knows what a session's next call would take. */
import type { Clock } from '../base/clock.ts';
import { objectOf, type JsonObject } from '../canonical/json-value.ts';
import { tierOf } from '../canonical/model.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { promptTokensOf } from '../canonical/spend.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import type { EventBus } from '../observability/event-bus.ts';
import type { CallFigures } from '../tokens/call-figures.ts';
import { cacheTerms } from './cache-terms.ts';
import {
  estimateCall,
  figureOf,
  heldOf,
  priceCall,
  type CallForecast,
  type CallPoint,
  type CallToEstimate,
} from './estimate-call.ts';
import type { NextCall } from '../canonical/next-call.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import { promptMass } from './prompt-mass.ts';
import type { RequestBody } from './request-body.ts';
import type { SessionNotes } from './session-memory.ts';

export interface AskedCall {
  readonly protocol: ProtocolId;
  readonly body: RequestBody;
  readonly plan: Pick<ExchangePlan, 'model' | 'body' | 'headers' | 'initiator'>;
  readonly notes: SessionNotes;
}

export interface CallEstimates {
  /** What `asked` will take. Nothing is remembered of it. */
  of(asked: AskedCall): CallForecast;
  /** The same for a call that goes up now: its usage teaches. */
  begin(exchangeId: string, asked: AskedCall): CallForecast;
  /** What the next call of a session would take, by its latest one; undefined where none is known. */
  next(notes: SessionNotes | undefined): NextCall | undefined;
}

interface Pending {
  readonly call: CallToEstimate;
  readonly forecast: CallForecast;
  readonly notes: SessionNotes;
}

/** Main line, sub-agents, titles. */
const keptPoints = 8;
const keptOutputs = 9;
/** Of so few bytes most are the frame around them. */
const leastBytes = 200;

export function createCallEstimates(figures: CallFigures, events: EventBus, clock: Pick<Clock, 'now'>): CallEstimates {
  const open = new Map<string, Pending>();

  events.subscribe((event) => {
    if (event.type === 'ended') open.delete(event.id);
    if (event.type !== 'usage') return;
    const pending = open.get(event.id);
    if (pending !== undefined) learn(pending, event.usage);
  });

  function learn({ call, forecast, notes }: Pending, usage: TokenUsage) {
    const { model, mass, kind, protocol, terms, nowMs } = call;
    const tokens = promptTokensOf(usage);
    if (tokens === null || tokens === 0) return;
    const { previous } = forecast;
    const { outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
    if (mass.bytes >= leastBytes && !mass.hasMedia)
      figures.add(figureOf.rate(model, protocol), Math.max(0, tokens - mass.fixedTokens) / mass.bytes);
    if (outputTokens !== null) figures.add(figureOf.output(model, kind), outputTokens);
    if (previous && forecast.idleMs !== null && forecast.idleMs < previous.terms.ttlMs) {
      const held = Math.min(tokens, previous.terms.marked === null ? previous.tokens : previous.cachedTokens);
      if (held > 0) figures.add(figureOf.share(model), Math.min(1, (cacheReadTokens ?? 0) / held));
    }
    const point: CallPoint = {
      modelId: model.id,
      kind,
      mass,
      tokens,
      cachedTokens: (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0),
      outputs: [
        ...(previous?.kind === kind ? previous.outputs : []),
        ...(outputTokens === null ? [] : [outputTokens]),
      ].slice(-keptOutputs),
      terms,
      prices: model.prices,
      sentAt: nowMs,
    };
    // It takes the place of the one that it went on from.
    notes.calls = [...notes.calls.filter((one) => one !== previous), point].slice(-keptPoints);
  }

  const callOf = ({ protocol, body, plan, notes }: AskedCall): CallToEstimate => ({
    model: plan.model,
    protocol,
    kind: plan.headers['x-interaction-type'] ?? plan.initiator,
    mass: promptMass(body),
    terms: cacheTerms(plan.model, plan.body),
    maxOutputTokens: maxOutputOf(body.view),
    points: notes.calls,
    nowMs: clock.now(),
  });

  return {
    of: (asked) => estimateCall(figures, callOf(asked)),
    begin(exchangeId, asked) {
      const call = callOf(asked);
      const forecast = estimateCall(figures, call);
      open.set(exchangeId, { call, forecast, notes: asked.notes });
      return forecast;
    },
    next(notes) {
      const point = notes?.calls.at(-1);
      if (point?.prices === undefined) return undefined;
      const { tokens, terms, prices, outputs, modelId, sentAt } = point;
      const output = outputs.at(-1) ?? 0;
      const tier = tierOf(prices, tokens);
      const price = (read: number) => priceCall(prices, tier, terms, { input: tokens, read, output });
      const warmNanoAiu = price(Math.min(tokens, heldOf(figures, { id: modelId }, point)));
      const coldNanoAiu = price(0);
      if (warmNanoAiu === null || coldNanoAiu === null) return undefined;
      return { idleMs: Math.max(0, clock.now() - sentAt), ttlMs: terms.ttlMs, warmNanoAiu, coldNanoAiu };
    },
  };
}

/** In the words of whichever protocol it is. */
function maxOutputOf(view: JsonObject): number | undefined {
  const said =
    view['max_tokens'] ??
    view['max_completion_tokens'] ??
    view['max_output_tokens'] ??
    objectOf(view['generationConfig'])['maxOutputTokens'] ??
    objectOf(view['options'])['num_predict'];
  return typeof said === 'number' && said > 0 ? said : undefined;
}
