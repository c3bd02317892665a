/** The one kind of question a command asks: yes or no, on a terminal, with a flag that answers it elsewhere. */
import { createInterface } from 'node:readline';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

export interface Question {
  /** Without the question mark's choices, e.g. `Accept these terms?`. */
  readonly text: string;
  /** What answers yes where nobody can be asked, e.g. `--yes, or CROSSFEED_YES=1`. */
  readonly otherwise: string;
  /** For what nearly everybody wants; no without it. */
  readonly returnMeansYes?: boolean;
}

/**
 * No is what Ctrl-D and anything but y and yes mean, and Return if it does not mean yes. Throws `CliError`:
 * configuration where no person is at the other end, interrupted on Ctrl-C.
 */
export function askYesOrNo(
  context: CliContext,
  { text, otherwise, returnMeansYes = false }: Question,
): Promise<boolean> {
  if (!context.isTty.stdin || !context.isTty.stderr) {
    throw new CliError(exitCode.configuration, `${text} Nobody can be asked here: answer yes by ${otherwise}.`);
  }
  return new Promise((resolve, reject) => {
    // On `stderr`, so that what a pipe takes from `stdout` is the command's result alone.
    const line = createInterface({ input: context.stdin, output: context.stderr });
    line.on('SIGINT', () => {
      reject(new CliError(exitCode.interrupted, 'Left without an answer; nothing was changed.'));
      line.close();
    });
    line.on('close', () => resolve(false));
    line.question(`${text} ${returnMeansYes ? '[Y/n]' : '[y/N]'} `, (answer) => {
      resolve(/^\s*y(?:es)?\s*$/i.test(answer) || (returnMeansYes && answer.trim() === ''));
      line.close();
    });
  });
}
