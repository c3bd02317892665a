/** Completion for fish, with what each word is. */
import type { CompletionRow } from './completion-rows.ts';

export function fishCompletion(rows: readonly CompletionRow[]): string {
  const places = rows.map(({ at }) => `'${at}'`).join(' ');
  const valued = [...new Set(rows.flatMap((row) => row.valued))].map((flag) => `'${flag}'`).join(' ');
  const lines = rows.flatMap(({ at, words, flags, valued: taking }) => [
    ...words.map(
      ({ word, about }) => `complete -c crossfeed -f -n "__crossfeed_at '${at}'" -a '${word}'${describedBy(about)}`,
    ),
    ...flags.map(
      ({ word, about }) =>
        `complete -c crossfeed -n "__crossfeed_at '${at}'" ${flagWords(word)}${taking.includes(word) ? ' -r' : ''}${describedBy(about)}`,
    ),
  ]);
  return `# fish completion for crossfeed
set -g __crossfeed_places ${places}
set -g __crossfeed_valued ${valued}
function __crossfeed_at
    set -l at ''
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
        else if contains -- $word $__crossfeed_valued
            set skip 1
        else if not string match -q -- '-*' $word
            set -l next (string trim -- "$at $word")
            if contains -- $next $__crossfeed_places
                set at $next
            end
        end
    end
    test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

function flagWords(flag: string): string {
  return flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`;
}

function describedBy(about: string): string {
  return about === '' ? '' : ` -d '${about}'`;
}
