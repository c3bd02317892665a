/** The events of every exchange in the log at `debug`: what `--verbose` adds to the one line at the end. */
import type { ExchangeListener } from './event-bus.ts';
import type { Logger } from './logger.ts';

/** `ended` is left out: the exchange's own line says it all. */
export function createEventLog(log: Pick<Logger, 'debug'>): ExchangeListener {
  return (event) => {
    if (event.type === 'ended') return;
    const { type, id, at: _at, ...fields } = event;
    log.debug(`${id} ${type}`, fields);
  };
}
