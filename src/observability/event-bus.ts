/** Tells every listener what happens to exchanges, in order, and survives a listener that throws. */
import type { ExchangeEvent } from './exchange-event.ts';

export type ExchangeListener = (event: ExchangeEvent) => void;

export interface EventBus {
  /** Tells all listeners synchronously; never throws. */
  publish(event: ExchangeEvent): void;
  /** Listens from now on; the returned function ends it. */
  subscribe(listener: ExchangeListener): () => void;
}

/** `onFault` hears of a listener that threw: a broken listener must not break an exchange. */
export function createEventBus(onFault: (thrown: unknown) => void): EventBus {
  const listeners = new Set<ExchangeListener>();
  return {
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (thrown) {
          onFault(thrown);
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
