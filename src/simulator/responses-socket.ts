/** `wss://…/responses` (reference §5): one call after the other on a connection that remembers its own answers. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { writeFrames, type Frame } from './event-writer.ts';
import { strikeOf, type FaultAction } from './faults.ts';
import { arrayOf, isObject, objectOf, parseJson, stringOf, type JsonObject } from './json-value.ts';
import { refusalNamed } from './named-refusals.ts';
import { nestedRefusal, wordsOfRefusal, type Refusal } from './refusal.ts';
import type { OpenRecord } from './request-log.ts';
import { playOnStage } from './stage-faults.ts';
import type { Stage, Visit } from './stage.ts';
import type { WebSocketPeer } from './web-socket.ts';

export interface SocketCallParts {
  readonly stage: Stage;
  readonly clock: Clock;
  readonly headers: IncomingHttpHeaders;
  readonly origin: string;
  /** Opens a record in the log for a frame. */
  open(json: unknown, headers: IncomingHttpHeaders): OpenRecord;
  strikes(): readonly FaultAction[];
  countStream(step: 1 | -1): void;
  answer(visit: Visit): void;
}

/** Kinds that are about HTTP or its bytes have no meaning within a frame. */
const frameStrikes = new Set(['cut', 'stall', 'error-event', 'no-terminal', 'quirk', 'prompt-tokens']);

export function createResponsesSocket(peer: () => WebSocketPeer, parts: SocketCallParts) {
  const waiting: string[] = [];
  const turnsOf = new Map<string, readonly unknown[]>();
  let isBusy = false;
  let isOpen = true;

  function next(): void {
    isBusy = false;
    const text = waiting.shift();
    if (text !== undefined && isOpen) play(text);
  }

  function fail(record: OpenRecord, refusal: Refusal): void {
    record.status = refusal.status;
    record.ended = 'answered';
    const nested = isObject(refusal.body) ? objectOf(refusal.body['error']) : {};
    const error = { code: stringOf(nested['code']) || 'bad_request', message: wordsOfRefusal(refusal) };
    peer().send(
      JSON.stringify({ type: 'error', error, copilot_quota_snapshots: snapshotsOf(parts.stage, parts.clock) }),
    );
    next();
  }

  function play(text: string): void {
    isBusy = true;
    const { type, initiator, previous_response_id: previous, ...body } = objectOf(parseJson(text));
    // The upgrade has no body that could be compressed.
    const { 'accept-encoding': _, ...upgraded } = parts.headers;
    const headers = { ...upgraded, 'x-initiator': stringOf(initiator), 'content-type': 'application/json' };
    const earlier = previous === undefined ? [] : turnsOf.get(stringOf(previous));
    const own = typeof body['input'] === 'string' ? [{ role: 'user', content: body['input'] }] : arrayOf(body['input']);
    const input = [...(earlier ?? []), ...own];
    const record = parts.open({ ...body, input, stream: true }, headers);
    if (type !== 'response.create') return fail(record, nestedRefusal(400, 'unknown frame', 'bad_request'));
    if (earlier === undefined)
      return fail(record, nestedRefusal(400, 'Previous response not found.', 'previous_response_not_found'));
    const strikes = parts.strikes();
    playOnStage(parts.stage, strikes);
    const visit: Visit = {
      record,
      headers,
      origin: parts.origin,
      strikes: strikes.filter((one) => frameStrikes.has(one.kind)),
      json: (status, reply) => fail(record, { status, body: reply }),
      text: (status, _, reply) => fail(record, { status, body: reply }),
      refuse: (refusal) => fail(record, refusal),
      strike(these) {
        const named = strikeOf(these, 'refusal');
        const reset = strikeOf(these, 'reset');
        if (named !== undefined) fail(record, refusalNamed(named.name));
        if (reset !== undefined) peer().socket.destroy();
        return named !== undefined || reset !== undefined || strikeOf(these, 'silence') !== undefined;
      },
      stream(frames, start) {
        record.status = 200;
        parts.countStream(1);
        const { socket } = peer();
        writeFrames(
          {
            write: (bytes) => peer().send(bytes),
            end() {},
            once: (event, listener) => socket.once(event, listener),
            socket: { end: () => socket.end(), resetAndDestroy: () => socket.destroy() },
          },
          messages(frames, input),
          {
            ...start,
            strikes: start.strikes.filter((one) => frameStrikes.has(one.kind)),
            clock: parts.clock,
            onEnd(how, sentEvents) {
              record.ended = how;
              parts.countStream(-1);
              start.onEnd(how, sentEvents);
              if (how === 'answered') next();
            },
          },
        );
      },
    };
    if (!visit.strike(strikes)) parts.answer(visit);
  }

  /** The events as bare JSON; what the last one holds can be gone on from, on this connection. */
  function* messages(frames: Iterable<Frame>, input: readonly unknown[]): Generator<Frame, void> {
    for (const frame of frames) {
      const text = frame.text.slice(frame.text.indexOf('data: ') + 6).trim();
      const response = objectOf(objectOf(parseJson(text))['response']);
      if (frame.marks === 'finish')
        turnsOf.set(stringOf(response['id']), [...input, ...arrayOf(response['output']).map(withoutId)]);
      yield { ...frame, text };
    }
  }

  return {
    onText(text: string): void {
      if (isBusy) waiting.push(text);
      else play(text);
    },
    onClose(): void {
      isOpen = false;
    },
  };
}

/** Replayed items go without their ids, the one form that is always taken. */
function withoutId(item: unknown): JsonObject {
  const { id: _, ...rest } = objectOf(item);
  return rest;
}

function snapshotsOf({ ledger }: Stage, clock: Clock): JsonObject {
  const reset_date = ledger.resetIso(clock.now());
  return Object.fromEntries(
    Object.entries(ledger.balances()).map(([id, one]) => [
      id,
      {
        entitlement: String(one.entitlement),
        percent_remaining: one.percentRemaining,
        overage_permitted: one.overagePermitted,
        overage_count: one.overage,
        reset_date,
      },
    ]),
  );
}
