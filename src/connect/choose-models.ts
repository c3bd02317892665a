/** Which models of the seat a tool is given: big, small and background by price, among its vendor's where there are some. */
import { advertisedLimits } from '../canonical/advertised-limits.ts';
import { isClaude, isGoogle, isOpenAi } from '../canonical/model.ts';
import type { Model } from '../canonical/model.ts';
import type { ChosenModel, ChosenModels, ToolKnowledge } from './tool-knowledge.ts';

/** What the user named instead, catalogue ids. */
export interface WantedModels {
  readonly big?: string | undefined;
  readonly small?: string | undefined;
  readonly background?: string | undefined;
}

/** Null where the seat has no chat model that calls tools. An id that is not in the catalogue is taken as it is. */
export function chooseModels(
  models: readonly Model[],
  vendor: ToolKnowledge['vendor'],
  wanted: WantedModels = {},
): ChosenModels | null {
  const usable = models.filter(
    ({ kind, policyState, endpoints }) => kind === 'chat' && policyState === 'enabled' && endpoints.length > 0,
  );
  const working = usable.filter(({ listed, supports }) => listed && supports.toolCalls);
  // A tool of nobody's own works best with what most people use it with.
  const kin = firstOf([...(vendor === null ? [] : [vendor]), 'anthropic', 'openai'] as const, working) ?? working;
  const byPrice = (kin.some(({ preview }) => !preview) ? kin.filter(({ preview }) => !preview) : kin).toSorted(
    (a, b) => costOf(a) - costOf(b),
  );
  const cheapest = working.toSorted((a, b) => costOf(a) - costOf(b))[0];
  const big = byPrice.at(-1);
  // Between the two: at most half of the big one's price, and the best of these.
  const small = byPrice.findLast((model) => big !== undefined && costOf(model) <= costOf(big) / 2) ?? byPrice[0];
  if (big === undefined || small === undefined || cheapest === undefined) return null;
  const named = (id: string | undefined, otherwise: Model) => {
    if (id === undefined) return chosenModel(otherwise);
    const known = usable.find((model) => model.id === id);
    return known === undefined ? namedModel(id) : chosenModel(known);
  };
  return {
    big: named(wanted.big, big),
    small: named(wanted.small, small),
    background: named(wanted.background, cheapest),
    list: usable.filter(({ listed }) => listed).map(chosenModel),
  };
}

/** A model of which nothing but the name is known here. */
export function namedModel(id: string): ChosenModel {
  return {
    id,
    name: id,
    contextTokens: undefined,
    promptTokens: undefined,
    outputTokens: undefined,
    vision: false,
    reasoning: false,
    toolCalls: true,
  };
}

function chosenModel(model: Model): ChosenModel {
  const { id, name, supports } = model;
  const { vision, reasoning, toolCalls } = supports;
  return { id, name, ...limitsOf(model), vision, reasoning, toolCalls };
}

function limitsOf(model: Model) {
  const { contextTokens, promptTokens, outputTokens } = advertisedLimits(model, 'default');
  return { contextTokens, promptTokens, outputTokens };
}

const belongs = { anthropic: isClaude, openai: isOpenAi, google: isGoogle } as const;

function firstOf(vendors: readonly (keyof typeof belongs)[], models: readonly Model[]): readonly Model[] | undefined {
  return vendors.map((vendor) => models.filter(belongs[vendor])).find((found) => found.length > 0);
}

/** Four tokens in for one out, as coding goes. */
function costOf({ prices }: Model): number {
  if (prices === undefined) return 0;
  const { inputNanoAiu = 0, outputNanoAiu = 0 } = prices.default;
  return (4 * inputNanoAiu + outputNanoAiu) / prices.batchSize;
}
