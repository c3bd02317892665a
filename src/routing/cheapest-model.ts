/** The cheapest model that can do what is asked: what `background` means. */
import type { Model } from '../canonical/model.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';

/** What a request needs of a model. */
export interface ModelNeeds {
  /** The endpoint that the caller's own protocol goes to; null where any will do. */
  readonly endpoint: Endpoint | null;
  readonly tools: boolean;
  readonly vision: boolean;
  readonly structuredOutputs: boolean;
}

export const noNeeds: ModelNeeds = { endpoint: null, tools: false, vision: false, structuredOutputs: false };

export function fits({ endpoints, supports }: Model, needs: ModelNeeds): boolean {
  return (
    (needs.endpoint === null || endpoints.includes(needs.endpoint)) &&
    (!needs.tools || supports.toolCalls) &&
    (!needs.vision || supports.vision)
  );
}

/** Among equals the first of the catalogue. Models that GitHub shows come before others, priced ones before unpriced. */
export function cheapestModel(models: readonly Model[], needs: ModelNeeds): Model | undefined {
  const usable = models.filter(
    (model) => model.kind === 'chat' && model.policyState === 'enabled' && model.endpoints.length > 0,
  );
  const fitting = usable.filter((model) => fits(model, needs));
  const listed = fitting.filter(({ listed }) => listed);
  const candidates = listed.length > 0 ? listed : fitting;
  // Some rows do not say that they keep to a schema and do: a preference, not a condition.
  const keeping = needs.structuredOutputs
    ? candidates.filter(({ supports }) => supports.structuredOutputs)
    : candidates;
  return (keeping.length > 0 ? keeping : candidates).toSorted((a, b) => costOf(a) - costOf(b))[0];
}

/** Small jobs read much more than they write: four tokens in for one out. */
function costOf({ prices }: Model): number {
  if (prices === undefined) return Number.MAX_VALUE;
  const { inputNanoAiu = 0, outputNanoAiu = 0 } = prices.default;
  return (4 * inputNanoAiu + outputNanoAiu) / prices.batchSize;
}
