/** A secret from the environment: the value itself, or the file that holds it (containers mount secrets as files). */
import { readFile } from 'node:fs/promises';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

export interface SecretVariable {
  readonly value: string;
  /** The variable that set it. */
  readonly name: string;
}

/** `NAME`, else the first line of the file that `NAME_FILE` names; null where both are unset or empty. */
export async function readSecretVariable(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): Promise<SecretVariable | null> {
  const value = env[name]?.trim();
  if (value) return { value: checked(value, name), name };
  const fileName = `${name}_FILE`;
  const file = env[fileName];
  if (!file) return null;
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new CliError(exitCode.configuration, `${fileName}: ${file} cannot be read (${code}).`, { cause });
  }
  const line = content.replace(/^\uFEFF/, '').trim();
  if (line === '') throw new CliError(exitCode.configuration, `${fileName}: ${file} is empty.`);
  return { value: checked(line, fileName), name: fileName };
}

/** A secret travels in a header: anything but printable ASCII would be refused there, with a worse message. */
function checked(value: string, name: string): string {
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new CliError(
    exitCode.configuration,
    `${name} holds characters that no token or key has (spaces, line breaks or letters beyond ASCII).`,
  );
}
