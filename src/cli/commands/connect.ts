/** `crossfeed connect`: leads a tool here by its own settings, after showing what would change. */
import { resolve } from 'node:path';
import { connectFolder, readRecord, recordFolder } from '../../connect/connect-record.ts';
import { ConnectError, openFiles, planFiles, writeFiles } from '../../connect/connect-files.ts';
import type { ToolKnowledge, ToolPlan } from '../../connect/tool-knowledge.ts';
import { toolAliases, toolIds } from '../../connect/tools.ts';
import { systemClock } from '../../base/clock.ts';
import { ensureHome } from '../../config/home.ts';
import { withFileLock } from '../../config/file-lock.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { checkCall, checkPrice, makeCheckCall } from '../connect-check.ts';
import { crossfeedHomeOf, endToolKey, toolKey } from '../connect-key.ts';
import { report, showChange, shownKey } from '../connect-report.ts';
import type { Written } from '../connect-report.ts';
import { connectPlace } from '../connect-place.ts';
import type { KeylessPlace } from '../connect-place.ts';
import { writeConnectStatus } from '../connect-status.ts';
import { readDefaultKey } from '../default-key.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { findTool } from '../find-tool.ts';
import { isInstalled } from '../is-installed.ts';
import { shQuoted } from '../shell-lines.ts';
import { askYesOrNo } from '../yes-or-no.ts';

interface ConnectOptions {
  readonly status?: true;
  readonly print?: true;
  readonly yes?: true;
  readonly project?: string | true;
  readonly model?: string;
  readonly smallModel?: string;
  readonly backgroundModel?: string;
  readonly account?: string;
  readonly statusLine?: true;
  /** Commander's `--no-check`. */
  readonly check: boolean;
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .argument('[tool]', `one of ${toolIds.join(', ')}; ${toolAliases.join(', ')} mean the same tools`)
    .option('--status', 'show what is connected, and what was changed since')
    .option('--print', 'show the change and write nothing')
    .option('-y, --yes', 'agree to the change and to the check (or CROSSFEED_YES=1)')
    .option('--project [folder]', 'the settings of this project (or of that folder) alone, without the key')
    .option('--model <id>', 'the model for the work; the best of its vendor without it')
    .option('--small-model <id>', 'the model for small tasks')
    .option('--background-model <id>', 'the model for titles and monitors; the cheapest without it')
    .option('--account <name>', 'the account that answers; that of new keys without it')
    .option('--status-line', 'show credits and cache in the status line, where the tool has one')
    .option('--no-check', 'do not make the one small call that shows that it works')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed connect claude-code', 'show what would change, ask, write, and check that it works'],
        ['crossfeed connect codex --print', 'only show it'],
        ['crossfeed connect opencode --yes --no-check', 'for scripts: nothing is asked, no call is made'],
        ['crossfeed connect claude --project', 'this project alone; its files never hold the key'],
        ['crossfeed connect --status', 'what is connected'],
        ['crossfeed disconnect claude-code', 'every file as it was'],
      ]),
    )
    .action((tool: string | undefined, options: ConnectOptions) => run(connect(context, tool, options)));
};

async function connect(context: CliContext, name: string | undefined, options: ConnectOptions): Promise<ExitCode> {
  if (options.status) return writeConnectStatus(context, name, options.json === true);
  if (name === undefined) {
    throw new CliError(
      exitCode.usage,
      `Which tool? Known are ${toolIds.join(', ')}. --status shows what is connected.`,
    );
  }
  for (const id of [options.model, options.smallModel, options.backgroundModel]) {
    if (id !== undefined && !/^[\w./:-]{1,200}$/.test(id)) {
      throw new CliError(exitCode.usage, 'A model is named by its id; `crossfeed models` lists them.');
    }
  }
  const tool = findTool(name);
  const projectDir = options.project === undefined ? null : resolve(options.project === true ? '.' : options.project);
  const place = await connectPlace(context, tool, {
    projectDir,
    statusLine: options.statusLine === true,
    models: { big: options.model, small: options.smallModel, background: options.backgroundModel },
    account: options.account,
  });
  return connectTo(context, tool, place, options);
}

async function connectTo(
  context: CliContext,
  tool: ToolKnowledge,
  place: KeylessPlace,
  options: ConnectOptions,
): Promise<ExitCode> {
  const { projectDir } = place;
  const say = (line: string) => context.stderr.write(`${line}\n`);
  const shown = tool.plan({ ...place, key: shownKey });
  if (tool.tier === 'C') return showSteps(context, tool, shown);
  assertPossible(tool, shown, projectDir);
  const home = crossfeedHomeOf(context);
  const folder = recordFolder(home, tool.id, projectDir);
  const record = await readRecord(folder);
  const planned = await explained(() => planFiles(shown.files, folder, record));
  const call = place.models === null || !options.check ? null : checkCall(tool.protocol, place.models.big.id);
  const asJson = options.json === true;
  const isAgreed = options.yes === true || context.env['CROSSFEED_YES'] === '1';
  if (!asJson || !isAgreed) showChange(context, tool, place, planned);
  if (options.print) return exitCode.ok;
  if (!isInstalled(context, tool))
    say(`${tool.title} is not installed here (${tool.install}): its settings wait for it.`);
  const price = call === null ? null : await checkPrice(place.url, (await readDefaultKey(context)).key, call);
  if (call !== null) {
    const cost = price === null ? 'its price is not known' : `at most ${price} credits`;
    say(`One small call to ${place.models?.big.id ?? ''} checks it: ${cost} (--no-check leaves it out).`);
  }
  if (!isAgreed) {
    const agreed = await askYesOrNo(context, {
      text: `Connect ${tool.title}?`,
      otherwise: '--yes, or CROSSFEED_YES=1',
      returnMeansYes: true,
    });
    if (!agreed) {
      say('Nothing was changed.');
      return exitCode.ok;
    }
  }
  await ensureHome(home);
  const written = await write(context, tool, place, options.account);
  const failed = call === null ? null : await makeCheckCall(place.url, written.key, call);
  report(context, { tool, place, written, call: call !== null, failed, asJson });
  return failed === null ? exitCode.ok : exitCode.failure;
}

/** Nothing of it can be written: what a person does there. */
function showSteps(context: CliContext, tool: ToolKnowledge, { notes, runNotes }: ToolPlan): ExitCode {
  const steps = [...notes, ...runNotes].map((note) => `  ${note}\n`).join('');
  const key = `The key: \`crossfeed keys add connect/${tool.id}\` makes one for it and prints it, this once.`;
  context.stdout.write(`${tool.title} is set up by hand:\n${steps}${key}\n`);
  return exitCode.ok;
}

function assertPossible(tool: ToolKnowledge, plan: ToolPlan, projectDir: string | null): void {
  if (projectDir !== null && tool.projectVariable === null) {
    throw new CliError(exitCode.usage, `${tool.title} has no settings of a project: connect it without --project.`);
  }
  if (plan.files.length === 0) {
    const how = `\`crossfeed env ${tool.id}\` prints what leads it here`;
    throw new CliError(exitCode.usage, `Nothing can be written for ${tool.title}: ${how}.`);
  }
  if (projectDir !== null && holdsKey(plan))
    throw new CliError(exitCode.internal, `The key of ${tool.title} would be in the project: not written.`);
}

/** A tool that keeps keys to itself gets none of its own: nobody would ever see it. */
function holdsKey(plan: ToolPlan): boolean {
  return JSON.stringify(plan.files).includes(shownKey);
}

/** Read again under the lock: another `connect` may have been faster. */
async function write(
  context: CliContext,
  tool: ToolKnowledge,
  place: KeylessPlace,
  account: string | undefined,
): Promise<Written> {
  const home = crossfeedHomeOf(context);
  const { projectDir, url } = place;
  const folder = recordFolder(home, tool.id, projectDir);
  const lock = `${connectFolder(home)}.lock`;
  return withFileLock(lock, systemClock, async () => {
    const record = await readRecord(folder);
    const isNeeded = projectDir === null && holdsKey(tool.plan({ ...place, key: shownKey }));
    const own = isNeeded ? await toolKey(context, { tool: tool.id, account, record }) : null;
    const key = own?.key ?? (await readDefaultKey(context)).key;
    try {
      const plan = tool.plan({ ...place, key });
      const planned = await explained(() => planFiles(plan.files, folder, record));
      const connecting = {
        crossfeedHome: home,
        key,
        tool: tool.id,
        projectDir,
        url,
        keyId: own?.id ?? null,
        keyLabel: own?.label ?? null,
        connectedAt: systemClock.now(),
      };
      const written = await explained(() => writeFiles(planned, connecting));
      for (const file of place.platform === 'win32' ? [] : openFiles(planned, key)) {
        const cure = `\`chmod 600 ${shQuoted(file)}\` keeps it to you`;
        context.stderr.write(
          `crossfeed: Other users of this machine may read ${file}, which holds the key: ${cure}.\n`,
        );
      }
      return { record: written, key, plan, isNewKey: own?.isNew === true };
    } catch (thrown) {
      if (own?.isNew) await endToolKey(context, own.id);
      throw thrown;
    }
  });
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof ConnectError) {
      const left = thrown.isHalfDone
        ? 'What was written before it could not be put back: `crossfeed disconnect` does it once that is mended.'
        : 'Nothing was changed.';
      throw new CliError(exitCode.configuration, `${thrown.message} ${left}`, { cause: thrown });
    }
    throw thrown;
  }
}
