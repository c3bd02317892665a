/** Keeps responses where they were asked to be kept, and finds them in either place. */
import type { Clock } from '../base/clock.ts';
import type { ResponseKeeping, StoredResponse } from '../canonical/stored-response.ts';
import type { OpenDatabase } from './open-database.ts';
import { createResponseMemory } from './response-memory.ts';
import { createResponseTable } from './response-table.ts';

export interface ResponseStore {
  put(response: StoredResponse, keeping: ResponseKeeping): void;
  find(keyId: string, id: string): StoredResponse | undefined;
  delete(keyId: string, id: string): boolean;
}

const megabyte = 1024 * 1024;
const hourMs = 60 * 60 * 1000;
const memoryBounds = { ttlMs: hourMs, maxBytes: 64 * megabyte, maxKeyBytes: 32 * megabyte };
const diskBounds = { ttlMs: 30 * 24 * hourMs, maxBytes: 512 * megabyte };

export interface ResponseStoreOptions {
  /** Undefined where the file could not be opened: then everything lives in memory. */
  readonly opened: OpenDatabase | undefined;
  readonly clock: Clock;
  readonly report: (thrown: unknown) => unknown;
}

export function createResponseStore({
  opened,
  clock,
  report,
}: ResponseStoreOptions): ResponseStore & { close(): void } {
  const memory = createResponseMemory({ clock, ...memoryBounds });
  const table = opened && createResponseTable({ opened, clock, report, ...diskBounds });
  return {
    put(response, keeping) {
      if (keeping === 'disk' && table) {
        memory.delete(response.keyId, response.id);
        table.put(response);
      } else {
        memory.put(response);
      }
    },
    find: (keyId, id) => memory.find(keyId, id) ?? table?.find(keyId, id),
    delete(keyId, id) {
      const wasInMemory = memory.delete(keyId, id);
      return (table?.delete(keyId, id) ?? false) || wasInMemory;
    },
    close() {
      memory.close();
      table?.close();
    },
  };
}
