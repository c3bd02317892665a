/** Tells every listener what happens to exchanges, in order, and survives a listener that throws. */
import type { ExchangeEvent } from './exchange-event.ts';

export type ExchangeListener = (event: ExchangeEvent) => void;

export interface EventBus {
  /** Tells all listeners synchronously; never throws. */
  publish(event: ExchangeEvent): void;
  /** Listens from now on; the returned function ends it. */
  subscribe(listener: ExchangeListener): () => void;
}

/**
 * `onFault` hears of a listener that threw: a broken listener must not break an exchange. `redact` takes secrets out of
 * the one text that others may have written, an error's message, so that no listener can keep or show one.
 */
export function createEventBus(
  onFault: (thrown: unknown) => void,
  redact: (text: string) => string = (text) => text,
): EventBus {
  const listeners = new Set<ExchangeListener>();
  return {
    publish(told) {
      const event = withoutSecrets(told, redact);
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

function withoutSecrets(event: ExchangeEvent, redact: (text: string) => string): ExchangeEvent {
  if (event.type !== 'ended' || event.error === null) return event;
  return { ...event, error: { ...event.error, message: redact(event.error.message) } };
}
