/** `crossfeed completion`: a script by which a shell completes our commands. */
import { toolAliases, toolIds } from '../../connect/tools.ts';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { bashCompletion } from '../completion/bash-completion.ts';
import { completionRows } from '../completion/completion-rows.ts';
import type { CompletionRow } from '../completion/completion-rows.ts';
import { fishCompletion } from '../completion/fish-completion.ts';
import { powershellCompletion } from '../completion/powershell-completion.ts';
import { zshCompletion } from '../completion/zsh-completion.ts';
import { exitCode } from '../exit-code.ts';

const scripts: Readonly<Record<string, (rows: readonly CompletionRow[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};
const shellNames = Object.keys(scripts);

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .argument('<shell>', shellNames.join(', '))
    .addHelpText(
      'after',
      examples([
        ['eval "$(crossfeed completion bash)"', 'in ~/.bashrc'],
        ['eval "$(crossfeed completion zsh)"', 'in ~/.zshrc, after compinit'],
        ['crossfeed completion fish > ~/.config/fish/completions/crossfeed.fish', 'once'],
        ['crossfeed completion powershell | Out-String | Invoke-Expression', 'in $PROFILE'],
      ]),
    )
    .action((shell: string) => run(printScript(context, command, shell)));
};

async function printScript(context: CliContext, command: Command, shell: string): Promise<void> {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined || command.parent === null) {
    throw new CliError(exitCode.usage, `There is no completion for "${shell}": it is one of ${shellNames.join(', ')}.`);
  }
  const values = { tool: [...toolIds, ...toolAliases], shell: shellNames };
  context.stdout.write(script(completionRows(command.parent, values)));
}
