/** A chunk that is compared with the one before must be judged as if it was parsed, on both lanes. */
import { describe, expect, test } from 'vitest';
import { oneCharacterOff } from '../../../test/support/one-character-off.ts';
import type { StreamWatch } from '../protocol.ts';
import { createPatchedChatWatch } from './patched-stream-watch.ts';
import { createChatWatch } from './stream-watch.ts';

const options = { withholdUsage: true, mergeChoices: true, singleChoice: true, mintToolCallId: String };
const lanes: readonly (readonly [string, () => StreamWatch])[] = [
  ['raw', createChatWatch],
  ['patched', () => createPatchedChatWatch(options)],
];

const chunk = (delta: object, finish: string | null = null, offset = 100) => {
  const filter = { content_filter_offsets: { check_offset: offset, start_offset: offset, end_offset: offset + 9 } };
  const choice = { index: 0, delta, ...filter, finish_reason: finish };
  return `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 7, model: 'm', choices: [choice] })}\n\n`;
};
const before = chunk({ content: 'The' });

/** The verdict, and whether the answer would be whole if nothing followed. */
function judged(watch: StreamWatch, frame: string) {
  const verdict = watch.frame(frame, 0, frame.length);
  return { verdict, completion: watch.completion(), idle: watch.standing.idle };
}

describe.each(lanes)('%s', (_lane, createWatch) => {
  const pair = (): readonly [watch: StreamWatch, alone: StreamWatch] => {
    const watch = createWatch();
    judged(watch, before);
    return [watch, createWatch()];
  };

  test.each([
    ['more text', chunk({ content: ' valve' })],
    ['text with escapes', chunk({ content: 'a "\n\\" \\' })],
    ['text that says how it ends', chunk({ content: '"},"finish_reason":"stop"' })],
    ['a filter that has read on', chunk({ content: 'a' }, null, 20_000)],
    ['the finish behind a text', chunk({ content: 'a' }, 'stop')],
    ['a call behind a text', chunk({ content: 'a', tool_calls: [{ index: 0, id: 'c', function: { name: 'f' } }] })],
    ['another member', chunk({ reasoning_text: 'a' })],
  ])('%s', (_what, frame) => {
    const [watch, alone] = pair();
    expect(judged(watch, frame)).toEqual(judged(alone, frame));
  });

  test('a chunk with one character too few or too many', () => {
    for (const frame of oneCharacterOff(chunk({ content: 'a\\n' }, null, 205))) {
      const [watch, alone] = pair();
      expect([frame, judged(watch, frame)]).toEqual([frame, judged(alone, frame)]);
    }
  });
});
