/** `crossfeed keys show`: prints the key that tools need, for its owner. */
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { callerKeyFromEnvironment, newCallerKey } from '../caller-key.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { writeJson } from '../table.ts';

interface JsonFlag {
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command.addHelpText(
    'after',
    examples([
      ['crossfeed keys show', 'print the default key'],
      ['export OPENAI_API_KEY="$(crossfeed keys show)"', 'hand it to a tool without showing it'],
    ]),
  );
  command
    .command('show')
    .description('print the default key; it is made if there is none yet')
    .option('--json', 'print JSON')
    .action((options: JsonFlag, _own: Command) => run(show(context, options)));
};

async function show(context: CliContext, options: JsonFlag): Promise<void> {
  const fromEnvironment = await callerKeyFromEnvironment(context.env);
  const key = fromEnvironment ?? (await storedKey(context));
  if (options.json) return writeJson(context, { key, source: fromEnvironment === null ? 'file' : 'environment' });
  context.stdout.write(`${key}\n`);
}

async function storedKey(context: CliContext): Promise<string> {
  const [{ resolveHome }, { openCredentialFile }] = await Promise.all([
    import('../../config/home.ts'),
    import('../../store/credential-store.ts'),
  ]);
  const home = resolveHome(context.env, context.homedir);
  return (await openCredentialFile(home).defaultKey(newCallerKey)).key;
}
