/** `crossfeed accounts`: who is signed in, where the tokens rest, and which account new keys belong to. */
import { createRedactor } from '../../observability/redact.ts';
import type { Account } from '../../canonical/account.ts';
import type { CliContext } from '../cli-context.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { timeText } from '../time-text.ts';
import { writeJson, writeTable } from '../table.ts';
import { withStore } from '../with-store.ts';

interface AccountsOptions {
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed accounts', 'a table; the default account has a *'],
        ['crossfeed accounts | cut -f2', 'the names alone'],
        ['crossfeed accounts --json', 'for scripts'],
      ]),
    )
    .action((options: AccountsOptions) => run(accounts(context, options)));
};

async function accounts(context: CliContext, { json }: AccountsOptions): Promise<void> {
  const listed = await withStore(context, { change: false }, async (store) => {
    const defaultName = store.accounts.defaultName();
    return store.accounts.list().map((account) => ({ ...account, default: account.name === defaultName }));
  });
  if (json) return writeJson(context, listed);
  if (listed.length === 0) {
    context.stderr.write('No account is signed in: `crossfeed login` does that.\n');
    return;
  }
  const redactor = createRedactor();
  const rows = listed.map((account) => rowOf(account).map((cell) => redactor.redact(cell)));
  writeTable(context, rows, { headings: ['', 'name', 'login', 'host', 'token', 'kept in', 'from', 'since'] });
}

function rowOf(account: Account & { readonly default: boolean }): readonly string[] {
  const { name, login, host, tokenKind, secretStore, source, createdAt } = account;
  return [account.default ? '*' : '', name, login ?? '', host, tokenKind, secretStore, source, timeText(createdAt)];
}
