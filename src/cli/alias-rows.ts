/** Every alias and what it means now: those of the settings, of keys, and the shipped ones. */
import type { Model } from '../canonical/model.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import type { AliasSummary } from '../control/contract.ts';
import { noNeeds } from '../routing/cheapest-model.ts';
import { noAliases, resolveModel, type Aliases, type AliasSettings } from '../routing/resolve-model.ts';
import { backgroundName, shippedAliases } from '../routing/shipped-aliases.ts';

export interface AliasSources {
  readonly config: Aliases;
  readonly keys: readonly { readonly label: string; readonly aliases: Aliases }[];
  readonly shippedOff: readonly string[];
}

const endpoints: readonly Endpoint[] = ['/chat/completions', '/responses', '/v1/messages'];

export function aliasRows(
  models: readonly Model[],
  { config, keys, shippedOff }: AliasSources,
): readonly AliasSummary[] {
  const settings: AliasSettings = { ...noAliases, config, shippedOff };
  const rowsOf = (aliases: Aliases, from: string, own: AliasSettings): AliasSummary[] =>
    Object.entries(aliases).map(([name, targets]) => ({
      name,
      from,
      target: targets.join('|'),
      means: meaningsOf(models, name, own),
    }));
  const shipped = shippedAliases.flatMap(({ name, usedBy }): AliasSummary[] => {
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
