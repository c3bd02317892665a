/** Variables as a shell takes them. */

export const shells = ['sh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

export function shellLine(shell: Shell, name: string, value: string): string {
  switch (shell) {
    case 'sh':
      return `export ${name}=${shQuoted(value)}`;
    case 'fish':
      return `set -gx ${name} '${value.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
    case 'powershell':
      return `$env:${name} = '${value.replaceAll("'", "''")}'`;
    default:
      return shell satisfies never;
  }
}

/** Bare where no shell would touch it: what people read and copy stays short. */
export function shQuoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** The shell that the line is probably for. */
export function likelyShell(env: Readonly<Record<string, string | undefined>>): Shell {
  const shell = env['SHELL'] ?? '';
  if (shell.endsWith('/fish')) return 'fish';
  if (shell === '' && env['PSModulePath'] !== undefined) return 'powershell';
  return 'sh';
}
