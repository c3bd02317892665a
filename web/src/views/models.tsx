/** The models of the seat: limits, abilities, endpoints, prices, policy. */
import { useState } from 'preact/hooks';
import type { Model, ModelPrices, TierPrices } from '../../../src/canonical/model.ts';
import { tokens } from '../format.ts';
import { Empty, Loaded, useAnswer } from '../parts/loaded.tsx';
import { Aliases, OtherRoad, Terms } from './model-extras.tsx';

export function Models() {
  const answer = useAnswer('models', {});
  const [words, setWords] = useState('');
  return (
    <div class="stack">
      <form class="row" role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span class="visually-hidden">Search models</span>
          <input
            type="search"
            placeholder="name, vendor, endpoint …"
            size={30}
            value={words}
            onInput={({ currentTarget }) => setWords(currentTarget.value)}
          />
        </label>
        <span class="soft">Prices in credits for a million tokens; one credit is a US cent.</span>
      </form>
      <Loaded of={answer}>
        {(all) => {
          const models = all.filter((model) => fits(model, words));
          if (all.length === 0) return <Empty title="The seat lists no models">`crossfeed doctor` may say why.</Empty>;
          if (models.length === 0) return <Empty title="No model is like this" />;
          return <Table models={models} onChange={answer.reload} />;
        }}
      </Loaded>
      <Aliases />
      <OtherRoad />
    </div>
  );
}

function fits({ id, name, vendor, endpoints }: Model, words: string): boolean {
  const text = [id, name, vendor, ...endpoints].join(' ').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function Table({ models, onChange }: { readonly models: readonly Model[]; readonly onChange: () => void }) {
  return (
    <section class="card scroll">
      <table>
        <thead>
          <tr>
            <th>Model</th>
            <th>Endpoints</th>
            <th class="wide">Can</th>
            <th class="number">Context</th>
            <th class="number">Output</th>
            <th class="number">Input</th>
            <th class="number">Cached</th>
            <th class="number">Cache write</th>
            <th class="number">Output price</th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <Row key={model.id} model={model} onChange={onChange} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ model, onChange }: { readonly model: Model; readonly onChange: () => void }) {
  const { prices, limits } = model;
  return (
    <>
      <tr>
        <td>
          <strong>{model.id}</strong> <span class="soft">{model.vendor}</span>{' '}
          {model.policyState !== 'enabled' && <span class="tag warn">{model.policyState}</span>}{' '}
          {model.preview && <span class="tag">preview</span>}
        </td>
        <td class="mono wide">{model.endpoints.join(' ')}</td>
        <td class="soft wide">{abilities(model).join(', ') || '–'}</td>
        <td class="number">{tokens(limits.promptTokens ?? limits.contextTokens)}</td>
        <td class="number">{tokens(limits.outputTokens)}</td>
        <Prices of={prices?.default} batchSize={prices?.batchSize} />
      </tr>
      {model.policyState !== 'enabled' && (
        <tr class="sub">
          <td colSpan={9}>
            <Terms model={model.id} onDone={onChange} />
          </td>
        </tr>
      )}
      {prices?.long && <LongTier prices={prices} />}
    </>
  );
}

function LongTier({ prices }: { readonly prices: ModelPrices }) {
  return (
    <tr class="sub">
      <td colSpan={5} class="soft">
        prompts above {tokens(prices.longAboveTokens)} tokens, the whole of them
      </td>
      <Prices of={prices.long} batchSize={prices.batchSize} />
    </tr>
  );
}

function Prices({ of, batchSize }: { readonly of: TierPrices | undefined; readonly batchSize: number | undefined }) {
  const price = (nanoAiu: number | undefined) =>
    nanoAiu === undefined || batchSize === undefined
      ? '–'
      : (((nanoAiu / batchSize) * 1e6) / 1e9).toLocaleString(undefined, { maximumFractionDigits: 2 });
  return (
    <>
      <td class="number">{price(of?.inputNanoAiu)}</td>
      <td class="number">{price(of?.cacheReadNanoAiu)}</td>
      <td class="number">{price(of?.cacheWriteNanoAiu)}</td>
      <td class="number">{price(of?.outputNanoAiu)}</td>
    </>
  );
}

function abilities({ supports, kind }: Model): readonly string[] {
  if (kind !== 'chat') return [kind];
  return [
    ...(supports.toolCalls ? ['tools'] : []),
    ...(supports.vision ? ['images'] : []),
    ...(supports.structuredOutputs ? ['schemas'] : []),
    ...(supports.reasoning
      ? [`thinking${supports.reasoningEfforts.length > 0 ? ` (${supports.reasoningEfforts.join(' ')})` : ''}`]
      : []),
  ];
}
