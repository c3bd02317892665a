/** Completion for zsh, with what each word is. */
import type { CompletionRow, Offered } from './completion-rows.ts';

export function zshCompletion(rows: readonly CompletionRow[]): string {
  const cases = rows.map(
    ({ at, words, flags, valued }) =>
      `    '${at}') offered=(${described(words)}); flags=(${described(flags)}); valued=(${valued.map((flag) => `'${flag}'`).join(' ')}) ;;`,
  );
  return `#compdef crossfeed
# zsh completion for crossfeed
_crossfeed_row() {
  case "$1" in
${cases.join('\n')}
    *) return 1 ;;
  esac
}
_crossfeed() {
  local at='' word i=2
  local -a offered flags valued
  _crossfeed_row ''
  while (( i < CURRENT )); do
    word="\${words[i]}"
    if (( \${valued[(Ie)$word]} )); then (( i += 2 )); continue; fi
    if [[ "$word" != -* ]]; then
      if _crossfeed_row "\${at:+$at }$word"; then at="\${at:+$at }$word"; else offered=(); fi
    fi
    (( i += 1 ))
  done
  if (( \${valued[(Ie)\${words[CURRENT-1]}]} )); then _files; return; fi
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe -o 'option' flags
  elif (( \${#offered} )); then
    _describe 'word' offered
  else
    _files
  fi
}
if [ "$funcstack[1]" = '_crossfeed' ]; then _crossfeed "$@"; else compdef _crossfeed crossfeed; fi
`;
}

function described(offered: readonly Offered[]): string {
  return offered.map(({ word, about }) => `'${about === '' ? word : `${word}:${about}`}'`).join(' ');
}
