/** A broken prompt cache in a few lines for its owner: where, how often, what it cost, and what changed. */
import type { CacheBreak } from '../canonical/cache-finding.ts';
import { formatCount, formatCredits } from '../observability/exchange-line.ts';

const done = { changed: 'changed', added: 'was added', removed: 'was removed', moved: 'moved' } as const;

export function breakLines(broken: CacheBreak): readonly string[] {
  const { block, change, count, lostTokens, costNanoAiu, model, before, after } = broken;
  const what =
    block === null ? 'the backend loses the prompt again and again' : `${block} ${done[change ?? 'changed']}`;
  const cost = costNanoAiu === null ? '' : `, ${formatCredits(costNanoAiu)} credits more`;
  return [
    '',
    `The prompt cache broke ${times(count)} on ${model}: ${what} (${formatCount(lostTokens)} tokens${cost}).`,
    ...(before === null ? [] : [`  before: ${shown(before)}`]),
    ...(after === null ? [] : [`  after:  ${shown(after)}`]),
  ];
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** A prompt may hold what moves the cursor of a terminal. */
function shown(text: string): string {
  return text.replaceAll(/[\p{C}]/gu, ' ');
}
