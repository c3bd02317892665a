/** What a session would have cost on another model: the same tokens at its prices. */
import type { ExchangeRecord } from '../../../src/canonical/exchange-record.ts';
import type { Model } from '../../../src/canonical/model.ts';
import { costOf } from '../../../src/canonical/spend.ts';
import { credits } from '../format.ts';
import { Loaded, useAnswer } from '../parts/loaded.tsx';
import { Table } from '../parts/table.tsx';

interface Other {
  readonly id: string;
  readonly nanoAiu: number;
}

export function OtherModels({ exchanges }: { readonly exchanges: readonly ExchangeRecord[] }) {
  const models = useAnswer('models', {});
  const used = new Set(exchanges.map(({ model }) => model));
  const own = exchanges.reduce((sum, { cost }) => sum + (cost.nanoAiu ?? 0), 0);
  if (own === 0) return null;
  return (
    <section class="card">
      <h2>On another model this would have cost</h2>
      <p class="soft">
        The same tokens, cached as they were, at that model's prices. Another model writes more or less, and has another
        tokenizer: a comparison, not a forecast.
      </p>
      <Loaded of={models}>
        {(all) => (
          <Table
            label="What it would have cost"
            rows={others(all, exchanges)}
            keyOf={({ id }) => id}
            columns={[
              {
                title: 'Model',
                cell: ({ id }) => (
                  <>
                    {id} {used.has(id) && <span class="tag">used here</span>}
                  </>
                ),
              },
              { title: 'Credits', class: 'number', cell: ({ nanoAiu }) => credits(nanoAiu) },
              {
                title: `Against ${credits(own)} now`,
                class: 'number',
                cell: ({ nanoAiu }) => `${Math.round((nanoAiu / own) * 100)} %`,
              },
            ]}
          />
        )}
      </Loaded>
    </section>
  );
}

/** Cheapest first; a model that has no price for one of the counts is left out. */
function others(models: readonly Model[], exchanges: readonly ExchangeRecord[]): readonly Other[] {
  const priced = models.filter(({ prices, kind }) => prices !== undefined && kind === 'chat');
  return priced
    .flatMap(({ id, prices = null }) => {
      let nanoAiu = 0;
      for (const { usage } of exchanges) {
        if (usage === null) continue;
        // A vendor whose cache is free to write has no price for it.
        const cacheWriteNanoAiu = prices?.default.cacheWriteNanoAiu ?? prices?.default.inputNanoAiu;
        const asked = prices && { ...prices, default: { ...prices.default, cacheWriteNanoAiu } };
        const cost = costOf({ ...usage, costNanoAiu: null }, asked);
        if (cost.nanoAiu === null) return [];
        nanoAiu += cost.nanoAiu;
      }
      return [{ id, nanoAiu }];
    })
    .toSorted((a, b) => a.nanoAiu - b.nanoAiu);
}
