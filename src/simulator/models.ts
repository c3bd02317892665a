/** A dozen kinds of models, with names that are current in late 2026: no client may depend on any of them. */

export interface ModelSpec {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  /** What the model calls itself in replies. */
  readonly version: string;
  /** Whose quirks its answers show. */
  readonly backend: 'openai' | 'anthropic' | 'google' | 'other';
  /** Undefined: the row does not say, which means `/chat/completions` (`/embeddings` for embeddings). */
  readonly endpoints?: readonly string[];
  readonly type?: 'chat' | 'embeddings' | 'completion';
  readonly contextTokens: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly nonStreamingOutputTokens?: number;
  readonly embeddingInputs?: number;
  /** The natural length of its vectors. */
  readonly dimensions?: number;
  readonly prices?: ModelPrices;
  /** Premium requests for a human turn on a legacy plan; 1 unless told. */
  readonly multiplier?: number;
  readonly vision?: boolean;
  readonly tools?: boolean;
  readonly structuredOutputs?: boolean;
  readonly efforts?: readonly string[];
  readonly thinkingBudget?: readonly [min: number, max: number];
  readonly adaptiveThinking?: boolean;
  /** Refuses budgets, prefill; takes `system` turns and a top-level `cache_control` (the newest Claude kind). */
  readonly newest?: boolean;
  /** Its thoughts come back only behind the very system, tools and messages that they were thought behind (§11). */
  readonly bindsPrefix?: boolean;
  /** Its thoughts come back only to the account that they were given to. */
  readonly bindsAccount?: boolean;
  /** The longest name of a tool on Messages: 128 unless said otherwise, 64 on older kinds. */
  readonly toolNameLength?: number;
  /** How many images a prompt may hold, and how large each: 10 of 3 MiB unless said otherwise. */
  readonly promptImages?: number;
  readonly imageBytes?: number;
  /** Its vectors cannot be shortened (`dimensions` is refused). */
  readonly fixedDimensions?: boolean;
  /** Its reasoning summaries come only with `response.output_item.done` (reference §5). */
  readonly lateSummaries?: boolean;
  readonly picker?: 'lightweight' | 'versatile' | 'powerful' | null;
  readonly policy?: 'enabled' | 'disabled' | 'unconfigured';
  /** Listed, and refused when called. */
  readonly unusable?: boolean;
  /** Left out of the list for a client that names no API version, or one before 2026-06-01 (reference §11). */
  readonly needsApiVersion?: boolean;
  /** Left out of the list for a bearer that was not exchanged. */
  readonly needsExchange?: boolean;
  readonly isDefault?: boolean;
  readonly isFallback?: boolean;
}

/** AI credits per million tokens. */
export interface ModelPrices {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Prompts above so many tokens cost `long` (input twice, output one and a half times). */
  readonly tierTokens?: number;
}

const messagesAndChat = ['/v1/messages', '/chat/completions'];
const responsesOnly = ['/responses', 'ws:/responses'];
const claude = { vendor: 'Anthropic', backend: 'anthropic', vision: true, structuredOutputs: true } as const;
const gpt = { vendor: 'OpenAI', backend: 'openai', vision: true, structuredOutputs: true } as const;

export const defaultModels: readonly ModelSpec[] = [
  {
    ...claude,
    id: 'claude-opus-5.5',
    name: 'Claude Opus 5.5',
    version: 'claude-opus-5-5',
    endpoints: messagesAndChat,
    contextTokens: 1_000_000,
    promptTokens: 936_000,
    outputTokens: 64_000,
    nonStreamingOutputTokens: 16_000,
    prices: { input: 500, output: 2500, cacheRead: 50, cacheWrite: 625, tierTokens: 200_000 },
    efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
    adaptiveThinking: true,
    newest: true,
    bindsPrefix: true,
    picker: 'powerful',
  },
  {
    ...claude,
    id: 'claude-sonnet-5.5',
    name: 'Claude Sonnet 5.5',
    version: 'claude-sonnet-5-5',
    endpoints: messagesAndChat,
    contextTokens: 1_000_000,
    promptTokens: 936_000,
    outputTokens: 64_000,
    nonStreamingOutputTokens: 16_000,
    prices: { input: 300, output: 1500, cacheRead: 30, cacheWrite: 375, tierTokens: 200_000 },
    efforts: ['low', 'medium', 'high', 'max'],
    adaptiveThinking: true,
    newest: true,
    bindsPrefix: true,
    bindsAccount: true,
    picker: 'versatile',
    isDefault: true,
  },
  {
    ...claude,
    id: 'claude-haiku-5.5',
    name: 'Claude Haiku 5.5',
    version: 'claude-haiku-5-5',
    endpoints: messagesAndChat,
    contextTokens: 200_000,
    promptTokens: 168_000,
    outputTokens: 32_000,
    nonStreamingOutputTokens: 16_000,
    prices: { input: 100, output: 500, cacheRead: 10, cacheWrite: 125 },
    thinkingBudget: [1024, 32_000],
    bindsAccount: true,
    picker: 'lightweight',
  },
  {
    ...gpt,
    id: 'gpt-6.1-sol',
    name: 'GPT-6.1 Sol',
    version: 'gpt-6.1-sol-2026-10-15',
    endpoints: responsesOnly,
    contextTokens: 1_050_000,
    promptTokens: 922_000,
    outputTokens: 128_000,
    prices: { input: 250, output: 1500, cacheRead: 25, cacheWrite: 0, tierTokens: 272_000 },
    efforts: ['none', 'low', 'medium', 'high', 'xhigh'],
    picker: 'powerful',
    needsApiVersion: true,
  },
  {
    ...gpt,
    id: 'gpt-6-luna',
    name: 'GPT-6 Luna',
    version: 'gpt-6-luna-2026-08-20',
    endpoints: responsesOnly,
    contextTokens: 400_000,
    promptTokens: 272_000,
    outputTokens: 128_000,
    prices: { input: 40, output: 320, cacheRead: 4, cacheWrite: 0 },
    efforts: ['none', 'low', 'medium', 'high'],
    lateSummaries: true,
    picker: 'lightweight',
  },
  {
    ...gpt,
    id: 'gpt-5.2',
    name: 'GPT-5.2',
    version: 'gpt-5.2-2025-12-11',
    endpoints: ['/chat/completions', '/responses'],
    contextTokens: 400_000,
    promptTokens: 272_000,
    outputTokens: 128_000,
    prices: { input: 175, output: 1400, cacheRead: 17.5, cacheWrite: 0 },
    efforts: ['none', 'low', 'medium', 'high'],
    picker: 'versatile',
  },
  {
    ...gpt,
    id: 'gpt-4.1',
    name: 'GPT-4.1',
    vendor: 'Azure OpenAI',
    version: 'gpt-4.1-2025-04-14',
    contextTokens: 128_000,
    promptTokens: 111_424,
    outputTokens: 16_384,
    picker: 'versatile',
    isFallback: true,
  },
  {
    id: 'gemini-3.8-flash',
    name: 'Gemini 3.8 Flash',
    vendor: 'Google',
    backend: 'google',
    version: 'gemini-3.8-flash',
    endpoints: ['/chat/completions'],
    contextTokens: 1_000_000,
    promptTokens: 936_000,
    outputTokens: 64_000,
    prices: { input: 50, output: 300, cacheRead: 5, cacheWrite: 0, tierTokens: 200_000 },
    vision: true,
    structuredOutputs: true,
    thinkingBudget: [256, 32_000],
    picker: 'versatile',
  },
  {
    id: 'grok-4.7',
    name: 'Grok 4.7 (old row)',
    vendor: 'xAI',
    backend: 'other',
    version: 'grok-4.7',
    endpoints: ['/chat/completions'],
    contextTokens: 128_000,
    promptTokens: 96_000,
    outputTokens: 32_000,
    picker: null,
    policy: 'disabled',
  },
  {
    id: 'grok-4.7',
    name: 'Grok 4.7',
    vendor: 'xAI',
    backend: 'other',
    version: 'grok-4.7',
    endpoints: ['/chat/completions'],
    contextTokens: 256_000,
    promptTokens: 224_000,
    outputTokens: 32_000,
    prices: { input: 60, output: 300, cacheRead: 15, cacheWrite: 0 },
    picker: 'versatile',
    policy: 'enabled',
  },
  {
    ...gpt,
    id: 'gpt-6-astra',
    name: 'GPT-6 Astra (switched off by policy)',
    version: 'gpt-6-astra-2026-08-20',
    endpoints: responsesOnly,
    contextTokens: 1_050_000,
    promptTokens: 922_000,
    outputTokens: 128_000,
    prices: { input: 1000, output: 6000, cacheRead: 100, cacheWrite: 0, tierTokens: 272_000 },
    efforts: ['low', 'medium', 'high'],
    picker: 'powerful',
    policy: 'disabled',
  },
  {
    id: 'mai-code-1-flash',
    name: 'MAI Code 1 Flash (listed, not usable)',
    vendor: 'Microsoft',
    backend: 'other',
    version: 'mai-code-1-flash',
    endpoints: ['/chat/completions'],
    contextTokens: 128_000,
    promptTokens: 96_000,
    outputTokens: 32_000,
    prices: { input: 10, output: 40, cacheRead: 1, cacheWrite: 0 },
    picker: 'lightweight',
    unusable: true,
  },
  {
    id: 'gpt-41-copilot',
    name: 'GPT-4.1 Copilot (completions only)',
    vendor: 'Azure OpenAI',
    backend: 'openai',
    version: 'gpt-41-copilot',
    type: 'completion',
    endpoints: [],
    contextTokens: 16_000,
    promptTokens: 8_000,
    outputTokens: 4_000,
    picker: null,
  },
  {
    id: 'text-embedding-3-small',
    name: 'Embedding V3 small',
    vendor: 'Azure OpenAI',
    backend: 'openai',
    version: 'text-embedding-3-small',
    type: 'embeddings',
    contextTokens: 8191,
    promptTokens: 8191,
    outputTokens: 0,
    embeddingInputs: 512,
    dimensions: 1536,
    picker: null,
  },
];

/** The paths a model answers on, as the live catalogue implies them. */
export function endpointsOf(spec: ModelSpec): readonly string[] {
  return spec.endpoints ?? (spec.type === 'embeddings' ? ['/embeddings'] : ['/chat/completions']);
}

/** Whether the model reasons before it answers. */
export function reasons(spec: ModelSpec): boolean {
  return spec.efforts !== undefined || spec.thinkingBudget !== undefined || spec.adaptiveThinking === true;
}

/** What the model's row says about images; undefined where it sees none. */
export function imageLimits(
  spec: ModelSpec,
): { count: number; bytes: number; mediaTypes: readonly string[] } | undefined {
  if (!spec.vision) return undefined;
  return {
    count: spec.promptImages ?? 10,
    bytes: spec.imageBytes ?? 3_145_728,
    mediaTypes: ['image/jpeg', 'image/png', 'image/webp', 'image/gif'],
  };
}
