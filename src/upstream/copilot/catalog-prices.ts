/** Reads what a catalogue row says of prices: GitHub has nested and renamed them, and older rows are flat. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { ModelPrices, TierPrices } from '../../canonical/model.ts';

/** `billing.token_prices`: credits a batch, as tiers or flat (which is the default tier). Undefined where none is named. */
export function readPrices(billing: unknown): ModelPrices | undefined {
  const raw = objectOf(billing)['token_prices'];
  if (!isObject(raw)) return undefined;
  const normal = isObject(raw['default']) ? raw['default'] : raw;
  const prices = tierPrices(normal);
  if (prices.inputNanoAiu === undefined && prices.outputNanoAiu === undefined) return undefined;
  const long = isObject(raw['long_context']) ? tierPrices(raw['long_context']) : undefined;
  // Without a second tier there is nothing to cross: the figure then only repeats the model's own limit.
  const longAboveTokens = long && (positive(normal['context_max']) ?? positive(normal['max_prompt_tokens']));
  return {
    batchSize: positive(raw['batch_size']) ?? 1_000_000,
    default: prices,
    ...(long === undefined || longAboveTokens === undefined ? {} : { long, longAboveTokens }),
  };
}

function tierPrices(tier: JsonObject): TierPrices {
  return {
    inputNanoAiu: nanoAiu(tier['input_price']),
    outputNanoAiu: nanoAiu(tier['output_price']),
    cacheReadNanoAiu: nanoAiu(tier['cache_read_price'] ?? tier['cache_price']),
    cacheWriteNanoAiu: nanoAiu(tier['cache_write_price']),
  };
}

function nanoAiu(credits: unknown): number | undefined {
  if (typeof credits !== 'number' || !Number.isFinite(credits) || credits < 0) return undefined;
  const nano = Math.round(credits * 1e9);
  return Number.isSafeInteger(nano) ? nano : undefined;
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 1 ? Math.floor(value) : undefined;
}
