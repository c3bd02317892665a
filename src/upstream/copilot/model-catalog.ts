/** The seat's models, cached: one flight fetches them, and a failed one keeps the last list. */
import type { Clock } from '../../base/clock.ts';
import { singleFlight } from '../../base/single-flight.ts';
import type { Model } from '../../canonical/model.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { readCatalog, readTerms } from './catalog-row.ts';
import { parseJson } from '../../canonical/json-value.ts';

export interface ModelCatalogOptions {
  /** The body of one successful `GET /models`. Rejects with a `ProxyError`. */
  readonly fetchText: () => Promise<string>;
  readonly clock: Clock;
  readonly freshMs: number;
  readonly notice: (level: 'info' | 'warn', message: string, fields?: Record<string, unknown>) => void;
}

export interface ModelCatalog {
  /** Rejects only while there has never been a list. */
  readonly models: () => Promise<readonly Model[]>;
  /** The terms in the row of `modelId` as of the last list. */
  terms(modelId: string): string | undefined;
  /** Asks anew, and waits for it: what is under way already may be older than its caller's reason. */
  refresh(): Promise<void>;
}

/** After a failure GitHub is left alone for a while, the old list serves. */
const afterFailureMs = 30_000;

export function createModelCatalog(options: ModelCatalogOptions): ModelCatalog {
  const { clock } = options;
  let last: readonly Model[] | null = null;
  let terms: ReadonlyMap<string, string> = new Map();
  /** By either clock, like a token: the list of before a night's sleep is old. */
  let freshUntil = { wallMs: -Infinity, ms: -Infinity };

  function keepFor(freshMs: number): void {
    freshUntil = { wallMs: clock.now() + freshMs, ms: clock.monotonic() + freshMs };
  }

  let flights = 0;

  const refresh = singleFlight(async () => {
    flights += 1;
    try {
      const json = parseJson(await options.fetchText());
      const models = readCatalog(json);
      if (models === undefined)
        throw new ProxyError('upstream_invalid_response', 'GitHub answered with something that is no model catalogue.');
      last = models;
      terms = readTerms(json);
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
  return {
    async models() {
      if (last === null) return refresh();
      // The old list serves at once: nobody waits for a refresh.
      if (clock.now() >= freshUntil.wallMs || clock.monotonic() >= freshUntil.ms) refresh().catch(() => undefined);
      return last;
    },
    terms: (modelId) => terms.get(modelId),
    async refresh() {
      const underWay = flights;
      await refresh();
      if (flights === underWay) await refresh();
    },
  };
}
