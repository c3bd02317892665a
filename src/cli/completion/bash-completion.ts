/** Completion for bash, from 3.2 on: macOS has no newer one. */
import type { CompletionRow } from './completion-rows.ts';

export function bashCompletion(rows: readonly CompletionRow[]): string {
  const cases = rows.map(
    ({ at, words, flags, valued }) =>
      `    '${at}') words='${join(words)}'; flags='${join(flags)}'; valued=' ${valued.join(' ')} ' ;;`,
  );
  return `# bash completion for crossfeed
_crossfeed_row() {
  case "$1" in
${cases.join('\n')}
    *) return 1 ;;
  esac
}
_crossfeed() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  local at='' words='' flags='' valued='' i=1 word
  _crossfeed_row ''
  while [ "$i" -lt "$COMP_CWORD" ]; do
    word="\${COMP_WORDS[i]}"
    case "$valued" in *" $word "*) i=$((i + 2)); continue ;; esac
    case "$word" in
      -*) ;;
      *) if _crossfeed_row "\${at:+$at }$word"; then at="\${at:+$at }$word"; else words=''; fi ;;
    esac
    i=$((i + 1))
  done
  COMPREPLY=()
  case "$valued" in *" $before "*) COMPREPLY=($(compgen -f -- "$current")); return ;; esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
}
complete -o default -F _crossfeed crossfeed
`;
}

function join(offered: CompletionRow['words']): string {
  return offered.map(({ word }) => word).join(' ');
}
