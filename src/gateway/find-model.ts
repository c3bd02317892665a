/** Finds the model of an exchange: what the asked name means to this caller, and why it gets none. */
import { mayUseModel, type Caller } from '../canonical/caller.ts';
import { objectOf, type JsonObject } from '../canonical/json-value.ts';
import type { Model } from '../canonical/model.ts';
import type { Endpoint, ProtocolId } from '../canonical/protocol-id.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { findMedia } from '../media/find-media.ts';
import { noNeeds, type ModelNeeds } from '../routing/cheapest-model.ts';
import { ambiguousModel, missingModel } from '../routing/missing-model.ts';
import {
  noAliases,
  resolveModel,
  type AliasSettings,
  type ModelAnswer,
  type Resolution,
} from '../routing/resolve-model.ts';
import { containsImage } from '../upstream/copilot/vision.ts';
import { utf8Text } from './latin1-view.ts';
import { asksForSchema } from './refusals.ts';

/** What is known of names besides the catalogue. */
export interface ModelNames {
  readonly aliases: AliasSettings;
  /** Ids that only the other way of signing in lists, as far as somebody has asked. */
  readonly otherRoad: readonly string[];
}

export const noNames: ModelNames = { aliases: noAliases, otherRoad: [] };

export interface FindModelInput {
  readonly models: readonly Model[];
  readonly view: JsonObject;
  readonly caller: Pick<Caller, 'models' | 'aliases'>;
  readonly endpoint: Endpoint;
  readonly protocol: ProtocolId;
  readonly names?: ModelNames | undefined;
}

/** What the name in a body means; undefined where there is none. */
export function askModel(input: FindModelInput): ModelAnswer | undefined {
  const { models, view, caller, endpoint, protocol, names = noNames } = input;
  const { model: asked } = view;
  if (typeof asked !== 'string' || asked === '') return undefined;
  return resolveModel(models, asked, {
    aliases: { ...names.aliases, key: caller.aliases ?? names.aliases.key },
    needs: endpoint === '/embeddings' ? noNeeds : needsOf(view, endpoint, protocol),
    mayUse: (model) => mayUseModel(caller, model.id),
  });
}

/** Errors: `invalid_request`, `model_not_found`, `model_not_allowed`. */
export function findModel(input: FindModelInput): Resolution {
  const answer = askModel(input);
  if (answer === undefined)
    throw new ProxyError('invalid_request', 'model: a model name (a string) is required.', { param: 'model' });
  // The name goes into a log line and a terminal: only what prints.
  const shown = utf8Text(String(input.view['model']))
    .replaceAll(/[\p{C}]/gu, '\uFFFD')
    .slice(0, 100);
  const models = input.models.filter((model) => mayUseModel(input.caller, model.id));
  switch (answer.kind) {
    case 'ambiguous':
      throw ambiguousModel(shown, answer.models);
    case 'unknown':
      throw missingModel({ asked: shown, models, otherRoad: input.names?.otherRoad ?? [], alias: answer.alias });
    case 'found':
      requirePermission(input.caller, answer.resolution.model);
      requirePolicy(answer.resolution.model);
      return answer.resolution;
  }
}

function requirePermission(caller: Pick<Caller, 'models'>, model: Model) {
  if (mayUseModel(caller, model.id)) return;
  throw new ProxyError(
    'model_not_allowed',
    `This API key may not use model '${model.id}': GET /v1/models lists the models that it may use.`,
    { param: 'model' },
  );
}

/** Words of the catalogue for "not before somebody agrees"; a word that nobody knows is left to the upstream. */
const closedStates: ReadonlySet<string> = new Set(['disabled', 'unconfigured', 'pending', 'requires_consent']);

function requirePolicy({ id, policyState }: Model) {
  if (!closedStates.has(policyState)) return;
  throw new ProxyError(
    'model_not_found',
    `model '${id}' is switched off for this seat (policy: ${policyState}). \`crossfeed models enable ${id}\` shows its terms and switches it on; in an organisation its owner does.`,
    { param: 'model' },
  );
}

/** The changes that a name's meaning stands for; how it is spelled upstream is the rule `catalogue-id`. */
export function nameEdits({ model, alias, smallerWindow }: Resolution): RequestEdit[] {
  const edits: RequestEdit[] = [];
  if (alias !== undefined) {
    const whose = { key: 'of this key', config: 'of the settings', shipped: 'that Crossfeed ships' }[alias.from];
    const chosen = alias.target === model.id ? '' : `, which is ${model.id}`;
    edits.push({ rule: 'model-alias', reason: `An alias ${whose} for ${alias.target}${chosen}.`, path: 'model' });
  }
  if (smallerWindow !== undefined) {
    const reason = `The seat lists no variant with the longer window; ${model.id} has ${smallerWindow} tokens.`;
    edits.push({ rule: 'smaller-window', reason, path: 'model' });
  }
  return edits;
}

function needsOf(view: JsonObject, endpoint: Endpoint, protocol: ProtocolId): ModelNeeds {
  const format = objectOf(view['response_format'] ?? objectOf(view['text'])['format'] ?? view['output_config']);
  let vision: boolean | undefined;
  return {
    endpoint,
    tools: Array.isArray(view['tools']) && view['tools'].length > 0,
    // Only a choice among models asks, and then for each: a long conversation is looked through once.
    get vision() {
      return (vision ??=
        containsImage(endpoint, view) || findMedia(protocol, view).some(({ kind }) => kind === 'image'));
    },
    structuredOutputs:
      format['type'] === 'json_schema' || format['format'] !== undefined || asksForSchema(protocol, view),
  };
}
