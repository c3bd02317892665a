/** The seat's models, cached: one flight fetches them, and a failed one keeps the last list. */
import type { Clock } from '../../base/clock.ts';
import { singleFlight } from '../../base/single-flight.ts';
import type { Model } from '../../canonical/model.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { readCatalog } from './catalog-row.ts';
import { parseJson } from './wire-value.ts';

export interface ModelCatalogOptions {
  /** The body of one successful `GET /models`. Rejects with a `ProxyError`. */
  readonly fetchText: () => Promise<string>;
  readonly clock: Clock;
  readonly freshMs: number;
  readonly notice: (level: 'info' | 'warn', message: string, fields?: Record<string, unknown>) => void;
}

/** After a failure GitHub is left alone for a while, the old list serves. */
const afterFailureMs = 30_000;

/** Rejects only while there has never been a list. */
export function createModelCatalog(options: ModelCatalogOptions): () => Promise<readonly Model[]> {
  const { clock } = options;
  let last: readonly Model[] | null = null;
  /** By either clock, like a token: the list of before a night's sleep is old. */
  let freshUntil = { wallMs: -Infinity, ms: -Infinity };

  function keepFor(freshMs: number): void {
    freshUntil = { wallMs: clock.now() + freshMs, ms: clock.monotonic() + freshMs };
  }

  const refresh = singleFlight(async () => {
    try {
      const models = readCatalog(parseJson(await options.fetchText()));
      if (models === undefined)
        throw new ProxyError('upstream_invalid_response', 'GitHub answered with something that is no model catalogue.');
      last = models;
      keepFor(options.freshMs);
      return models;
    } catch (thrown) {
      if (last === null) throw thrown;
      keepFor(afterFailureMs);
      options.notice('warn', 'the model catalogue could not be refreshed; the last one serves', {
        reason: thrown instanceof Error ? thrown.message : String(thrown),
      });
      return last;
    }
  });

  return async () => {
    if (last === null) return refresh();
    // The old list serves at once: nobody waits for a refresh.
    if (clock.now() >= freshUntil.wallMs || clock.monotonic() >= freshUntil.ms) refresh().catch(() => undefined);
    return last;
  };
}
