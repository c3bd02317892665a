/** A Completions request in our words: its prompt is one user turn. */
import { numberOrNull, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { reportMembers } from '../member-table.ts';
import type { RequestDecoder } from '../protocol.ts';
import { requestMembers } from './member-tables.ts';

export const decodeCompletionsRequest: RequestDecoder['decodeRequest'] = (body, report) => {
  for (const [member, isTaken, why] of limits) if (!isTaken(body[member])) throw malformed(member, why);
  reportMembers(requestMembers, body, report);
  return {
    items: [{ kind: 'message', role: 'user', parts: [{ kind: 'text', text: promptOf(body['prompt']) }] }],
    tools: [],
    toolChoice: null,
    parallelToolCalls: null,
    maxOutputTokens: numberOrNull(body['max_tokens']),
    sampling: {
      temperature: numberOrNull(body['temperature']),
      topP: numberOrNull(body['top_p']),
      topK: null,
      seed: numberOrNull(body['seed']),
      presencePenalty: numberOrNull(body['presence_penalty']),
      frequencyPenalty: numberOrNull(body['frequency_penalty']),
      logitBias: null,
    },
    stop: stopsOf(body),
    reasoning: null,
    output: { format: { kind: 'text' }, verbosity: null },
    topLogprobs: null,
    cacheKey: null,
    user: typeof body['user'] === 'string' ? body['user'] : null,
    // A whole completion always tells its usage.
    includeUsage: body['stream'] !== true || objectOf(body['stream_options'])['include_usage'] === true,
  };
};

const isOne = (value: unknown) => value == null || value === 1;

/** What a chat model cannot do for such a caller, who would get something else without noticing. */
const limits: readonly (readonly [member: string, isTaken: (value: unknown) => boolean, why: string])[] = [
  ['n', isOne, 'one completion at a time: leave it out.'],
  ['best_of', isOne, 'one completion at a time: leave it out.'],
  ['suffix', (value) => value == null || value === '', 'no model here fills in the middle: use a chat request.'],
  ['echo', (value) => value == null || value === false, 'the prompt is not repeated: leave it out.'],
  ['logprobs', (value) => value == null || value === false, 'not told here: use /v1/chat/completions.'],
];

function promptOf(prompt: unknown): string {
  if (typeof prompt === 'string') return prompt;
  const list: readonly unknown[] = Array.isArray(prompt) ? prompt : [];
  const [only] = list;
  if (list.length === 1 && typeof only === 'string') return only;
  if (list.length > 1 && list.every((one) => typeof one === 'string'))
    throw malformed('prompt', 'one prompt at a time: send each in a request of its own.');
  if (list.length > 0) throw malformed('prompt', 'tokens are not taken here: send the text.');
  throw malformed('prompt', 'a text is required.');
}

function stopsOf({ stop }: JsonObject): readonly string[] {
  const stops: readonly unknown[] = Array.isArray(stop) ? stop : [stop];
  return stops.filter((one) => typeof one === 'string' && one !== '') as readonly string[];
}

function malformed(param: string, message: string): ProxyError {
  return new ProxyError('invalid_request', `${param}: ${message}`, { param });
}
