/** Summaries in their envelope: there and back, cut, and what is none of ours. */
import { expect, test } from 'vitest';
import { openSummary, sealSummary } from './compaction-envelope.ts';

const view = (text: string) => Buffer.from(text).toString('latin1');

test.each(['plain', 'été — 中文 🪶', 'two\nlines with "quotes"', ''])('%j comes back as it was', (text) => {
  const sealed = sealSummary(view(text));
  expect(sealed).toMatch(/^cf1\.crossfeed\.compaction\.0\.[\w-]+$/);
  expect(openSummary(sealed)).toEqual({ summary: view(text) });
});

test('one that was cut is broken, at every length', () => {
  const sealed = sealSummary('a summary');
  for (let length = 'cf1.crossfeed.compaction.0.'.length; length < sealed.length; length += 1)
    expect(openSummary(sealed.slice(0, length))).toBe('broken');
});

test.each(['', 'gAAAA', 'cf1.anthropic.m.abc.eyJz', 'cf2.crossfeed.compaction.0.e30'])(
  '%j is none of ours',
  (content) => {
    expect(openSummary(content)).toBeNull();
  },
);
