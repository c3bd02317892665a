/** Finds the model that a caller's name means: by an alias of its key or of the settings, by the catalogue, by a shipped alias. */
import type { Model } from '../canonical/model.ts';
import { cheapestModel, fits, noNeeds, type ModelNeeds } from './cheapest-model.ts';
import { bareName, dashForm, withoutTag } from './model-name.ts';
import { resolveName, type NameMatch, type NameRule } from './resolve-name.ts';
import { backgroundName, shippedAliases } from './shipped-aliases.ts';

/** A name and what it means: one name, or several of which the first that can do what is asked serves. */
export type Aliases = Readonly<Record<string, readonly string[]>>;

export interface AliasSettings {
  /** Of the caller's key; they come before those of the settings. */
  readonly key: Aliases;
  readonly config: Aliases;
  /** Names of shipped aliases that are switched off; `*` for all. */
  readonly shippedOff: readonly string[];
}

export const noAliases: AliasSettings = { key: {}, config: {}, shippedOff: [] };

export interface AliasUse {
  readonly from: 'key' | 'config' | 'shipped';
  /** What the alias says: a name, or `background`. */
  readonly target: string;
}

export interface Resolution {
  readonly model: Model;
  readonly by: NameRule | 'alias';
  readonly alias?: AliasUse;
  /** A window was asked for (`[1m]`) that this model has not: what it has instead, in tokens. */
  readonly smallerWindow?: number;
}

export type ModelAnswer =
  | { readonly kind: 'found'; readonly resolution: Resolution }
  | { readonly kind: 'ambiguous'; readonly models: readonly Model[] }
  /** `alias` is there where one names nothing that the seat has. */
  | { readonly kind: 'unknown'; readonly alias?: AliasUse };

export interface ResolveOptions {
  readonly aliases: AliasSettings;
  readonly needs: ModelNeeds;
  /** What the caller's key may use. A choice is made among these alone. */
  readonly mayUse: (model: Model) => boolean;
}

const anyone: ResolveOptions = { aliases: noAliases, needs: noNeeds, mayUse: () => true };

export function resolveModel(models: readonly Model[], asked: string, options: ResolveOptions = anyone): ModelAnswer {
  const { aliases } = options;
  for (const from of ['key', 'config'] as const) {
    const targets = aliasNamed(aliases[from], asked);
    if (targets !== undefined) return aliasAnswer(models, targets, from, options);
  }
  const match = resolveName(models, asked);
  if (match.kind !== 'unknown') return answerOf(match);
  return isShippedAlias(asked, aliases.shippedOff)
    ? aliasAnswer(models, [backgroundName], 'shipped', options)
    : { kind: 'unknown' };
}

/** An own property alone: `constructor` is nobody's alias. The spelling of its name does not matter. */
function aliasNamed(aliases: Aliases, asked: string): readonly string[] | undefined {
  if (Object.hasOwn(aliases, asked)) return aliases[asked];
  const dashed = dashForm(withoutTag(asked));
  return Object.entries(aliases).find(([name]) => dashForm(name) === dashed)?.[1];
}

function isShippedAlias(asked: string, off: readonly string[]): boolean {
  const name = bareName(asked);
  const row = shippedAliases.find((alias) => dashForm(alias.name) === name);
  return row !== undefined && !off.some((entry) => entry === '*' || dashForm(entry) === name);
}

/** Of several targets the first that the key may use and that can do what is asked; else the first that there is. */
function aliasAnswer(
  models: readonly Model[],
  targets: readonly string[],
  from: AliasUse['from'],
  { needs, mayUse }: ResolveOptions,
): ModelAnswer {
  const found = targets.flatMap((target) => {
    const model = targetOf(models, target, needs, mayUse);
    return model === undefined ? [] : [{ model, target }];
  });
  const chosen =
    found.find(({ model }) => isReady(model) && mayUse(model) && fits(model, anyEndpoint(needs))) ?? found[0];
  if (chosen === undefined) return { kind: 'unknown', alias: { from, target: targets.join(', ') } };
  const { model, target } = chosen;
  return { kind: 'found', resolution: { model, by: 'alias', alias: { from, target } } };
}

/** An alias never leads to another one, so there are no circles. */
function targetOf(
  models: readonly Model[],
  target: string,
  needs: ModelNeeds,
  mayUse: (model: Model) => boolean,
): Model | undefined {
  const match = resolveName(models, target);
  if (match.kind === 'found') return match.model;
  if (target !== backgroundName) return undefined;
  const allowed = models.filter(mayUse);
  // A catalogue that says little of its models still has one for the endpoint, where nothing has to be translated.
  const endpointOnly = { ...noNeeds, endpoint: needs.endpoint };
  return [needs, anyEndpoint(needs), endpointOnly, noNeeds]
    .map((wanted) => cheapestModel(allowed, wanted))
    .find((model) => model !== undefined);
}

const anyEndpoint = (needs: ModelNeeds): ModelNeeds => ({ ...needs, endpoint: null });

const isReady = ({ policyState, endpoints }: Model): boolean => policyState === 'enabled' && endpoints.length > 0;

function answerOf(match: Exclude<NameMatch, { kind: 'unknown' }>): ModelAnswer {
  if (match.kind === 'ambiguous') return match;
  const { kind: _found, ...resolution } = match;
  return { kind: 'found', resolution };
}
