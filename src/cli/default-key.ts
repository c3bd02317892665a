/** The default key as the commands read it: the one from the environment, else the stored one, made where missing. */
import { resolveHome } from '../config/home.ts';
import { openCredentialFile } from '../store/credential-store.ts';
import { callerKeyFromEnvironment, newCallerKey } from './caller-key.ts';
import type { CliContext } from './cli-context.ts';

export interface DefaultKey {
  readonly key: string;
  readonly source: 'environment' | 'file';
}

export async function readDefaultKey(context: CliContext): Promise<DefaultKey> {
  const fromEnvironment = await callerKeyFromEnvironment(context.env);
  if (fromEnvironment !== null) return { key: fromEnvironment, source: 'environment' };
  const home = resolveHome(context.env, context.homedir);
  return { key: (await openCredentialFile(home).defaultKey(newCallerKey)).key, source: 'file' };
}
