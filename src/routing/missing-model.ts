/** Says why a name gets no model: retired, ambiguous, on the other road, or unknown, with the names that are near. */
import type { Model } from '../canonical/model.ts';
import { priceText } from '../canonical/price-text.ts';
import { nearestNames } from '../config/nearest-name.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { bareName, compareVersions, dashForm, partsOf } from './model-name.ts';
import type { AliasUse } from './resolve-model.ts';
import { retiredModels } from './retired-models.ts';

export interface MissingModel {
  /** Fit to be shown. */
  readonly asked: string;
  /** What the caller's key may use. */
  readonly models: readonly Model[];
  /** Ids that only the other way of signing in lists. */
  readonly otherRoad: readonly string[];
  readonly alias?: AliasUse | undefined;
}

/** Code: `model_not_found`. */
export function missingModel({ asked, models, otherRoad, alias }: MissingModel): ProxyError {
  if (alias !== undefined) {
    const where = { key: 'this key', config: 'the settings', shipped: 'Crossfeed' }[alias.from];
    return notFound(
      `model '${asked}' is an alias of ${where} for ${alias.target}, and this seat has no such model. ${listHint}`,
    );
  }
  const usable = models.filter((model) => model.policyState === 'enabled' && model.endpoints.length > 0);
  const retired = retiredAs(asked);
  if (retired !== undefined) {
    const next = successorOf(asked, usable);
    const instead = next === undefined ? listHint : `Its successor is ${withPrice(next)}: ask for it by that name.`;
    return notFound(`model '${asked}' was retired by GitHub on ${retired.since}. ${instead}`);
  }
  const dashed = dashForm(asked);
  if (otherRoad.some((id) => dashForm(id) === dashed))
    return notFound(
      `model '${asked}' is listed only for the other way of signing in: \`crossfeed status\` shows both roads, \`crossfeed login\` and upstream.road change it.`,
    );
  const near = nearTo(asked, usable);
  const hint = near.length === 0 ? '' : ` Did you mean ${near.join(', ')}?`;
  return notFound(`model '${asked}' not found.${hint} ${listHint}`);
}

/** Code: `model_not_found`. */
export function ambiguousModel(asked: string, models: readonly Model[]): ProxyError {
  const ids = models.slice(0, 5).map(({ id }) => id);
  return notFound(`model '${asked}' is the name of several: ${ids.join(', ')}. Ask for one of them.`);
}

const listHint = 'GET /v1/models lists the models of this seat.';

function notFound(message: string): ProxyError {
  return new ProxyError('model_not_found', message, { param: 'model' });
}

function retiredAs(asked: string) {
  const name = bareName(asked);
  return retiredModels.find(({ id }) => name === dashForm(id) || name === `${dashForm(id)}-preview`);
}

/** The newest model with the most of its words; the first word at least, which is the house. */
function successorOf(asked: string, models: readonly Model[]): Model | undefined {
  const old = partsOf(bareName(asked));
  const ranked = models
    .filter(({ kind }) => kind === 'chat')
    .map((model) => ({ model, parts: partsOf(model.id) }))
    .filter(({ parts }) => parts.words[0] === old.words[0])
    .map((one) => ({ ...one, shared: sharedWords(one.parts.words, old.words) }))
    .toSorted(
      (a, b) =>
        b.shared - a.shared ||
        Number(b.model.listed) - Number(a.model.listed) ||
        compareVersions(b.parts.version, a.parts.version),
    );
  return ranked[0]?.model;
}

/** Words that only one of the two has count against it. */
function sharedWords(words: readonly string[], others: readonly string[]): number {
  const shared = words.filter((word) => others.includes(word)).length;
  return 2 * shared - words.length - others.length;
}

function nearTo(asked: string, models: readonly Model[]): readonly string[] {
  const idOf = new Map(models.map(({ id }) => [dashForm(id), id]));
  const name = bareName(asked);
  return nearestNames(name, idOf.keys(), 3).map((dashed) => idOf.get(dashed) ?? dashed);
}

function withPrice(model: Model): string {
  const price = priceText(model.prices);
  return price === undefined ? model.id : `${model.id} (${price} credits for a million tokens)`;
}
