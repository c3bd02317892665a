/** What `crossfeed session show` says of a broken prompt cache. */
import { expect, test } from 'vitest';
import type { CacheBreak } from '../canonical/cache-finding.ts';
import { breakLines } from './cache-break-lines.ts';

const broken: CacheBreak = {
  at: 0,
  exchangeId: 'x1',
  model: 'claude-opus-5.5',
  cause: 'changed',
  block: 'system block 1',
  change: 'changed',
  before: '…Today is \u001B[2JSunday.…',
  after: '…Today is Monday.…',
  count: 2,
  lostTokens: 18_432,
  costNanoAiu: 3_600_000_000,
};

test.each<[string, Partial<CacheBreak>, readonly string[]]>([
  [
    'what changed, without what a terminal would obey',
    {},
    [
      '',
      'The prompt cache broke 2 times on claude-opus-5.5: system block 1 changed (18k tokens, 3.60 credits more).',
      '  before: …Today is  [2JSunday.…',
      '  after:  …Today is Monday.…',
    ],
  ],
  [
    'a new tool of a model without a price',
    { block: 'tool 7 (Bash)', change: 'added', before: null, count: 1, costNanoAiu: null },
    [
      '',
      'The prompt cache broke once on claude-opus-5.5: tool 7 (Bash) was added (18k tokens).',
      '  after:  …Today is Monday.…',
    ],
  ],
  [
    'a backend that loses it',
    { cause: 'backend', block: null, change: null, before: null, after: null, count: 3 },
    [
      '',
      'The prompt cache broke 3 times on claude-opus-5.5: the backend loses the prompt again and again (18k tokens, 3.60 credits more).',
    ],
  ],
])('%s', (_what, change, lines) => {
  expect(breakLines({ ...broken, ...change })).toEqual(lines);
});
