/** `crossfeed use`: which account new keys belong to; or gives one key to another account. */
import type { CliContext } from '../cli-context.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { findAccount, findKey, keyAccountName } from '../find-account.ts';
import { writeJson } from '../table.ts';
import { tellServer, withStore } from '../with-store.ts';

interface UseOptions {
  readonly key?: string;
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .argument('<name>', 'the account')
    .option('--key <key>', 'give this key (id or label) to the account; nothing else changes')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed use work', 'new keys and the default key belong to the account `work`'],
        ['crossfeed use work --key laptop', 'the key `laptop` belongs to it from now on'],
      ]),
    )
    .action((name: string, options: UseOptions) => run(use(context, name, options)));
};

async function use(context: CliContext, name: string, options: UseOptions): Promise<void> {
  const key = await withStore(context, { change: false }, async (store) => {
    if (options.key === undefined) {
      store.accounts.setDefault(findAccount(store, name).name);
      return null;
    }
    const accountName = keyAccountName(store, name);
    const key = findKey(store, options.key);
    store.callerKeys.rebind(key.id, accountName);
    return key;
  });
  await tellServer(context);
  if (options.json) return writeJson(context, { account: name, key: key?.id ?? null });
  const what = key === null ? 'New keys and the default key belong' : `The key ${key.label} belongs`;
  context.stdout.write(`${what} to the account ${name} now.\n`);
}
