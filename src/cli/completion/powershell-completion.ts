/** Completion for PowerShell, with what each word is. */
import type { CompletionRow, Offered } from './completion-rows.ts';

export function powershellCompletion(rows: readonly CompletionRow[]): string {
  const table = rows.map(
    ({ at, words, flags, valued }) =>
      `  '${at}' = @{ words = @(${list(words)}); flags = @(${list(flags)}); valued = @(${valued.map((flag) => `'${flag}'`).join(', ')}) }`,
  );
  return `# PowerShell completion for crossfeed
$crossfeedRows = @{
${table.join('\n')}
}
Register-ArgumentCompleter -Native -CommandName crossfeed -ScriptBlock {
  param($current, $line, $cursor)
  $at = ''
  $row = $crossfeedRows['']
  $offered = $row.words
  $skip = $false
  $typed = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  if ($current -ne '' -and $typed.Count -gt 0) { $typed = @($typed | Select-Object -SkipLast 1) }
  foreach ($word in $typed) {
    if ($skip) { $skip = $false; continue }
    if ($row.valued -ccontains $word) { $skip = $true; continue }
    if ($word.StartsWith('-')) { continue }
    $next = "$at $word".Trim()
    if ($crossfeedRows.ContainsKey($next)) { $at = $next; $row = $crossfeedRows[$at]; $offered = $row.words } else { $offered = @() }
  }
  if ($skip) { return }
  $choices = if ($current.StartsWith('-')) { $row.flags } else { $offered }
  $choices | Where-Object { $_[0].StartsWith($current) } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`;
}

/** A pair a word; the comma at its head keeps a list of one from being unrolled. */
function list(offered: readonly Offered[]): string {
  return offered.map(({ word, about }) => `,@('${word}', '${about === '' ? word : about}')`).join('; ');
}
