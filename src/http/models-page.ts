/** Which list a caller wants, and what stands in it: the models that its key may use, and the names it has for them. */
import type { IncomingHttpHeaders } from 'node:http';
import { mayUseModel, type Caller } from '../canonical/caller.ts';
import type { ContextTier, Model } from '../canonical/model.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { noNeeds } from '../routing/cheapest-model.ts';
import { noAliases, resolveModel, type AliasSettings } from '../routing/resolve-model.ts';
import { discoveryName } from '../routing/resolve-name.ts';
import { codexCatalogue } from './codex-catalogue.ts';
import { geminiModel, geminiPage } from './gemini-models.ts';
import { ollamaShow, ollamaTags } from './ollama-models.ts';
import {
  anthropicModel,
  anthropicPage,
  openAiModel,
  usableModels,
  withDiscoveryNames,
  type ListedModel,
} from './models-list.ts';

/** What the settings say of names and price tiers. */
export interface ListNames {
  readonly aliases: AliasSettings;
  readonly contextTier: ContextTier;
  /** Models whose limits reach into the dearer tier, whatever `contextTier` says. */
  readonly longContext: readonly string[];
}

const plainNames: ListNames = { aliases: noAliases, contextTier: 'default', longContext: [] };

export interface ListRequest {
  readonly headers: IncomingHttpHeaders;
  readonly query: string;
  /** What the path says already. */
  readonly listAs?: ListShape;
}

export type ListShape = 'gemini' | 'ollama' | 'codex' | 'anthropic' | 'openai';

/** `decisions.md` 49: by header, or by a parameter that only one vendor's list has; OpenAI's where nothing tells. */
export function listShape({ headers, query, listAs }: ListRequest): ListShape {
  if (listAs !== undefined) return listAs;
  if (headers['x-goog-api-key'] !== undefined || headers['x-goog-api-client'] !== undefined) return 'gemini';
  const parameters = new URLSearchParams(query);
  if (parameters.has('client_version')) return 'codex';
  if (headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined) return 'anthropic';
  return ['limit', 'after_id', 'before_id'].some((name) => parameters.has(name)) ? 'anthropic' : 'openai';
}

export function modelsPage(request: ListRequest, caller: Caller, models: readonly Model[], names = plainNames): object {
  const listed = listedModels(caller, models, names);
  const own = [...listed, ...aliasEntries(caller, listed, names)];
  switch (listShape(request)) {
    case 'gemini':
      return geminiPage(listed, new URLSearchParams(request.query));
    case 'ollama':
      return ollamaTags(own);
    case 'codex':
      return codexCatalogue(own);
    case 'anthropic':
      return anthropicPage(withDiscoveryNames(own), new URLSearchParams(request.query));
    case 'openai':
      return { object: 'list', data: own.map(openAiModel) };
  }
}

/** One model, by any name that a call could give. Code: `model_not_found`. */
export function modelEntry(
  request: ListRequest,
  caller: Caller,
  models: readonly Model[],
  names = plainNames,
  asked = '',
): object {
  const listed = listedModels(caller, models, names);
  const answer = answerOf(caller, listed, names, asked);
  const found = answer.kind === 'found' ? answer.resolution : undefined;
  const entry = listed.find(({ model }) => model === found?.model);
  if (entry === undefined || found === undefined)
    throw new ProxyError('model_not_found', `The model '${asked.slice(0, 200)}' does not exist for this seat.`);
  // A name that stands in a list is answered as it stands there.
  const isListName = found.by === 'alias' || asked === discoveryName(entry.model);
  const named = isListName ? { ...entry, id: asked } : entry;
  switch (listShape(request)) {
    case 'gemini':
      return geminiModel(named);
    case 'ollama':
      return ollamaShow(named);
    case 'anthropic':
      return anthropicModel(named);
    case 'codex':
    case 'openai':
      return openAiModel(named);
  }
}

function listedModels(caller: Caller, models: readonly Model[], names: ListNames): readonly ListedModel[] {
  const longIds = new Set(
    names.longContext.flatMap((name) => {
      const answer = resolveModel(models, name);
      return answer.kind === 'found' ? [answer.resolution.model.id] : [];
    }),
  );
  const tier = caller.contextTier ?? names.contextTier;
  return usableModels(models)
    .filter(({ id }) => mayUseModel(caller, id))
    .map((model) => ({ id: model.id, model, tier: longIds.has(model.id) ? 'long' : tier }));
}

/** Aliases that people made, for clients that offer only what a list holds; not the shipped ones, which nobody chooses. */
function aliasEntries(caller: Caller, listed: readonly ListedModel[], names: ListNames): readonly ListedModel[] {
  const ids = new Set(listed.map(({ id }) => id));
  return Object.keys({ ...names.aliases.config, ...caller.aliases })
    .filter((id) => !ids.has(id))
    .flatMap((id) => {
      const answer = answerOf(caller, listed, names, id);
      const entry = answer.kind === 'found' && listed.find(({ model }) => model === answer.resolution.model);
      return entry ? [{ ...entry, id }] : [];
    });
}

function answerOf(caller: Caller, listed: readonly ListedModel[], { aliases }: ListNames, asked: string) {
  return resolveModel(
    listed.map(({ model }) => model),
    asked,
    { aliases: { ...aliases, key: caller.aliases ?? aliases.key }, needs: noNeeds, mayUse: () => true },
  );
}
