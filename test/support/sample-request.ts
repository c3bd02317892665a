/** A request in canonical words that asks for nothing special, to be varied by a test. */
import type { ModelRequest } from '../../src/canonical/model-request.ts';

export function sampleRequest(change: Partial<ModelRequest> = {}): ModelRequest {
  return {
    items: [{ kind: 'message', role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }],
    tools: [],
    toolChoice: null,
    parallelToolCalls: null,
    maxOutputTokens: null,
    sampling: {
      temperature: null,
      topP: null,
      topK: null,
      seed: null,
      presencePenalty: null,
      frequencyPenalty: null,
      logitBias: null,
    },
    stop: [],
    reasoning: null,
    output: { format: { kind: 'text' }, verbosity: null },
    topLogprobs: null,
    cacheKey: null,
    user: null,
    includeUsage: false,
    ...change,
  };
}
