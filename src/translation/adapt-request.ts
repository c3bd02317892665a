/** Makes a request fit another protocol: all that is not a matter of wire words, in one place for all pairs. */
import type { Item } from '../canonical/conversation.ts';
import type { Part } from '../canonical/content.ts';
import type { ModelRequest, Sampling } from '../canonical/model-request.ts';
import type { Endpoint, ProtocolId } from '../canonical/protocol-id.ts';
import type { Report } from '../canonical/request-edit.ts';
import { adaptTools } from './adapt-tools.ts';
import { holdSurrogates } from './hold-surrogates.ts';
import type { EmitPart } from './part-stage.ts';
import { repairCalls } from './repair-calls.ts';
import { restoreCalls, type CallerTool } from './restore-calls.ts';
import type { SealOwner } from './sealed-envelope.ts';
import { sealTexts } from './seal-texts.ts';
import { stopAtSequences } from './stop-sequences.ts';
import { unsealItems } from './unseal-request.ts';
import { unwrapValues, type ValueForm } from './unwrap-value.ts';
import { wrapSchema } from './wrap-schema.ts';

export interface AdaptInput {
  readonly client: ProtocolId;
  readonly endpoint: Endpoint;
  /** Who must have made the sealed reasoning that may go up. */
  readonly owner: SealOwner;
  /** Names the session, for the upstream's prompt cache: the same on every turn. */
  readonly session: string;
  /** A reasoning GPT refuses stop sequences and log probabilities, also where its endpoint has them. */
  readonly isReasoningGpt: boolean;
  readonly report: Report;
}

/** What has to be undone on the way back. */
export interface Restoration {
  readonly calls: ReadonlyMap<string, CallerTool>;
  /** Stop sequences that the endpoint does not know. */
  readonly stops: readonly string[];
  /** The caller's protocol may lose the text under a seal, so it travels with it. */
  readonly keepsSealedText: boolean;
  /** The answer stands in an object that its caller did not ask for. */
  readonly wrapped: ValueForm | null;
}

export interface Adapted {
  readonly request: ModelRequest;
  readonly restoration: Restoration;
}

export function adaptRequest(request: ModelRequest, input: AdaptInput): Adapted {
  const { client, endpoint, owner, session, isReasoningGpt, report } = input;
  const unsealed = unsealItems(request.items, owner, client, report);
  const known = unsealed.flatMap((item, index) => knownItem(item, index, endpoint, report));
  const { request: adapted, calls } = adaptTools({ ...request, items: repairCalls(known, report) }, report);
  const { output, wrapped } = wrapSchema(request.output, client, report);
  const stops = takeStops(request.stop, endpoint, isReasoningGpt, report);
  return {
    request: {
      ...adapted,
      output,
      stop: stops.native,
      sampling: carriedSampling(request.sampling, endpoint, report),
      topLogprobs: carriedLogprobs(request.topLogprobs, endpoint, isReasoningGpt, report),
      cacheKey: endpoint === '/responses' ? cacheKeyOf(request.cacheKey, session) : request.cacheKey,
    },
    restoration: { calls, stops: stops.emulated, keepsSealedText: client !== 'anthropic-messages', wrapped },
  };
}

/** The stages between decoder and encoder. `aliases` are names that body rules gave to tools, by what they are on the wire. */
export function restoreParts(
  emit: EmitPart,
  { calls, stops, keepsSealedText, wrapped }: Restoration,
  aliases: ReadonlyMap<string, string>,
  onCut: () => void,
): EmitPart {
  let stage = emit;
  if (stops.length > 0) stage = stopAtSequences(stage, stops, onCut);
  if (wrapped !== null) stage = unwrapValues(stage, wrapped);
  if (keepsSealedText) stage = sealTexts(stage);
  if (calls.size > 0 || aliases.size > 0) stage = restoreCalls(stage, calls, aliases);
  return holdSurrogates(stage);
}

/** How many stop sequences each endpoint takes. */
const nativeStops: Readonly<Record<Endpoint, number>> = {
  '/chat/completions': 4,
  '/v1/messages': Infinity,
  '/responses': 0,
  '/embeddings': 0,
};

function takeStops(stops: readonly string[], endpoint: Endpoint, isReasoningGpt: boolean, report: Report) {
  // Claude refuses one of white space alone, such as the end of a line.
  const taken = endpoint === '/v1/messages' ? stops.filter((stop) => /[^ \t\r\n]/.test(stop)) : stops;
  const native = taken.slice(0, isReasoningGpt ? 0 : nativeStops[endpoint]);
  const emulated = stops.filter((stop) => !native.includes(stop));
  if (emulated.length > 0) {
    const reason = `${endpoint} takes ${native.length} of the stop sequences, so the proxy looks for the rest.`;
    report({ rule: 'stop-emulated', reason, path: 'stop' });
  }
  return { native, emulated };
}

/** What sampling each endpoint has words for. */
const samplingOf: Readonly<Record<Endpoint, readonly (keyof Sampling)[]>> = {
  '/chat/completions': ['temperature', 'topP', 'seed', 'presencePenalty', 'frequencyPenalty', 'logitBias'],
  '/responses': ['temperature', 'topP'],
  '/v1/messages': ['temperature', 'topP', 'topK'],
  '/embeddings': [],
};

const noSampling: Sampling = {
  temperature: null,
  topP: null,
  topK: null,
  seed: null,
  presencePenalty: null,
  frequencyPenalty: null,
  logitBias: null,
};

function carriedSampling(sampling: Sampling, endpoint: Endpoint, report: Report): Sampling {
  const carried: Partial<Record<keyof Sampling, unknown>> = {};
  for (const key of Object.keys(noSampling) as (keyof Sampling)[]) {
    if (sampling[key] === null) continue;
    if (samplingOf[endpoint].includes(key)) carried[key] = sampling[key];
    else report({ rule: 'not-carried', reason: `${endpoint} has nothing like it.`, path: wireName[key] });
  }
  return { ...noSampling, ...carried } as Sampling;
}

const wireName: Readonly<Record<keyof Sampling, string>> = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  seed: 'seed',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  logitBias: 'logit_bias',
};

function carriedLogprobs(
  topLogprobs: number | null,
  endpoint: Endpoint,
  isReasoningGpt: boolean,
  report: Report,
): number | null {
  const isRefused = endpoint === '/v1/messages' || (endpoint === '/chat/completions' && isReasoningGpt);
  if (topLogprobs === null || !isRefused) return topLogprobs;
  report({ rule: 'not-carried', reason: 'This model tells no probabilities of tokens.', path: 'logprobs' });
  return null;
}

const maxCacheKeyLength = 64;

/** A key that is too long for Responses is no key: the session's own is as good. */
function cacheKeyOf(asked: string | null, session: string): string {
  return asked !== null && asked.length <= maxCacheKeyLength ? asked : session;
}

/** What only another protocol knows goes, and so does audio where nobody listens. */
function knownItem(item: Item, index: number, endpoint: Endpoint, report: Report): readonly Item[] {
  const path = `items.${index}`;
  switch (item.kind) {
    case 'foreign':
      report({ rule: 'not-carried', reason: `Only ${item.protocol} knows ${item.type}.`, path });
      return [];
    case 'message':
    case 'tool-result': {
      const parts = item.parts.filter((part) => isKnown(part, endpoint, path, report));
      if (parts.length === item.parts.length) return [item];
      return parts.length === 0 && item.kind === 'message' ? [] : [{ ...item, parts }];
    }
    default:
      return [item];
  }
}

function isKnown(part: Part, endpoint: Endpoint, path: string, report: Report): boolean {
  const name = part.kind === 'foreign' ? part.type : part.kind;
  const known = part.kind !== 'foreign' && (part.kind !== 'audio' || endpoint === '/chat/completions');
  if (!known) report({ rule: 'not-carried', reason: `${endpoint} has nothing like ${name}.`, path });
  return known;
}
