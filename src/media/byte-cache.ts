/** Keeps what was made or fetched, by key, up to so many characters: the longest unused goes first. */

export interface ByteCache<T> {
  get(key: string): T | undefined;
  set(key: string, value: T, size: number): void;
}

export function createByteCache<T>(maxSize: number): ByteCache<T> {
  const kept = new Map<string, { readonly value: T; readonly size: number }>();
  let total = 0;

  function forget(key: string) {
    total -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  }

  return {
    get(key) {
      const entry = kept.get(key);
      if (entry === undefined) return undefined;
      kept.delete(key);
      kept.set(key, entry);
      return entry.value;
    },
    set(key, value, size) {
      forget(key);
      if (size > maxSize) return;
      kept.set(key, { value, size });
      total += size;
      for (const oldest of kept.keys()) {
        if (total <= maxSize) return;
        forget(oldest);
      }
    },
  };
}
