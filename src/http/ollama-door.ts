/** The second door, for tools that know nothing but Ollama's port: the same paths, and this machine alone. */
import type { OllamaConfig } from '../config/config.ts';
import { guardRules, type BindSettings } from './bind-policy.ts';
import type { HttpDoorOptions } from './create-listener.ts';

/** Where it listens, whatever the settings say of the first. */
export const ollamaHost = '127.0.0.1';

/** What such tools look for before they ask anything else. */
const greeting = 'Ollama is running';

/** The options of the first door for the second one. */
export function ollamaDoor(first: HttpDoorOptions, { requireKey }: OllamaConfig, bind: BindSettings): HttpDoorOptions {
  const { keys, dashboard: _ownersPage, ...doors } = first;
  const open = {
    find: (presented: string) => keys.find(presented),
    get keyless() {
      return keys.keyless;
    },
    get anonymous() {
      return keys.keyless;
    },
  };
  return {
    // The owner's page is at the first door alone.
    ...doors,
    greeting,
    keys: requireKey ? keys : open,
    guard: guardRules({
      ...bind,
      host: ollamaHost,
      requireKey: requireKey && bind.requireKey,
      // A page of such a name has no key, and would need none here.
      allowHosts: requireKey ? bind.allowHosts : [],
      lan: false,
      behindProxy: [],
      tlsCert: null,
      tlsKey: null,
    }),
    trustedProxies: null,
  };
}
