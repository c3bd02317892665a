/** Streams that answer with the asked name, frame by frame. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withAskedModel } from './asked-model.ts';
import { newStanding, type FrameVerdict, type StreamWatch } from './protocol.ts';

function watchOf(verdict: FrameVerdict = 'forward', ending: string | null = null): StreamWatch {
  return { standing: newStanding(), frame: () => verdict, completion: () => ending, failure: () => ending ?? '' };
}

const frame = (payload: unknown, event = '') =>
  `${event === '' ? '' : `event: ${event}\n`}data: ${JSON.stringify(payload)}\n\n`;

/** What goes down of `frames`, the bytes of several in one text. */
function down(frames: readonly string[], asked: string, once = false): string {
  const watch = withAskedModel(watchOf(), asked, { once });
  const text = frames.join('');
  let at = 0;
  return frames
    .map((one) => {
      const verdict = watch.frame(text, at, (at += one.length));
      return verdict === 'forward'
        ? one
        : typeof verdict === 'object' && verdict.kind === 'replace'
          ? verdict.text
          : '';
    })
    .join('');
}

test.each([
  [
    'chat',
    [frame({ model: '', choices: [] }), frame({ model: 'm-2026', choices: [] }), frame({ model: 'm-2026' })],
    false,
    2,
  ],
  ['responses', [frame({ response: { model: 'm-2026' } }, 'response.created'), frame({ delta: 'm-2026' })], false, 1],
  ['messages', [frame({ message: { model: 'm-2026' } }, 'message_start'), frame({ model: 'm-2026' })], true, 1],
])('%s says the asked name', (_name, frames, once, times) => {
  const text = down(frames, 'mine', once);
  expect(text.split('"model":"mine"').length - 1).toBe(times);
  expect(text.replaceAll('"mine"', '"m-2026"')).toBe(frames.join(''));
});

test('a spaced member is found, and one that the watch wrote itself', () => {
  expect(down(['data: {"model" : "up", "x":1}\n\n', 'data: {"model":"up"}\n\n'], 'mine')).toBe(
    'data: {"model":"mine", "x":1}\n\ndata: {"model":"mine"}\n\n',
  );
  const mended = withAskedModel(
    watchOf({ kind: 'replace', text: frame({ model: 'up' }) + frame({ model: 'up' }) }),
    'mine',
    {
      once: false,
    },
  );
  expect(mended.frame('x', 0, 1)).toEqual({
    kind: 'replace',
    text: frame({ model: 'mine' }) + frame({ model: 'mine' }),
  });
});

test('an ending and a failure say it too; other verdicts pass', () => {
  const watch = withAskedModel(watchOf('drop', frame({ model: 'up' })), 'mine', { once: false });
  expect(watch.frame('', 0, 0)).toBe('drop');
  expect(watch.completion()).toBe(frame({ model: 'mine' }));
  expect(withAskedModel(watchOf(), 'mine', { once: false }).completion()).toBeNull();
});

test('where the upstream says the asked name, every byte stays', () => {
  const frames = [frame({ message: { model: 'mine' } }), frame({ text: '"model":"mine"' })];
  expect(down(frames, 'mine', true)).toBe(frames.join(''));
});

test('no text of an answer is ever taken for the name', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 8 }), fc.constantFrom('', ' '), (texts, space) => {
      const said = `{"model":${space}"up-1"}`;
      const frames = [said, ...texts].map((text) => frame({ model: 'up-1', text, [`"model":"up-1"`]: said }));
      const parsed = down(frames, 'mine')
        .split('\n\n')
        .filter(Boolean)
        .map((one) => JSON.parse(one.slice('data: '.length)) as unknown);
      expect(parsed).toEqual([said, ...texts].map((text) => ({ model: 'mine', text, [`"model":"up-1"`]: said })));
    }),
  );
});
