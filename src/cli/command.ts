/** What a file in `commands/` exports: how its flags look, and what it does. */
import type { Command } from 'commander';
import type { CliContext } from './cli-context.ts';
import type { ExitCode } from './exit-code.ts';

/** Ends a command: an `ExitCode`, or nothing for 0. */
export type Outcome = Promise<ExitCode | void>;

export interface CommandModule {
  /**
   * Adds arguments, options, examples and the action to `command`. The action passes what it does to `run`, which
   * turns what it throws into a sentence and an exit code.
   */
  define(command: Command, context: CliContext, run: (outcome: Outcome) => Promise<void>): void;
}

/** Shows a command's examples, and to each of its subcommands those that name it. */
export function addExamples(command: Command, rows: Parameters<typeof examples>[0]): void {
  command.addHelpText('after', examples(rows));
  for (const one of command.commands) {
    const own = rows.filter(([line]) => line.includes(`crossfeed ${command.name()} ${one.name()}`));
    one.addHelpText('after', examples(own));
  }
}

/** The examples at the end of a help text, one a line, each with what it is for. */
export function examples(rows: readonly (readonly [line: string, what: string])[]): string {
  const width = Math.max(...rows.map(([line]) => line.length));
  return `\nExamples:\n${rows.map(([line, what]) => `  $ ${line.padEnd(width)}  # ${what}`).join('\n')}`;
}
