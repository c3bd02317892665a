/** What each of the three generating endpoints has to bring: its rules, its reading of a request, its way to answer. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Usage } from './billing.ts';
import type { Ask, Reply } from './conversation.ts';
import type { DisputedPoints } from './disputed-points.ts';
import type { Frame } from './event-writer.ts';
import type { JsonObject } from './json-value.ts';
import type { ModelSpec } from './models.ts';
import type { Refusal } from './refusal.ts';
import type { SeatScenario } from './seat-scenario.ts';

export interface EndpointCall {
  readonly body: JsonObject;
  readonly headers: IncomingHttpHeaders;
  readonly model: ModelSpec;
  /** Whose seat asks: what was sealed for one account does not open for another. */
  readonly account: string;
  /** How the disputed points of reference §10.3 are played. */
  readonly disputed: DisputedPoints;
  readonly webSearch: Pick<SeatScenario, 'webSearch' | 'searchDelayMs'>;
  /** Counts the simulator's calls from 1: all ids of an answer derive from it. */
  readonly serial: number;
  /** Unix seconds. */
  readonly nowS: number;
}

export interface ModelEndpoint {
  readonly path: '/chat/completions' | '/responses' | '/v1/messages';
  /** The upstream's own verdict on the body. */
  refuse(call: EndpointCall): Refusal | undefined;
  /** In the words in which the endpoint says that a prompt is too long. */
  tooLong(promptTokens: number, limit: number): Refusal;
  ask(call: EndpointCall): Ask;
  /** Everything that the prompt cache compares, in order: tools, system, turns. */
  promptText(body: JsonObject): string;
  /** The member by which the client has to mark what is cached of this model; null where it is cached unasked. */
  cacheMarker(model: ModelSpec): 'cache_control' | 'copilot_cache_control' | null;
  frames(call: EndpointCall, reply: Reply, usage: Usage): Iterable<Frame>;
  whole(call: EndpointCall, reply: Reply, usage: Usage): JsonObject;
  /** `sentEvents` came before it. */
  errorFrame(code: string, message: string, sentEvents: number): Frame;
}
