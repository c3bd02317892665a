/** What models cost, as rows of a table: credits for a million tokens, a row for each price tier. */
import type { Model, ModelPrices, TierPrices } from '../canonical/model.ts';

export const priceHeadings = ['id', 'tier', 'input', 'cache read', 'cache write', 'output'];

/** In credits for a million tokens; null where the catalogue does not say. */
export interface PriceRow {
  readonly id: string;
  readonly tier: 'default' | 'long';
  /** The tier holds for prompts of more tokens than that. */
  readonly aboveTokens: number | null;
  readonly input: number | null;
  readonly cacheRead: number | null;
  readonly cacheWrite: number | null;
  readonly output: number | null;
}

/** The dearest first, by what input costs; what has no price comes last. */
export function priceRows(models: readonly Model[]): readonly PriceRow[] {
  return models
    .toSorted((a, b) => inputOf(b) - inputOf(a) || (a.id < b.id ? -1 : 1))
    .flatMap(({ id, prices }) => {
      const normal = rowOf(id, 'default', prices, prices?.default, null);
      if (prices?.long === undefined) return [normal];
      return [normal, rowOf(id, 'long', prices, prices.long, prices.longAboveTokens ?? null)];
    });
}

/** As cells; unknown is `?` for a person and empty in a pipe. */
export function priceCells(rows: readonly PriceRow[], forPerson: boolean): readonly (readonly string[])[] {
  const cell = (credits: number | null) => (credits === null ? (forPerson ? '?' : '') : String(credits));
  return rows.map(({ id, tier, aboveTokens, input, cacheRead, cacheWrite, output }) => [
    id,
    aboveTokens === null ? tier : `above ${forPerson ? `${Math.round(aboveTokens / 1000)}k` : aboveTokens}`,
    cell(input),
    cell(cacheRead),
    cell(cacheWrite),
    cell(output),
  ]);
}

const inputOf = ({ prices }: Model) =>
  prices === undefined ? -1 : (prices.default.inputNanoAiu ?? 0) / prices.batchSize;

function rowOf(
  id: string,
  tier: PriceRow['tier'],
  prices: ModelPrices | undefined,
  tierPrices: TierPrices | undefined,
  aboveTokens: number | null,
): PriceRow {
  const credits = (nanoAiu: number | undefined) =>
    nanoAiu === undefined || prices === undefined
      ? null
      : Number(((nanoAiu / 1e9 / prices.batchSize) * 1_000_000).toPrecision(6));
  return {
    id,
    tier,
    aboveTokens,
    input: credits(tierPrices?.inputNanoAiu),
    cacheRead: credits(tierPrices?.cacheReadNanoAiu),
    cacheWrite: credits(tierPrices?.cacheWriteNanoAiu),
    output: credits(tierPrices?.outputNanoAiu),
  };
}
