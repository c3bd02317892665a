import { expect, test } from 'vitest';
import type { TierPrices } from './model.ts';
import { priceText } from './price-text.ts';

const priced = (tier: Partial<TierPrices>, batchSize = 1_000_000) =>
  priceText({ batchSize, default: tier as TierPrices });

test.each([
  [{ inputNanoAiu: 250e9, outputNanoAiu: 1_500e9 }, 1_000_000, '250 in, 1500 out'],
  [{ inputNanoAiu: 250e9, outputNanoAiu: 1_500e9 }, 1_000, '250000 in, 1500000 out'],
  [{ inputNanoAiu: 12.5e9 / 3, outputNanoAiu: 1e9 }, 1_000_000, '4.16667 in, 1 out'],
  [{ inputNanoAiu: 0, outputNanoAiu: 0 }, 1_000_000, 'free'],
  [{ inputNanoAiu: 0, outputNanoAiu: 5e9 }, 1_000_000, '0 in, 5 out'],
  [{ outputNanoAiu: 5e9 }, 1_000_000, '? in, 5 out'],
  [{ inputNanoAiu: 5e9 }, 1_000_000, '5 in, ? out'],
])('%j for %d tokens: %s', (tier, batchSize, text) => {
  expect(priced(tier, batchSize)).toBe(text);
});

test('nothing where nothing is known', () => {
  expect(priceText(undefined)).toBeUndefined();
});
