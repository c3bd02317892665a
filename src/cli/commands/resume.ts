/** `crossfeed resume`: lets an account go on that was stopped because GitHub blocked it. The user's word, never ours. */
import { abuseLatchFact } from '../../upstream/copilot/abuse-latch.ts';
import { askIfRunning } from '../ask-proxy.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { environmentAccountName } from '../environment-account.ts';
import { exitCode } from '../exit-code.ts';
import { writeJson } from '../table.ts';
import { withStore } from '../with-store.ts';

interface ResumeOptions {
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .argument('[account]', 'the account; the default one without it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed resume', 'after GitHub blocked the account and you know why'],
        ['crossfeed resume work', 'another account'],
      ]),
    )
    .action((account: string | undefined, options: ResumeOptions) => run(resume(context, account, options)));
};

async function resume(context: CliContext, account: string | undefined, options: ResumeOptions): Promise<void> {
  const resumed = (await resumeInServer(context, account)) ?? (await resumeInStore(context, account));
  if (options.json) return writeJson(context, { resumed });
  context.stdout.write(`${resumed} may be used again. If GitHub blocks it once more, stop and ask GitHub support.\n`);
}

/** The account; null where nothing runs. */
async function resumeInServer(context: CliContext, account: string | undefined): Promise<string | null> {
  return (await askIfRunning(context, 'resume', account === undefined ? {} : { account }))?.account ?? null;
}

/** The latch survives restarts, so it can be lifted between two of them. */
function resumeInStore(context: CliContext, account: string | undefined): Promise<string> {
  return withStore(context, { change: false }, async ({ accounts, facts }) => {
    const latched = (name: string) => (facts.get(abuseLatchFact(name)) ?? '') !== '';
    const usual = accounts.defaultName() ?? environmentAccountName;
    const name = account ?? [usual, environmentAccountName].find(latched) ?? usual;
    const isLatched = latched(name);
    if (!isLatched && accounts.find(name) === undefined && account !== undefined) {
      throw new CliError(exitCode.usage, `There is no account "${name}": \`crossfeed accounts\` lists them.`);
    }
    if (isLatched) facts.set(abuseLatchFact(name), '');
    return name;
  });
}
