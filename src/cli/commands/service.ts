/** `crossfeed service`: the proxy as a service of the user, started by the system. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { platform, userInfo } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureHome, resolveHome } from '../../config/home.ts';
import { ControlError } from '../../control/control-error.ts';
import { askProxy } from '../ask-proxy.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { addExamples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { runSystem } from '../service/run-system.ts';
import { servicePlan } from '../service/service-plan.ts';
import type { ServicePlan, SystemCommand } from '../service/service-plan.ts';
import { writeJson } from '../table.ts';

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .command('install')
    .description('write the service, and start it now and at each login')
    .option('--print', 'print the file and the commands; do nothing')
    .action((options: { print?: true }) => run(install(context, options.print === true)));
  command
    .command('remove')
    .description('stop the service and take its file away')
    .action(() => run(remove(context)));
  command
    .command('status')
    .description('say whether it is installed, and whether it runs')
    .option('--json', 'print {"installed", "file", "running", "url"} as JSON')
    .action((options: { json?: true }) => run(status(context, options.json === true)));
  addExamples(command, [
    ['crossfeed service install', 'then the proxy is there whenever you are'],
    ['crossfeed service install --print', 'what would be written, and run'],
    ['crossfeed service status', 'exit 0 where it runs'],
    ['crossfeed service remove', 'as if it had never been'],
  ]);
};

async function install(context: CliContext, isDry: boolean): Promise<ExitCode | void> {
  const plan = planOf(context);
  if (isDry) {
    context.stdout.write(`# ${plan.file}\n${plan.text.replace('\uFEFF', '')}\n${shown(plan.install)}\n`);
    return;
  }
  if (mainFile().includes(`${path.sep}_npx${path.sep}`)) {
    throw new CliError(
      exitCode.failure,
      'This program runs from the cache of npx, which npm may empty: install it first (npm install -g crossfeed).',
    );
  }
  await ensureHome(resolveHome(context.env, context.homedir));
  await mkdir(path.dirname(plan.file), { recursive: true });
  await writeFile(plan.file, plan.text, { encoding: plan.encoding, mode: 0o644 });
  context.stdout.write(`Wrote the ${plan.kind} ${plan.file}\n`);
  const left = await runInTurn(context, plan.install);
  if (left.length > 0) {
    context.stderr.write(`crossfeed: the service is written and not started. Yours to run:\n${shown(left)}\n`);
    return exitCode.failure;
  }
  context.stdout.write(`Started. ${plan.note}\n`);
  for (const name of ['CROSSFEED_GITHUB_TOKEN', 'CROSSFEED_API_KEY'] as const) {
    if ((context.env[name] ?? '') === '') continue;
    context.stderr.write(
      `crossfeed: ${name} is set in this shell only; a service sees what is kept (crossfeed login).\n`,
    );
  }
}

async function remove(context: CliContext): Promise<ExitCode | void> {
  const plan = planOf(context);
  if (!(await isThere(plan))) {
    context.stdout.write('No service is installed.\n');
    return;
  }
  const left = await runInTurn(context, plan.remove);
  await rm(plan.file, { force: true });
  await runInTurn(context, plan.forget);
  context.stdout.write(`Removed the ${plan.kind} ${plan.file}\n`);
  if (left.length === 0) return;
  context.stderr.write(`crossfeed: the system was not told. Yours to run:\n${shown(left)}\n`);
  return exitCode.failure;
}

async function status(context: CliContext, asJson: boolean): Promise<ExitCode> {
  const plan = planOf(context);
  const installed = await isThere(plan);
  const running = installed && (await runSystem(plan.isRunning, context.env)).isDone;
  const url = await runningUrl(context);
  if (asJson) writeJson(context, { installed, file: plan.file, running, url });
  else {
    const service = installed ? `installed, ${running ? 'running' : 'not running'} (${plan.file})` : 'not installed';
    context.stdout.write(`Service: ${service}\nProxy: ${url ?? 'none runs'}\n`);
  }
  return running && url !== null ? exitCode.ok : exitCode.failure;
}

async function runningUrl(context: CliContext): Promise<string | null> {
  try {
    return (await askProxy(context, 'status', {})).url;
  } catch (thrown) {
    if (thrown instanceof ControlError) return null;
    throw thrown;
  }
}

function planOf({ env, homedir }: CliContext): ServicePlan {
  const plan = servicePlan({
    platform: platform(),
    homedir,
    env,
    command: [process.execPath, mainFile(), 'start'],
    home: path.resolve(resolveHome(env, homedir)),
    uid: userInfo().uid,
  });
  if (plan !== undefined) return plan;
  throw new CliError(
    exitCode.failure,
    `No way to run a service on ${platform()} is known: let it start "crossfeed start".`,
  );
}

/** Where one fails, it and what comes after it: the owner's to run. */
async function runInTurn(context: CliContext, commands: readonly SystemCommand[]): Promise<readonly SystemCommand[]> {
  for (const [index, one] of commands.entries()) {
    const { isDone, words } = await runSystem(one, context.env);
    if (isDone) continue;
    context.stderr.write(`crossfeed: ${one[0]}: ${words === '' ? 'failed' : words}\n`);
    return commands.slice(index);
  }
  return [];
}

function isThere({ file }: ServicePlan): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
}

function shown(commands: readonly SystemCommand[]): string {
  return commands.map((one) => `  ${one.join(' ')}`).join('\n');
}

function mainFile(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith('.js') ? '../main.js' : '../main.ts', import.meta.url));
}
