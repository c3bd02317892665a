/** Writes one model as a row of `GET /models` (reference §3). */
import { imageLimits, reasons, type ModelPrices, type ModelSpec } from './models.ts';
import type { Scenario } from './scenario.ts';

type Disputed = Pick<Scenario, 'cachePriceRenamed' | 'autoDiscountListed' | 'autoDiscount'>;

export function catalogRow(spec: ModelSpec, disputed: Disputed): Record<string, unknown> {
  const type = spec.type ?? 'chat';
  const images = imageLimits(spec);
  return {
    id: spec.id,
    object: 'model',
    name: spec.name,
    vendor: spec.vendor,
    version: spec.version,
    preview: false,
    is_chat_default: spec.isDefault ?? false,
    is_chat_fallback: spec.isFallback ?? false,
    model_picker_enabled: spec.picker != null,
    ...(spec.picker == null ? {} : { model_picker_category: spec.picker }),
    ...(spec.policy === undefined
      ? {}
      : { policy: { state: spec.policy, terms: `Enable access to ${spec.name} from ${spec.vendor}.` } }),
    ...(spec.endpoints === undefined || spec.endpoints.length === 0 ? {} : { supported_endpoints: spec.endpoints }),
    billing: {
      is_premium: spec.prices !== undefined,
      multiplier: multiplierOf(spec),
      token_prices: tokenPrices(spec.prices, spec.promptTokens, disputed.cachePriceRenamed),
      ...(disputed.autoDiscountListed ? { auto_discount: disputed.autoDiscount } : {}),
    },
    capabilities: {
      object: 'model_capabilities',
      family: spec.id,
      type,
      tokenizer: type === 'embeddings' ? 'cl100k_base' : 'o200k_base',
      limits: {
        max_context_window_tokens: spec.contextTokens,
        max_prompt_tokens: spec.promptTokens,
        ...(spec.outputTokens > 0 ? { max_output_tokens: spec.outputTokens } : {}),
        ...(spec.nonStreamingOutputTokens === undefined
          ? {}
          : { max_non_streaming_output_tokens: spec.nonStreamingOutputTokens }),
        ...(spec.embeddingInputs === undefined ? {} : { max_inputs: spec.embeddingInputs }),
        ...(images === undefined
          ? {}
          : {
              vision: {
                max_prompt_image_size: images.bytes,
                max_prompt_images: images.count,
                supported_media_types: images.mediaTypes,
              },
            }),
      },
      supports:
        type === 'chat'
          ? chatSupports(spec)
          : type === 'embeddings'
            ? { dimensions: spec.fixedDimensions !== true }
            : { streaming: true },
    },
  };
}

function chatSupports(spec: ModelSpec): Record<string, unknown> {
  return {
    streaming: true,
    tool_calls: spec.tools ?? true,
    parallel_tool_calls: spec.tools ?? true,
    ...(spec.vision ? { vision: true } : {}),
    ...(spec.structuredOutputs ? { structured_outputs: true } : {}),
    ...(spec.efforts === undefined ? {} : { reasoning_effort: spec.efforts }),
    ...(spec.adaptiveThinking ? { adaptive_thinking: true } : {}),
    ...(spec.backend === 'anthropic' && reasons(spec) ? { thinking: true } : {}),
    ...(spec.thinkingBudget === undefined
      ? {}
      : { min_thinking_budget: spec.thinkingBudget[0], max_thinking_budget: spec.thinkingBudget[1] }),
  };
}

function tokenPrices(prices: ModelPrices | undefined, promptTokens: number, renamed: boolean): Record<string, unknown> {
  const readPrice = renamed ? 'cache_read_price' : 'cache_price';
  const { input, output, cacheRead, cacheWrite, tierTokens } = prices ?? freeOfCharge;
  return {
    batch_size: 1_000_000,
    default: {
      input_price: input,
      output_price: output,
      [readPrice]: cacheRead,
      cache_write_price: cacheWrite,
      ...(cacheWrite === 0 ? {} : { cache_write_1h: input * 2 }),
      context_max: tierTokens ?? promptTokens,
    },
    ...(tierTokens === undefined
      ? {}
      : {
          long_context: {
            input_price: input * 2,
            output_price: output * 1.5,
            [readPrice]: cacheRead * 2,
            cache_write_price: cacheWrite * 2,
            ...(cacheWrite === 0 ? {} : { cache_write_1h: input * 4 }),
            context_max: promptTokens,
          },
        }),
  };
}

/** Premium requests that a human turn costs on a legacy plan; free models cost none. */
export function multiplierOf(spec: ModelSpec): number {
  return spec.prices === undefined ? 0 : (spec.multiplier ?? 1);
}

/** What is kept for an hour is written at twice the price of input; models that charge nothing for writing charge nothing. */
export function hourPrice({ input, cacheWrite }: ModelPrices): number {
  return cacheWrite === 0 ? 0 : input * 2;
}

export const freeOfCharge: ModelPrices = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
