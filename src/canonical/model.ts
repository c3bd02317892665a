/** A model of the seat as the live catalogue describes it. No rule anywhere may depend on a model's name. */
import type { Endpoint } from './protocol-id.ts';

export interface Model {
  /** The catalogue's own id, e.g. `claude-opus-5.5`. */
  readonly id: string;
  readonly name: string;
  /** As the catalogue says it: `OpenAI`, `Azure OpenAI`, `Anthropic`, `Google`, … */
  readonly vendor: string;
  readonly kind: 'chat' | 'embeddings' | 'completion' | 'other';
  /** Endpoints this proxy can use; where the catalogue names none, what it implies (`/chat/completions`, `/embeddings`). */
  readonly endpoints: readonly Endpoint[];
  readonly preview: boolean;
  /** Whether GitHub's own clients show it in their picker. */
  readonly listed: boolean;
  /** `disabled` and friends: listed but switched off by policy. Absent in the catalogue means enabled. */
  readonly policyState: string;
  readonly tokenizer: string;
  readonly limits: ModelLimits;
  readonly supports: ModelSupports;
}

/** All in tokens, and undefined where the catalogue does not say. */
export interface ModelLimits {
  readonly contextTokens: number | undefined;
  readonly promptTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly nonStreamingOutputTokens: number | undefined;
  /** The most inputs of one embeddings call. */
  readonly embeddingInputs: number | undefined;
}

export interface ModelSupports {
  readonly streaming: boolean;
  readonly toolCalls: boolean;
  readonly vision: boolean;
  readonly structuredOutputs: boolean;
  /** The catalogue lists reasoning efforts, a thinking budget or adaptive thinking. */
  readonly reasoning: boolean;
  readonly reasoningEfforts: readonly string[];
  readonly adaptiveThinking: boolean;
}

/** Copilot serves `/v1/messages` for Claude alone, which says it where a row has no vendor. */
export function isClaude(model: Pick<Model, 'vendor' | 'endpoints'>): boolean {
  return model.vendor.toLowerCase() === 'anthropic' || model.endpoints.includes('/v1/messages');
}
