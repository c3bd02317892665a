/** Every alias and what it means now: those of the settings, of keys, and the shipped ones. */
import type { Model } from '../canonical/model.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import { noNeeds } from '../routing/cheapest-model.ts';
import { noAliases, resolveModel, type Aliases, type AliasSettings } from '../routing/resolve-model.ts';
import { backgroundName, shippedAliases } from '../routing/shipped-aliases.ts';

export interface AliasRow {
  readonly name: string;
  /** `settings`, `key LABEL`, or what a shipped one is for. */
  readonly from: string;
  readonly target: string;
  /** Catalogue ids with the endpoints for which they serve; empty where the seat has nothing for it. */
  readonly means: readonly string[];
}

export interface AliasSources {
  readonly config: Aliases;
  readonly keys: readonly { readonly label: string; readonly aliases: Aliases }[];
  readonly shippedOff: readonly string[];
}

const endpoints: readonly Endpoint[] = ['/chat/completions', '/responses', '/v1/messages'];

export function aliasRows(models: readonly Model[], { config, keys, shippedOff }: AliasSources): readonly AliasRow[] {
  const settings: AliasSettings = { ...noAliases, config, shippedOff };
  const rowsOf = (aliases: Aliases, from: string, own: AliasSettings): AliasRow[] =>
    Object.entries(aliases).map(([name, targets]) => ({
      name,
      from,
      target: targets.join('|'),
      means: meaningsOf(models, name, own),
    }));
  const shipped = shippedAliases.flatMap(({ name, usedBy }): AliasRow[] => {
    const answer = resolveModel(models, name, { aliases: settings, needs: noNeeds, mayUse: () => true });
    // Whatever else means the name now stands before the shipped alias.
    if (answer.kind !== 'found' || answer.resolution.alias?.from !== 'shipped') return [];
    return [{ name, from: usedBy, target: backgroundName, means: meaningsOf(models, name, settings) }];
  });
  return [
    ...rowsOf(config, 'settings', settings),
    ...keys.flatMap(({ label, aliases }) => rowsOf(aliases, `key ${label}`, { ...settings, key: aliases })),
    ...shipped,
  ];
}

/** The model may differ by endpoint: what a protocol needs decides among several. */
function meaningsOf(models: readonly Model[], name: string, aliases: AliasSettings): readonly string[] {
  const servedBy = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const answer = resolveModel(models, name, { aliases, needs: { ...noNeeds, endpoint }, mayUse: () => true });
    if (answer.kind !== 'found') continue;
    const { id, kind, endpoints: has } = answer.resolution.model;
    if (kind === 'chat' && !has.includes(endpoint)) continue;
    servedBy.set(id, [...(servedBy.get(id) ?? []), endpoint]);
  }
  return [...servedBy].map(([id, on]) => (on.length === endpoints.length ? id : `${id} (${on.join(' ')})`));
}
