/** The secret store as the commands open it: what choice holds here, and who would see a dialog. */
import { systemClock } from '../base/clock.ts';
import { resolveHome } from '../config/home.ts';
import { openSecretStore } from '../store/secret-store.ts';
import type { SecretStore, SecretStoreOptions } from '../store/secret-store.ts';
import { childEnvironment } from './child-environment.ts';
import type { CliContext } from './cli-context.ts';

/** Opens the store of a kind, or chooses one for a login: a home of its own (`CROSSFEED_HOME`) keeps its secrets. */
export function openSecrets(context: CliContext, choice: SecretStoreOptions['choice']): Promise<SecretStore> {
  const { env, homedir } = context;
  const ownHome = env['CROSSFEED_HOME'] !== undefined && env['CROSSFEED_HOME'] !== '';
  return openSecretStore({
    home: resolveHome(env, homedir),
    choice: choice === 'auto' && ownHome ? 'file' : choice,
    interactive: context.isTty.stderr && !isRemote(env),
    clock: systemClock,
    env: childEnvironment(env),
  });
}

/** Over SSH the screen, and every dialog on it, is somewhere else. */
export function isRemote(env: CliContext['env']): boolean {
  return ['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY'].some((name) => (env[name] ?? '') !== '');
}
