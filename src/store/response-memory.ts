/** Responses that nobody asked to store: in memory, bounded for all and for each key, gone after an hour without use. */
import type { Clock, Timer } from '../base/clock.ts';
import type { StoredResponse } from '../canonical/stored-response.ts';

export interface ResponseMemoryOptions {
  readonly clock: Clock;
  readonly ttlMs: number;
  readonly maxBytes: number;
  /** One key's share: a busy one must not push out what the others go on from. */
  readonly maxKeyBytes: number;
}

export interface ResponseMemory {
  put(response: StoredResponse): void;
  find(keyId: string, id: string): StoredResponse | undefined;
  delete(keyId: string, id: string): boolean;
  close(): void;
}

interface Entry {
  readonly response: StoredResponse;
  readonly bytes: number;
  usedAtMs: number;
}

/** What an entry costs beside its texts, roughly: many small ones must be bounded too. */
const entryBytes = 500;

const nameOf = (keyId: string, id: string) => `${keyId}\0${id}`;

export function createResponseMemory({ clock, ttlMs, maxBytes, maxKeyBytes }: ResponseMemoryOptions): ResponseMemory {
  /** The least recently used first. */
  const entries = new Map<string, Entry>();
  const keyBytes = new Map<string, number>();
  let allBytes = 0;
  let sweep: Timer | undefined;

  function drop(name: string): boolean {
    const entry = entries.get(name);
    if (entry === undefined) return false;
    entries.delete(name);
    allBytes -= entry.bytes;
    const { keyId } = entry.response;
    const left = (keyBytes.get(keyId) ?? 0) - entry.bytes;
    if (left > 0) keyBytes.set(keyId, left);
    else keyBytes.delete(keyId);
    return true;
  }

  // Either clock may stop or jump; an hour that is too long or too short harms nobody.
  const isOver = ({ usedAtMs }: Entry) => clock.monotonic() - usedAtMs >= ttlMs;

  /** Prompts leave the memory also where nobody asks any more. */
  function schedule() {
    if (sweep !== undefined || entries.size === 0) return;
    sweep = clock.after(ttlMs, () => {
      sweep = undefined;
      dropExpired();
      schedule();
    });
  }

  function dropExpired() {
    for (const [name, entry] of entries) {
      if (!isOver(entry)) break;
      drop(name);
    }
  }

  function makeRoom(keyId: string) {
    for (const [name, { response }] of entries) {
      if ((keyBytes.get(keyId) ?? 0) <= maxKeyBytes) break;
      if (response.keyId === keyId) drop(name);
    }
    for (const name of entries.keys()) {
      if (allBytes <= maxBytes) break;
      drop(name);
    }
  }

  return {
    put(response) {
      const { keyId, id, input, response: text } = response;
      const name = nameOf(keyId, id);
      drop(name);
      dropExpired();
      const bytes = input.length + text.length + entryBytes;
      entries.set(name, { response, bytes, usedAtMs: clock.monotonic() });
      allBytes += bytes;
      keyBytes.set(keyId, (keyBytes.get(keyId) ?? 0) + bytes);
      makeRoom(keyId);
      schedule();
    },
    find(keyId, id) {
      const name = nameOf(keyId, id);
      const entry = entries.get(name);
      if (entry === undefined) return undefined;
      if (isOver(entry)) {
        drop(name);
        return undefined;
      }
      entry.usedAtMs = clock.monotonic();
      entries.delete(name);
      entries.set(name, entry);
      return entry.response;
    },
    delete: (keyId, id) => drop(nameOf(keyId, id)),
    close() {
      sweep?.cancel();
      entries.clear();
      keyBytes.clear();
      allBytes = 0;
    },
  };
}
