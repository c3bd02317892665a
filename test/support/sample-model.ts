/** A sound model of the seat, to be varied by a test. */
import type { Model } from '../../src/canonical/model.ts';

export function sampleModel(id: string, change: Partial<Model> = {}): Model {
  return {
    id,
    name: id.toUpperCase(),
    vendor: 'Anthropic',
    kind: 'chat',
    endpoints: ['/chat/completions'],
    preview: false,
    listed: true,
    policyState: 'enabled',
    tokenizer: 'o200k_base',
    limits: {
      contextTokens: 200_000,
      promptTokens: 128_000,
      outputTokens: 64_000,
      nonStreamingOutputTokens: undefined,
      embeddingInputs: undefined,
    },
    supports: {
      streaming: true,
      toolCalls: true,
      vision: false,
      structuredOutputs: false,
      reasoning: false,
      reasoningEfforts: [],
      adaptiveThinking: false,
    },
    ...change,
  };
}
