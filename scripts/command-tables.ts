/** The commands of the program as Markdown, from what they tell commander and print as their help. */
import { PassThrough, Writable } from 'node:stream';
import type { Command, Option } from 'commander';
import type { CliContext } from '../src/cli/cli-context.ts';
import { createProgram } from '../src/cli/program.ts';

/** Every command with its options and examples, one section each. */
export async function commandSections(): Promise<string> {
  let printed = '';
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      printed += chunk.toString();
      done();
    },
  });
  const program = await createProgram(
    describing(stdout),
    () => Promise.resolve(),
    () => true,
  );
  return program.commands
    .map((command) => {
      printed = '';
      command.outputHelp();
      return sectionOf(command, examplesOf(printed));
    })
    .join('\n\n');
}

function sectionOf(command: Command, examples: string): string {
  const also = command.aliases().map((alias) => ` Also \`crossfeed ${alias}\`.`);
  const parts = [
    `### crossfeed ${command.name()}`,
    `${sentence(command.description())}${also.join('')}`,
    ['```sh', examples, '```'].join('\n'),
    optionTable(command),
    ...command.commands.flatMap((one) => [
      `\`crossfeed ${command.name()} ${one.name()}${usageOf(one)}\`: ${sentence(one.description())}`,
      optionTable(one),
    ]),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** ` <id>`, as its usage line has it. */
function usageOf(command: Command): string {
  return command.registeredArguments
    .map((argument) => (argument.required ? ` <${argument.name()}>` : ` [${argument.name()}]`))
    .join('');
}

function optionTable({ options }: Command): string {
  if (options.length === 0) return '';
  const row = (option: Option) => `| \`${option.flags}\` | ${option.description.replaceAll('|', String.raw`\|`)} |`;
  return ['| option | what it does |', '| --- | --- |', ...options.map(row)].join('\n');
}

/** The lines after `Examples:`, without their prompt. */
function examplesOf(help: string): string {
  const [, lines = ''] = help.split('\nExamples:\n');
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^ {2}\$ /, ''))
    .join('\n');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** A process that is asked for nothing but its help. */
function describing(stdout: Writable): CliContext {
  return {
    stdin: new PassThrough(),
    stdout,
    stderr: stdout,
    env: {},
    homedir: '',
    pid: 0,
    isTty: { stdin: false, stdout: false, stderr: false },
    colors: false,
    version: '',
    onSignal: () => () => undefined,
    onUncaught: () => undefined,
    exit: () => undefined,
  };
}
