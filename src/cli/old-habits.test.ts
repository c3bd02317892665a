/** The flags that people bring along: what they set, what they answer, what they refuse. */
import { expect, test } from 'vitest';
import { readOldHabits } from './old-habits.ts';
import type { OldHabitOptions } from './old-habits.ts';

test('-r and -w become settings', () => {
  const { settings, notices } = readOldHabits({ rateLimit: '1.5', wait: true });
  expect(settings).toEqual([
    ['--rate-limit', 'limits.pace.minGapMs', '1500'],
    ['--wait', 'limits.pace.wait', 'true'],
  ]);
  expect(notices).toEqual([]);
});

test.each<[OldHabitOptions, RegExp]>([
  [{ githubToken: 'ghu_markedOnTheCommandLine' }, /every user of this machine can read/],
  [{ wait: true }, /does nothing without --rate-limit/],
  [{ accountType: 'business' }, /not needed/],
  [{ proxyEnv: true }, /is the default/],
  [{ showToken: true }, /prints no token.*crossfeed accounts/],
])('%j is accepted, with a notice that names no secret', (options, notice) => {
  const { notices } = readOldHabits(options);
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatch(notice);
  expect(notices[0]).not.toContain('markedOnTheCommandLine');
});

test.each<[OldHabitOptions, readonly (readonly string[])[]]>([
  [{ manual: true }, [['--manual', 'limits.approval', 'all']]],
  [{ manual: 'session' }, [['--manual', 'limits.approval', 'session']]],
  [
    { manual: '0.5' },
    [
      ['--manual', 'limits.approval', 'above'],
      ['--manual', 'limits.approvalAboveCredits', '0.5'],
    ],
  ],
  [
    { manual: '10' },
    [
      ['--manual', 'limits.approval', 'above'],
      ['--manual', 'limits.approvalAboveCredits', '10'],
    ],
  ],
])('%j says which calls wait for the owner', (options, settings) => {
  expect(readOldHabits(options).settings).toEqual(settings);
});

test('nothing typed is nothing said', () => {
  expect(readOldHabits({})).toEqual({ settings: [], githubToken: null, notices: [] });
});

test.each<[OldHabitOptions, number, RegExp]>([
  [{ manual: 'sometimes' }, 2, /"session" or a number of credits/],
  [{ manual: '-2.5' }, 2, /a number of credits/],
  [{ rateLimit: 'often' }, 2, /number of seconds/],
  [{ rateLimit: '-1' }, 2, /number of seconds/],
  [{ rateLimit: '' }, 2, /number of seconds/],
])('%j is refused with %i', (options, exitCode, message) => {
  expect(() => readOldHabits(options)).toThrow(
    expect.objectContaining({ exitCode, message: expect.stringMatching(message) }),
  );
});
