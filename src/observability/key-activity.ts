/** What each key did since the start: the figures that its holder may ask for. */
import type { ExchangeEvent } from './exchange-event.ts';

export interface KeyActivity {
  readonly openExchanges: number;
  /** `exchanges` counts all that ended; `failed` and `canceled` are parts of it. */
  readonly counters: { readonly exchanges: number; readonly failed: number; readonly canceled: number };
}

export interface KeyActivities {
  observe(event: ExchangeEvent): void;
  of(keyId: string): KeyActivity;
}

export function createKeyActivities(): KeyActivities {
  const keyOfOpen = new Map<string, string>();
  const byKey = new Map<string, { open: number; exchanges: number; failed: number; canceled: number }>();

  function entryOf(keyId: string) {
    let entry = byKey.get(keyId);
    if (entry === undefined) byKey.set(keyId, (entry = { open: 0, exchanges: 0, failed: 0, canceled: 0 }));
    return entry;
  }

  return {
    observe(event) {
      if (event.type === 'started') {
        keyOfOpen.set(event.id, event.keyId);
        entryOf(event.keyId).open += 1;
        return;
      }
      if (event.type !== 'ended') return;
      const keyId = keyOfOpen.get(event.id);
      // An exchange whose client left before it had started.
      if (keyId === undefined) return;
      keyOfOpen.delete(event.id);
      const entry = entryOf(keyId);
      entry.open -= 1;
      entry.exchanges += 1;
      if (event.outcome !== 'finished') entry[event.outcome] += 1;
    },
    of(keyId) {
      const { open = 0, exchanges = 0, failed = 0, canceled = 0 } = byKey.get(keyId) ?? {};
      return { openExchanges: open, counters: { exchanges, failed, canceled } };
    },
  };
}
