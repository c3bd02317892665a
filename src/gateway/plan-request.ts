/** From a request's body to its plan, with what was learned and what its session remembers: the same for a preview. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../canonical/caller.ts';
import type { Model } from '../canonical/model.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import type { LimitsConfig } from '../config/config.ts';
import type { MediaDesk } from '../media/media-desk.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { refuseDearerTier, type TierSettings } from './context-tier.ts';
import type { Corrected, Corrector } from './corrector.ts';
import { readEmbeddingsInput, type DecodeTokens } from './embeddings-input.ts';
import type { EndpointRefusals } from './endpoint-refusals.ts';
import { askModel, findModel, type ModelNames } from './find-model.ts';
import { fitMedia } from './fit-media.ts';
import type { InferenceRoute } from './gateway.ts';
import { chosenEndpoint, endpointFor, planExchange } from './plan-exchange.ts';
import type { RequestBody } from './request-body.ts';
import type { SeatModelsDesk } from './seat-models.ts';
import type { SessionNotes } from './session-memory.ts';

export interface PlanDeps {
  readonly upstreamOf: (accountName: string) => Upstream;
  readonly seatModels: SeatModelsDesk;
  readonly names: ModelNames;
  readonly corrector: Corrector;
  readonly limits: LimitsConfig;
  readonly disabledRules: ReadonlySet<string>;
  readonly decodeTokens: DecodeTokens;
  readonly endpointRefusals: EndpointRefusals;
  /** Models that refused a `compaction_trigger`. */
  readonly compactionRefusals: EndpointRefusals;
  readonly endpointOverrides: ReadonlyMap<string, Endpoint>;
  readonly tiers: TierSettings;
  readonly media: MediaDesk;
}

export interface RequestToPlan {
  readonly route: InferenceRoute;
  readonly headers: IncomingHttpHeaders;
  readonly body: RequestBody;
  /** Edits that were made on the way to this body. */
  readonly edits: readonly RequestEdit[];
  readonly caller: Caller;
  readonly session: string;
  /** Read here, written by whoever sends. */
  readonly notes: SessionNotes;
  /** Nothing is sent, and so nothing is fetched either. */
  readonly isPreview?: boolean;
  /** What the ledger calls a call that the proxy makes in answer to another one. */
  readonly madeAs?: string | undefined;
}

export interface PlannedRequest {
  readonly upstream: Upstream;
  readonly corrected: Corrected;
  /** Plans anew, with what was learned meanwhile. */
  readonly replan: () => Corrected;
  /** The caller of an embedding wants its numbers as base64. */
  readonly asBase64: boolean;
}

/** The model that a request names, without a plan. Errors: those of the account, of the catalogue and of `findModel`. */
export async function findAsked(
  deps: Pick<PlanDeps, 'upstreamOf' | 'seatModels' | 'names'>,
  { route, body, caller }: Pick<RequestToPlan, 'route' | 'body' | 'caller'>,
): Promise<Model> {
  const { names, seatModels } = deps;
  const question = { view: body.view, caller, endpoint: endpointFor(route), protocol: route.protocol };
  const upstream = deps.upstreamOf(caller.accountName);
  const { models, otherRoad } = await seatModels.of(upstream, (known) =>
    askModel({ ...question, models: known, names }),
  );
  return findModel({ ...question, models, names: { ...names, otherRoad } }).model;
}

/** Where such a request is asked. Errors: those of `findAsked`. */
export async function findEndpoint(
  deps: PlanDeps,
  request: Pick<RequestToPlan, 'route' | 'body' | 'caller'>,
): Promise<Endpoint> {
  const { route, body } = request;
  const { endpointOverrides, endpointRefusals } = deps;
  const refusedBy = (asked: Model, at: Endpoint) => endpointRefusals.holds(asked, at);
  return chosenEndpoint({ route, body, endpointOverrides, refusedBy }, await findAsked(deps, request));
}

/** Asks for nothing but the catalogue. Errors: those of the account, of the catalogue and of `planExchange`. */
export async function planRequest(deps: PlanDeps, request: RequestToPlan): Promise<PlannedRequest> {
  const { names, limits, disabledRules } = deps;
  const { route, headers, caller, session, notes } = request;
  const { view } = request.body;
  let { body } = request;
  let earlierEdits = request.edits;
  let asBase64 = false;
  const upstream = deps.upstreamOf(caller.accountName);
  const endpoint = endpointFor(route);
  let asked: { readonly models: readonly Model[]; readonly answer: ReturnType<typeof askModel> } | undefined;
  const ask = (models: readonly Model[]) => {
    if (asked?.models !== models)
      asked = { models, answer: askModel({ models, view, caller, endpoint, protocol: route.protocol, names }) };
    return asked.answer;
  };
  const { models, otherRoad } = await deps.seatModels.of(upstream, ask);
  const refusedBy = (asked: Model, at: Endpoint) => deps.endpointRefusals.holds(asked, at);
  const answer = ask(models);
  const model = answer?.kind === 'found' ? answer.resolution.model : undefined;
  if (route.operation === 'embed') {
    const input = await readEmbeddingsInput(body, model, deps.decodeTokens);
    ({ body, asBase64 } = input);
    earlierEdits = [...earlierEdits, ...input.edits];
  } else if (model !== undefined) {
    const { isPreview = false } = request;
    const { endpointOverrides } = deps;
    const fitted = await fitMedia(deps.media, {
      route,
      body,
      refusedBy,
      endpointOverrides,
      model,
      models,
      session,
      isPreview,
    });
    body = fitted.body;
    earlierEdits = [...earlierEdits, ...fitted.edits];
  }
  const replan = () => {
    const planned = planExchange({
      route,
      headers,
      body,
      caller,
      session,
      endpointOverrides: deps.endpointOverrides,
      refusedBy,
      refusesCompaction: (model) => deps.compactionRefusals.holds(model, '/responses'),
      models,
      names: { ...names, otherRoad },
      limits,
      disabledRules,
      earlierEdits,
      prunedBefore: notes.prunedTools,
      madeAs: request.madeAs,
    });
    return deps.corrector.correct(planned, notes);
  };
  const corrected = replan();
  const { model: planned, headers: declared } = corrected.plan;
  const interaction = declared['x-interaction-type'];
  refuseDearerTier(deps.tiers, { route, model: planned, interaction, view, caller, models, prompts: notes.prompts });
  return { upstream, corrected, replan, asBase64 };
}
