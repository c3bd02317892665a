/** A logger for tests that look elsewhere. */
import type { Logger } from '../../src/observability/logger.ts';

export const silentLogger: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  exchange: () => undefined,
  close: async () => undefined,
};
