/** What became of a prompt's cached beginning, in a sentence. */
import type { CacheFinding } from '../../src/canonical/cache-finding.ts';
import { tokens } from './format.ts';

export function cacheText({ cause, block, lostTokens }: CacheFinding): string {
  return `${causeWords[cause]}${block === null ? '' : `: ${block}`}; ${tokens(lostTokens)} tokens were read anew.`;
}

const causeWords: Readonly<Record<CacheFinding['cause'], string>> = {
  first: 'The first call of its kind',
  changed: 'The cached beginning changed',
  cold: 'The cache had gone cold',
  compaction: 'The conversation was compacted',
  'model-switch': 'Another model has another cache',
  moved: 'Another endpoint or lane has another cache',
  backend: 'The cache was lost at the provider',
};
