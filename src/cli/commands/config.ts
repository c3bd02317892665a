/** `crossfeed config`: the settings in force and who set each; get, set, unset, path, schema, check. */
import type { Command } from 'commander';
import { isConfigPath } from '../../config/fields.ts';
import { valueAt } from '../../config/config-path.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { addExamples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { writeJson, writeTable } from '../table.ts';

interface JsonFlag {
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command.option('--json', 'print JSON').action((options: JsonFlag) => run(showAll(context, options)));
  command
    .command('get <setting>')
    .description('print one value')
    .option('--json', 'print JSON')
    .action((setting: string, _options: JsonFlag, own: Command) => run(get(context, setting, own.optsWithGlobals())));
  command
    .command('set <setting> <value>')
    .description('write one value into the config file')
    .option('--json', 'print what holds now as JSON')
    .action((setting: string, value: string, _options: JsonFlag, own: Command) =>
      run(set(context, setting, value, own.optsWithGlobals())),
    );
  command
    .command('unset <setting>')
    .description('take one value out of the config file')
    .option('--json', 'print what holds now as JSON')
    .action((setting: string, _options: JsonFlag, own: Command) => run(unset(context, setting, own.optsWithGlobals())));
  command
    .command('path')
    .description('print where the config file is')
    .option('--json', 'print JSON')
    .action((_options: JsonFlag, own: Command) => run(printPath(context, own.optsWithGlobals())));
  command
    .command('schema')
    .description('print the JSON schema of the config file, for editors')
    .option('--json', 'as it is: the schema is JSON')
    .action(() => run(printSchema(context)));
  command
    .command('check')
    .description('check file and environment without starting')
    .option('--json', 'print JSON')
    .action((_options: JsonFlag, own: Command) => run(check(context, own.optsWithGlobals())));
  addExamples(command, [
    ['crossfeed config', 'every setting, and who set it'],
    ['crossfeed config get server.port', 'one value'],
    ['crossfeed config set limits.silenceMs 120000', 'change the file, keep its comments'],
    ['crossfeed config unset limits.silenceMs', 'back to the default'],
    ['crossfeed config path', 'for your editor'],
    ['crossfeed config schema > crossfeed.schema.json', 'completion and checks in editors'],
    ['crossfeed config check', 'exit 78 if the file is wrong'],
  ]);
};

async function load(context: CliContext) {
  const [{ loadConfig }, { resolveHome }] = await Promise.all([
    import('../../config/load-config.ts'),
    import('../../config/home.ts'),
  ]);
  const home = resolveHome(context.env, context.homedir);
  return { home, ...(await loadConfig({ home, env: context.env, flags: {} })) };
}

async function showAll(context: CliContext, options: JsonFlag): Promise<void> {
  const { config, sources, file, warnings } = await load(context);
  for (const warning of warnings) context.stderr.write(`crossfeed: ${warning}\n`);
  const rows = [...sources].flatMap(([path, source]) =>
    isConfigPath(path) ? [{ path, value: valueAt(config, path), source }] : [],
  );
  if (options.json) return writeJson(context, { file, settings: rows });
  writeTable(
    context,
    rows.map((row) => [row.path, valueText(row.value), row.source]),
    { headings: ['setting', 'value', 'set by'] },
  );
}

async function get(context: CliContext, setting: string, options: JsonFlag): Promise<void> {
  const { config, sources } = await load(context);
  if (!isConfigPath(setting)) {
    throw new CliError(exitCode.usage, `There is no setting "${setting}": \`crossfeed config\` lists them.`);
  }
  const value = valueAt(config, setting);
  if (options.json) return writeJson(context, { path: setting, value, source: sources.get(setting) });
  context.stdout.write(`${valueText(value)}\n`);
}

async function set(context: CliContext, setting: string, value: string, options: JsonFlag): Promise<void> {
  const { setConfigValue } = await import('../../config/edit-config.ts');
  await setConfigValue(await homeOf(context), setting, parsedValue(value));
  if (options.json) await get(context, setting, options);
}

async function unset(context: CliContext, setting: string, options: JsonFlag): Promise<void> {
  const { unsetConfigValue } = await import('../../config/edit-config.ts');
  await unsetConfigValue(await homeOf(context), setting);
  if (options.json) await get(context, setting, options);
}

async function printPath(context: CliContext, options: JsonFlag): Promise<void> {
  const { configPath } = await import('../../config/home.ts');
  const path = configPath(await homeOf(context));
  if (options.json) return writeJson(context, { path });
  context.stdout.write(`${path}\n`);
}

async function printSchema(context: CliContext): Promise<void> {
  const { configJsonSchema } = await import('../../config/json-schema.ts');
  context.stdout.write(configJsonSchema());
}

async function check(context: CliContext, options: JsonFlag): Promise<void> {
  const { file, warnings } = await load(context);
  if (options.json) return writeJson(context, { file, warnings });
  for (const warning of warnings) context.stderr.write(`crossfeed: ${warning}\n`);
  context.stdout.write(file === null ? 'There is no config file; the defaults hold.\n' : `${file} is fine.\n`);
}

async function homeOf(context: CliContext): Promise<string> {
  const { resolveHome } = await import('../../config/home.ts');
  return resolveHome(context.env, context.homedir);
}

/** Text for a shell: strings bare, the rest as JSON. */
function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `null`, lists and the like are JSON; all else is text that the setting itself reads (`4141`, `true`, `a,b`). */
function parsedValue(text: string): unknown {
  if (!/^(?:null$|\[|\{|")/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
