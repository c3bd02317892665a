/** The line that brings an env file's variables into a shell. */
import type { ConnectPlace } from '../tool-knowledge.ts';

export function sourceLine({ platform }: Pick<ConnectPlace, 'platform'>, file: string): string {
  if (platform !== 'win32') return `set -a; . '${file.replaceAll("'", String.raw`'\''`)}'; set +a`;
  const quoted = file.replaceAll("'", "''");
  return `Get-Content '${quoted}' | ForEach-Object { $n, $v = $_ -split '=', 2; Set-Item "env:$n" $v.Trim("'") }`;
}
