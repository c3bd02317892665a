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
  /** The catalogue's `version`, often the dated name of the same model: `gpt-4.1-2025-04-14`. */
  readonly version?: string | undefined;
  /** Plans that alone may use it; absent or empty for all. */
  readonly restrictedTo?: readonly string[] | undefined;
  /** Absent where the catalogue names no prices. */
  readonly prices?: ModelPrices | undefined;
}

/** All in tokens, and undefined where the catalogue does not say. */
export interface ModelLimits {
  readonly contextTokens: number | undefined;
  readonly promptTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly nonStreamingOutputTokens: number | undefined;
  /** The most inputs of one embeddings call. */
  readonly embeddingInputs: number | undefined;
  readonly promptImages?: number | undefined;
  /** The largest single image, in bytes. */
  readonly promptImageBytes?: number | undefined;
  /** The media types that images may have. */
  readonly promptImageTypes?: readonly string[] | undefined;
}

export interface ModelSupports {
  /** The catalogue says nothing at all of what the model can do: then nothing of a request is known not to fit. */
  readonly unstated?: boolean | undefined;
  readonly streaming: boolean;
  readonly toolCalls: boolean;
  readonly vision: boolean;
  readonly structuredOutputs: boolean;
  /** The catalogue lists reasoning efforts, a thinking budget or adaptive thinking. */
  readonly reasoning: boolean;
  readonly reasoningEfforts: readonly string[];
  readonly adaptiveThinking: boolean;
  readonly parallelToolCalls?: boolean | undefined;
  readonly minThinkingBudget?: number | undefined;
  readonly maxThinkingBudget?: number | undefined;
}

/** What a model costs, for each batch of `batchSize` tokens. */
export interface ModelPrices {
  readonly batchSize: number;
  readonly default: TierPrices;
  /** What a whole prompt longer than `longAboveTokens` costs. */
  readonly long?: TierPrices | undefined;
  readonly longAboveTokens?: number | undefined;
}

/** Whole nano-AIU (1e9 to a credit) a batch; undefined where the catalogue does not say. */
export interface TierPrices {
  readonly inputNanoAiu: number | undefined;
  readonly outputNanoAiu: number | undefined;
  readonly cacheReadNanoAiu: number | undefined;
  readonly cacheWriteNanoAiu: number | undefined;
}

/** Which price tier a caller is content to pay: `default` is never left without being asked. */
export type ContextTier = 'default' | 'long';

/** The tier that a prompt of so many tokens is billed in. */
export function tierOf(prices: ModelPrices, promptTokens: number): ContextTier {
  const { longAboveTokens } = prices;
  return longAboveTokens !== undefined && promptTokens > longAboveTokens ? 'long' : 'default';
}

/** Copilot serves `/v1/messages` for Claude alone, which says it where a row has no vendor. */
export function isClaude(model: Pick<Model, 'vendor' | 'endpoints'>): boolean {
  return model.vendor.toLowerCase() === 'anthropic' || model.endpoints.includes('/v1/messages');
}

export function isGoogle({ vendor }: Pick<Model, 'vendor'>): boolean {
  return vendor.toLowerCase() === 'google';
}

/** `OpenAI`, and `Azure OpenAI`. */
export function isOpenAi({ vendor }: Pick<Model, 'vendor'>): boolean {
  return vendor.toLowerCase().includes('openai');
}

/** The newer GPT models refuse some sampling fields; the catalogue knows them by vendor and by their efforts. */
export function isReasoningGpt(model: Pick<Model, 'vendor' | 'supports'>): boolean {
  return isOpenAi(model) && model.supports.reasoning;
}
