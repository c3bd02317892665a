/** `crossfeed logout`: forgets an account and its token. */
import type { Account } from '../../canonical/account.ts';
import { keyState } from '../../store/caller-key-store.ts';
import type { Store } from '../../store/open-store.ts';
import { systemClock } from '../../base/clock.ts';
import { findAccount } from '../find-account.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { openSecrets } from '../open-secrets.ts';
import { writeJson } from '../table.ts';
import { tellServer, withStore } from '../with-store.ts';

interface LogoutOptions {
  readonly force?: true;
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .argument('[name]', 'the account; the default one without it')
    .option('--force', 'forget the account even if its token cannot be deleted')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed logout', 'the default account'],
        ['crossfeed logout work', 'another one; `crossfeed accounts` lists them'],
      ]),
    )
    .action((name: string | undefined, options: LogoutOptions) => run(logout(context, name, options)));
};

async function logout(context: CliContext, name: string | undefined, options: LogoutOptions): Promise<void> {
  const { account, keys } = await withStore(context, { change: false }, async (store) => {
    const account = findAccount(store, name);
    await deleteSecret(context, account, options.force === true);
    store.accounts.remove(account.name);
    return { account, keys: boundKeys(store, account.name) };
  });
  await tellServer(context);
  if (options.json) return writeJson(context, { loggedOut: account.name, keys });
  context.stdout.write(`${account.name} is signed out, and its token is deleted here.\n`);
  if (keys.length > 0) {
    context.stdout.write(
      `No account answers these keys any more: ${keys.join(', ')}. \`crossfeed use NAME --key KEY\` gives one to another.\n`,
    );
  }
  // Deleting is not revoking: whoever copied the token before could go on.
  context.stdout.write(`To end it at GitHub too: https://${account.host}/settings/applications\n`);
}

async function deleteSecret(context: CliContext, account: Account, force: boolean): Promise<void> {
  try {
    await (await openSecrets(context, account.secretStore)).delete(account.name);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.replace(/\.$/, '') : 'unknown';
    if (force) {
      context.stderr.write(`crossfeed: The token stays in the ${account.secretStore}, because ${reason}.\n`);
      return;
    }
    throw new CliError(
      exitCode.failure,
      `The token of ${account.name} cannot be deleted, because ${reason}: \`--force\` forgets the account all the same.`,
      { cause: thrown },
    );
  }
}

function boundKeys({ callerKeys }: Pick<Store, 'callerKeys'>, name: string): readonly string[] {
  return callerKeys
    .list()
    .filter((key) => key.accountName === name && keyState(key, systemClock) === 'valid')
    .map((key) => key.label);
}
