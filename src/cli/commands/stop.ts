/** `crossfeed stop`: ends the running proxy, and returns when it is gone. */
import { setTimeout } from 'node:timers/promises';
import { ControlError } from '../../control/control-error.ts';
import { askIfRunning, askProxy } from '../ask-proxy.ts';
import type { CliContext } from '../cli-context.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { writeJson } from '../table.ts';

interface StopOptions {
  readonly now?: true;
  readonly json?: true;
}

const askAgainMs = 50;

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--now', 'end running answers at once')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed stop', 'let running answers end first'],
        ['crossfeed stop --now', 'do not wait for them'],
      ]),
    )
    .action((options: StopOptions) => run(stop(context, options)));
};

/** What was to be reached is reached where nothing runs: exit 0. */
async function stop(context: CliContext, options: StopOptions): Promise<void> {
  const running = await stillThere(context);
  if (running) {
    await askProxy(context, 'stop', { now: options.now === true });
    while (await stillThere(context)) await setTimeout(askAgainMs);
  }
  if (options.json) return writeJson(context, { stopped: running });
  context.stdout.write(running ? 'Crossfeed has stopped.\n' : 'Crossfeed is not running.\n');
}

async function stillThere(context: CliContext): Promise<boolean> {
  try {
    return (await askIfRunning(context, 'status', {})) !== null;
  } catch (thrown) {
    // A server that ends breaks off in the middle of an answer; the next question meets nobody.
    if (thrown instanceof ControlError && thrown.code === 'failed') return true;
    throw thrown;
  }
}
