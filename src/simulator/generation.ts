/** One generated answer: size, quota, writer, bill, stream; what a broken stream costs is what was written of it. */
import { countTokens, outputTokensOf, priceTokens, type Usage } from './billing.ts';
import type { Ask, Reply } from './conversation.ts';
import { strikeOf, type FaultAction } from './faults.ts';
import { expectedInitiator } from './initiator-rule.ts';
import { arrayOf, isObject, stringOf } from './json-value.ts';
import { readMarkers } from './markers.ts';
import type { EndpointCall, ModelEndpoint } from './model-endpoint.ts';
import { humanTexts } from './plain-prompt.ts';
import { quirkyFrames, quirkyWhole, quirksOf, strikesOfQuirks } from './quirky-frames.ts';
import { playOnStage } from './stage-faults.ts';
import type { Stage, Visit } from './stage.ts';
import { writeReply } from './writer.ts';
import { writtenTokens } from './written-tokens.ts';

export function generate(stage: Stage, visit: Visit, endpoint: ModelEndpoint, call: EndpointCall): void {
  const { scenario, ledger, clock } = stage;
  const ask = endpoint.ask(call);
  const markers = readMarkers(humanTexts(ask.turns)[0]?.text ?? '');
  const strikes = [...visit.strikes, ...markers.strikes];
  const promptText = endpoint.promptText(call.body);
  const promptTokens = strikeOf(strikes, 'prompt-tokens')?.count ?? countTokens(promptText);
  if (promptTokens > call.model.promptTokens)
    return visit.refuse(endpoint.tooLong(promptTokens, call.model.promptTokens));
  const session = stage.auto.look(sessionToken(visit), call.model.id);
  if ('status' in session) return visit.refuse(session);
  const unpaid = ledger.refuse(call.model, clock.now());
  if (unpaid !== undefined) return visit.refuse(unpaid);
  // A marker lies in the prompt, which comes back with every retry: what it does to the scene begins behind this call.
  playOnStage(stage, markers.strikes);
  if (visit.strike(markers.strikes)) return;

  const reply = writeReply(capped(ask, call), markers);
  const prompt = cachedParts(stage, endpoint, call, promptText, promptTokens);
  const billed = (outputTokens: number, reasoningTokens: number) =>
    priceTokens(
      call.model,
      { ...prompt, outputTokens, reasoningTokens },
      { discount: session.discount, isTokenBased: scenario.tokenBasedBilling },
    );
  const outputTokens = outputTokensOf(reply.pieces);
  const reasoningTokens = outputTokensOf(reply.pieces.filter((piece) => piece.kind === 'thinking'));
  const usage = billed(outputTokens, reasoningTokens);
  const initiator = call.headers['x-initiator'] === 'agent' ? 'agent' : expectedInitiator(call.body);
  const requestId = visit.headers['x-request-id'];
  const charge = ({ copilotUsage }: Usage) => {
    const nanoAiu = copilotUsage?.total_nano_aiu ?? 0;
    ledger.charge({ nanoAiu, model: call.model, initiator }, clock.now());
    stage.onCharge({ requestId: typeof requestId === 'string' ? requestId : '', nanoAiu });
  };

  const quirks = quirksOf(scenario.quirks, strikes);
  if (call.body['stream'] !== true) {
    charge(usage);
    const answer = quirkyWhole(endpoint.whole(call, reply, usage), quirks);
    return visit.json(200, answer, ledger.headers(clock.now()), [...waitsIn(reply), ...markers.strikes]);
  }
  const frames = () => quirkyFrames(endpoint.frames(call, reply, usage), endpoint.path, quirks, scenario);
  const streamStrikes: readonly FaultAction[] = [...strikes, ...strikesOfQuirks(quirks)];
  visit.stream(frames(), {
    headers: ledger.headers(clock.now()),
    strikes: streamStrikes,
    eventDelayMs: markers.eventDelayMs ?? scenario.eventDelayMs,
    firstDelayMs: strikeOf(strikes, 'slow-first-byte')?.delayMs ?? 0,
    errorFrame: (code, message, sentEvents) => endpoint.errorFrame(code, message, sentEvents),
    onEnd(how, sentEvents) {
      if (how === 'answered' && strikeOf(strikes, 'error-event') === undefined) return charge(usage);
      const written = Math.min(outputTokens, writtenTokens(frames(), sentEvents));
      charge(billed(written, Math.min(reasoningTokens, written)));
    },
  });
}

/** What a stream shows as silence between its events. */
function waitsIn({ pieces }: Reply): readonly FaultAction[] {
  const delayMs = pieces.reduce((sum, piece) => sum + (piece.kind === 'search' ? piece.waitMs : 0), 0);
  return delayMs === 0 ? [] : [{ kind: 'slow-first-byte', delayMs }];
}

function sessionToken(visit: Visit): string | undefined {
  const token = stringOf(visit.headers['copilot-session-token']);
  return token === '' ? undefined : token;
}

/** Some models give less in an answer that is no stream. */
function capped(ask: Ask, { body, model }: EndpointCall): Ask {
  const limit = body['stream'] === true ? model.outputTokens : (model.nonStreamingOutputTokens ?? model.outputTokens);
  return { ...ask, maxOutputTokens: Math.min(ask.maxOutputTokens ?? limit, limit) };
}

function cachedParts(
  stage: Stage,
  endpoint: ModelEndpoint,
  call: EndpointCall,
  promptText: string,
  promptTokens: number,
) {
  const marker = endpoint.cacheMarker(call.model);
  const markers = marker === null ? [] : cacheMarkers(call.body, marker);
  const isBroken = call.disputed.contextManagementBreaksCache && call.body['context_management'] !== undefined;
  const isMarked = (marker === null || markers.length > 0) && !(isBroken && endpoint.path === '/responses');
  const known = isMarked ? stage.cache.readTokens(call.model.id, promptText) : 0;
  // The closing brackets of the prompt text are never part of a cached prefix: at least one token is fresh.
  const cacheReadTokens = Math.min(known, promptTokens - 1);
  const fresh = promptTokens - cacheReadTokens;
  // Chat shows and bills hits alone (reference §4.2).
  const cacheWriteTokens = marker === 'cache_control' && isMarked ? Math.max(0, fresh - 4) : 0;
  // One marker that asks for an hour makes all that is written in this call last so long.
  const isHour = markers.some((marker) => isObject(marker) && marker['ttl'] === '1h');
  return { promptTokens, cacheReadTokens, cacheWriteTokens, cacheWriteHourTokens: isHour ? cacheWriteTokens : 0 };
}

function cacheMarkers(value: unknown, name: string): readonly unknown[] {
  const within = (part: unknown) => cacheMarkers(part, name);
  if (Array.isArray(value)) return arrayOf(value).flatMap(within);
  if (!isObject(value)) return [];
  const own = isObject(value[name]) ? [value[name]] : [];
  return [...own, ...Object.values(value).flatMap(within)];
}
