/** What a shell may offer at each place of a command line, read from the commands themselves. */
import type { Command, Option } from 'commander';

export interface CompletionRow {
  /** The commands typed so far, separated by blanks; empty after `crossfeed` alone. */
  readonly at: string;
  /** Subcommands, or the values of the first argument, each with what it is. */
  readonly words: readonly Offered[];
  readonly flags: readonly Offered[];
  /** Those of `flags` that a value follows. */
  readonly valued: readonly string[];
}

export interface Offered {
  readonly word: string;
  readonly about: string;
}

/** `values`: what an argument takes, by its name; an argument that is not listed has no words of its own. */
export function completionRows(
  program: Command,
  values: Readonly<Record<string, readonly string[]>>,
): readonly CompletionRow[] {
  const rows: CompletionRow[] = [];
  const visit = (command: Command, at: string): void => {
    const helpers = program.createHelp();
    const below = helpers.visibleCommands(command).filter((one) => one.name() !== 'help');
    const options = helpers.visibleOptions(command);
    rows.push({
      at,
      words: [...below.flatMap((one) => offeredNames(one)), ...argumentWords(command, values)],
      flags: options.flatMap((option) =>
        flagsOf(option).map((word) => ({ word, about: sentence(option.description) })),
      ),
      valued: options.filter(({ required }) => required).flatMap((option) => flagsOf(option)),
    });
    for (const one of below) {
      for (const name of [one.name(), ...one.aliases()]) visit(one, at === '' ? name : `${at} ${name}`);
    }
  };
  visit(program, '');
  return rows;
}

function offeredNames(command: Command): readonly Offered[] {
  return [command.name(), ...command.aliases()].map((word) => ({ word, about: sentence(command.description()) }));
}

function argumentWords(command: Command, values: Readonly<Record<string, readonly string[]>>): readonly Offered[] {
  const [first] = command.registeredArguments;
  if (first === undefined) return [];
  const words = first.argChoices ?? values[first.name()] ?? [];
  return words.map((word) => ({ word, about: '' }));
}

function flagsOf({ short, long }: Option): readonly string[] {
  return [short, long].filter((flag) => flag !== undefined);
}

/** One line without what a shell's quotes could trip over. */
function sentence(text: string): string {
  return text.replaceAll(/[\s]+/g, ' ').replaceAll(/[`'"$\\[\]:]/g, '');
}
