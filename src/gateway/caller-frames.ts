/** Looks at, or changes, each frame on its way to the caller, whoever wrote it. */
import type { StreamWatch } from '../protocols/protocol.ts';

/**
 * `watch` with `map` over the frames that go down: each a latin1 view with its closing blank line; the same text back
 * means unchanged, and bytes that were not changed go down as they came.
 */
export function mapCallerFrames(watch: StreamWatch, map: (frame: string) => string): StreamWatch {
  /** What a watch wrote itself may be several frames. */
  function mapAll(text: string): string {
    const first = text.indexOf('\n\n') + 2;
    if (first === 1 || first === text.length) return map(text);
    let out = '';
    let from = 0;
    for (let at = first; at > 1; at = text.indexOf('\n\n', from) + 2) {
      out += map(text.slice(from, at));
      from = at;
    }
    return out + text.slice(from);
  }

  return {
    standing: watch.standing,
    frame(text, start, end) {
      const verdict = watch.frame(text, start, end);
      if (verdict === 'forward') {
        const frame = text.slice(start, end);
        const mapped = map(frame);
        return mapped === frame ? verdict : { kind: 'replace', text: mapped };
      }
      if (verdict === 'drop' || verdict.kind !== 'replace') return verdict;
      return { kind: 'replace', text: mapAll(verdict.text) };
    },
    completion() {
      const ending = watch.completion();
      return ending === null ? null : mapAll(ending);
    },
    failure: (error, exchangeId) => mapAll(watch.failure(error, exchangeId)),
  };
}
