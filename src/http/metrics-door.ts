/** A door for whoever gathers figures on this machine: it asks for no key, and shows nothing else. */
import type { Caller } from '../canonical/caller.ts';
import { guardRules, type BindSettings } from './bind-policy.ts';
import type { HttpDoorOptions } from './create-listener.ts';

/** Where it listens, whatever the settings say of the first door. */
export const metricsHost = '127.0.0.1';

/** The options of the first door for this one. */
export function metricsDoor(first: HttpDoorOptions, bind: BindSettings): HttpDoorOptions {
  const { keys, dashboard: _ownersPage, webSocket: _calls, ...doors } = first;
  const gatherer = (): Caller => ({ ...keys.keyless, metricsOnly: true });
  return {
    ...doors,
    keys: {
      // Whatever is presented: a key that calls elsewhere is none here.
      find: gatherer,
      get anonymous() {
        return gatherer();
      },
      get keyless() {
        return gatherer();
      },
    },
    guard: guardRules({
      ...bind,
      host: metricsHost,
      requireKey: false,
      allowHosts: [],
      lan: false,
      behindProxy: [],
      tlsCert: null,
      tlsKey: null,
    }),
    trustedProxies: null,
  };
}
