/** Which Copilot API version goes up: the newest that worked, walked down once when GitHub refuses one. */

/** Small values kept between runs. */
export interface Memory {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}

export interface ApiVersions {
  current(): string;
  /** After a refusal of `refused`: true where another version is worth a try. One walk in a process, whole. */
  stepDown(refused: string): boolean;
  /** An answer came under `version`: remembered where it is not the newest. */
  worked(version: string): void;
}

const memoryKey = 'copilot-api-version';

/** `shipped` is newest first. What was remembered beside another list is forgotten: a new list may hold a better one. */
export function createApiVersions(shipped: readonly string[], memory: Memory | undefined): ApiVersions {
  const list = shipped.length > 0 ? shipped : ['2025-05-01'];
  const [newest = ''] = list;
  const remembered = memory?.get(memoryKey)?.split(' under ');
  const start = remembered?.[1] === newest ? list.indexOf(remembered[0] ?? '') : 0;
  let index = Math.max(0, start);
  let saved = index;
  /** All were refused since the last answer: then the fault is not the version, and asking each again is no use. */
  let exhausted = false;
  const current = (): string => list[index] ?? newest;

  return {
    current,
    stepDown(refused) {
      // Another call stepped down while this one was under way.
      if (refused !== current()) return list.indexOf(refused) < index;
      if (exhausted) return false;
      if (index + 1 >= list.length) {
        exhausted = true;
        index = saved;
        return false;
      }
      index += 1;
      return true;
    },
    worked(version) {
      exhausted = false;
      if (index === saved || version !== current()) return;
      saved = index;
      memory?.set(memoryKey, `${version} under ${newest}`);
    },
  };
}
