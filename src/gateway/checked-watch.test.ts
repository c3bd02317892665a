/** A fault in what we write is told once, and what we write goes out as it is. */
import { expect, test } from 'vitest';
import { createMessagesGrammar } from '../protocols/anthropic-messages/grammar.ts';
import { newStanding, type StreamWatch } from '../protocols/protocol.ts';
import { createGeminiGrammar } from '../protocols/gemini/grammar.ts';
import { createCheckedWatch } from './checked-watch.ts';

function watchOf(texts: readonly string[]): StreamWatch {
  const standing = newStanding();
  let at = 0;
  return {
    standing,
    frame: () => {
      const text = texts[at] ?? '';
      at += 1;
      standing.ended = at === texts.length;
      return { kind: 'replace', text };
    },
    completion: () => null,
    failure: () => 'event: error\ndata: {"type":"error","error":{}}\n\n',
  };
}

const start = 'event: message_start\ndata: {"type":"message_start","message":{"content":[]}}\n\n';
const stop = 'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n';

test('the first fault is told, the frames go out', () => {
  const faults: string[] = [];
  const watch = createCheckedWatch(watchOf([start + stop, stop]), createMessagesGrammar(), (fault) =>
    faults.push(fault),
  );
  expect(watch.frame('', 0, 0)).toEqual({ kind: 'replace', text: start + stop });
  watch.frame('', 0, 0);
  expect(faults).toEqual(['a stop of a block that is not open']);
});

test("lines that end in CR LF, as Google's do, are told apart as well", () => {
  const faults: string[] = [];
  const frame =
    'data: {"candidates":[{"content":{"role":"model","parts":[{"text":"a"}]},"index":0,"finishReason":"STOP"}]}';
  const frames = `${frame}\r\n\r\n${frame}\r\n\r\n`;
  const watch = createCheckedWatch(watchOf([frames]), createGeminiGrammar(), (fault) => faults.push(fault));
  expect(watch.frame('', 0, 0)).toEqual({ kind: 'replace', text: frames });
  expect(faults).toHaveLength(1);
});

test('a stream that ends too early is a fault, one that fails is none', () => {
  const faults: string[] = [];
  const early = createCheckedWatch(watchOf([start]), createMessagesGrammar(), (fault) => faults.push(fault));
  early.frame('', 0, 0);
  expect(faults).toEqual(['the stream has no end']);
  const failed = createCheckedWatch(watchOf([start, '']), createMessagesGrammar(), (fault) => faults.push(fault));
  failed.frame('', 0, 0);
  failed.failure({} as never, 'x');
  expect(faults).toHaveLength(1);
});
