/** Holds what we write to the grammar of its protocol, for debugging and for tests: a fault is noted, nothing changes. */
import { parseJson } from '../canonical/json-value.ts';
import { readFrame } from '../framing/server-sent-events.ts';
import type { GrammarChecker, StreamWatch } from '../protocols/protocol.ts';
import { utf8Text } from './latin1-view.ts';

export function createCheckedWatch(
  watch: StreamWatch,
  grammar: GrammarChecker,
  onFault: (fault: string) => void,
): StreamWatch {
  let faults = 0;

  /** One fault leads to others: the first says what is wrong. */
  function note(fault: string | null) {
    if (fault === null) return;
    faults += 1;
    if (faults === 1) onFault(fault);
  }

  function check(frames: string) {
    for (const frame of frames.split(blankLine)) {
      const { data, hasData } = readFrame(frame, 0, frame.length);
      if (!hasData) continue;
      const text = utf8Text(data);
      note(grammar.push(text === '[DONE]' ? text : parseJson(text)));
    }
    if (watch.standing.ended) note(grammar.end());
  }

  return {
    get standing() {
      return watch.standing;
    },
    frame(text, start, end) {
      const verdict = watch.frame(text, start, end);
      if (typeof verdict === 'object' && verdict.kind === 'replace') check(verdict.text);
      return verdict;
    },
    completion() {
      const frames = watch.completion();
      if (frames !== null) check(frames);
      return frames;
    },
    failure(error, exchangeId) {
      const frames = watch.failure(error, exchangeId);
      check(frames);
      return frames;
    },
  };
}

/** Between two frames, as each protocol's encoder writes it. */
const blankLine = /\r?\n\r?\n/;
