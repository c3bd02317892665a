/** `crossfeed forget`: forgets what was learned from refusals of the upstream, so that it is sent again. */
import { systemClock } from '../../base/clock.ts';
import { ControlError } from '../../control/control-error.ts';
import { createLearnedRules } from '../../upstream/copilot/learned-rules.ts';
import { ruleText, type LearnedRule } from '../../upstream/copilot/learned-rule.ts';
import { askProxy } from '../ask-proxy.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { writeJson } from '../table.ts';
import { withStore } from '../with-store.ts';

interface ForgetOptions {
  readonly all?: true;
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .argument('[rule]', 'the id of a learned rule, as `crossfeed status` shows it')
    .option('--all', 'every learned rule')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed forget 3fa9c1ab', 'one rule: what it left out is sent again'],
        ['crossfeed forget --all', 'all of them'],
      ]),
    )
    .action((rule: string | undefined, options: ForgetOptions) => run(forget(context, rule, options)));
};

async function forget(context: CliContext, rule: string | undefined, options: ForgetOptions): Promise<void> {
  if ((rule === undefined) !== (options.all === true)) {
    throw new CliError(exitCode.usage, 'Name one learned rule, or say --all: `crossfeed status` lists them.');
  }
  const forgotten = (await forgetInServer(context, rule)) ?? (await forgetInStore(context, rule));
  if (rule !== undefined && forgotten.length === 0) {
    throw new CliError(exitCode.failure, `There is no learned rule "${rule}": \`crossfeed status\` lists them.`);
  }
  if (options.json) return writeJson(context, { forgotten });
  for (const one of forgotten) context.stdout.write(`Forgotten: ${ruleText(one)}.\n`);
  if (forgotten.length === 0) context.stdout.write('There was nothing to forget.\n');
}

/** What was forgotten; null where nothing runs. */
async function forgetInServer(context: CliContext, rule: string | undefined): Promise<readonly LearnedRule[] | null> {
  try {
    return (await askProxy(context, 'forget', rule === undefined ? {} : { rule })).forgotten;
  } catch (thrown) {
    if (thrown instanceof ControlError && thrown.code === 'not_running') return null;
    throw thrown;
  }
}

/** Rules survive restarts, so they can be forgotten between two of them. */
function forgetInStore(context: CliContext, rule: string | undefined): Promise<readonly LearnedRule[]> {
  return withStore(context, { change: false }, async ({ facts }) =>
    createLearnedRules({ memory: facts, clock: systemClock, days: Number.POSITIVE_INFINITY }).forget(rule),
  );
}
