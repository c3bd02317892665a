/** Lets a stream say the name that its caller asked for, where the upstream says the one of its own version. */
import { objectOf } from '../canonical/json-value.ts';
import { parseLatin1Json } from '../framing/latin1-json.ts';
import { readFrame } from '../framing/server-sent-events.ts';
import type { FrameVerdict, StreamWatch } from './protocol.ts';

/**
 * `watch` with another name in its frames; `asked` is a latin1 view. The name is learned from the first frame that
 * has it, and spliced from then on: a member cannot be mistaken for text, whose quotes are escaped. `once` is for
 * protocols that say it in one event alone.
 */
export function withAskedModel(watch: StreamWatch, asked: string, { once }: { readonly once: boolean }): StreamWatch {
  const to = `"model":${JSON.stringify(asked)}`;
  /** The upstream's member as it is written; empty until it was seen. */
  let from = '';
  let settled = false;

  /** Whether a frame of `text` says another name than the one asked for. */
  function learn(text: string): boolean {
    const said = text
      .split('\n\n')
      .map(nameIn)
      .find((name) => name !== undefined);
    if (said === undefined) return false;
    if (said === asked) {
      settled = once;
      return false;
    }
    const literal = JSON.stringify(said).replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
    const found = new RegExp(`"model"\\s*:\\s*${literal}`).exec(text);
    if (found === null) return false;
    [from] = found;
    return true;
  }

  function renamed(text: string): string {
    if (settled) return text;
    let at = from === '' ? -1 : text.indexOf(from);
    if (at < 0) {
      if (!text.includes('"model"') || !learn(text)) return text;
      at = text.indexOf(from);
    }
    settled = once;
    return text.slice(0, at) + to + text.slice(at + from.length);
  }

  /** What the watch wrote itself may be several frames. */
  function renamedAll(text: string): string {
    const first = renamed(text);
    return settled || from === '' ? first : first.replaceAll(from, () => to);
  }

  return {
    standing: watch.standing,
    frame(text, start, end): FrameVerdict {
      const verdict = watch.frame(text, start, end);
      if (verdict === 'forward') {
        if (settled) return verdict;
        const frame = text.slice(start, end);
        const changed = renamed(frame);
        return changed === frame ? verdict : { kind: 'replace', text: changed };
      }
      if (verdict === 'drop' || verdict.kind !== 'replace') return verdict;
      return { kind: 'replace', text: renamedAll(verdict.text) };
    },
    completion() {
      const ending = watch.completion();
      return ending === null ? null : renamedAll(ending);
    },
    failure: (error, exchangeId) => renamedAll(watch.failure(error, exchangeId)),
  };
}

/** Chat says it in each chunk, Messages in its `message`, Responses in its `response`. An empty one says nothing. */
function nameIn(frame: string): string | undefined {
  const payload = objectOf(parseLatin1Json(readFrame(frame, 0, frame.length).data));
  for (const holder of [payload, objectOf(payload['message']), objectOf(payload['response'])]) {
    const { model } = holder;
    if (typeof model === 'string' && model !== '') return model;
  }
  return undefined;
}
