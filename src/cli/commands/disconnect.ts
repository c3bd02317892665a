/** `crossfeed disconnect`: takes out what `connect` wrote, and ends the tool's key. */
import { resolve } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { takeFilesBack } from '../../connect/connect-files.ts';
import type { FileOutcome } from '../../connect/connect-files.ts';
import { connectFolder, readRecords } from '../../connect/connect-record.ts';
import type { ConnectRecord } from '../../connect/connect-record.ts';
import { toolAliases, toolIds } from '../../connect/tools.ts';
import { withFileLock } from '../../config/file-lock.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { crossfeedHomeOf, endToolKey } from '../connect-key.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { findTool } from '../find-tool.ts';
import { writeJson } from '../table.ts';

interface DisconnectOptions {
  readonly all?: true;
  readonly project?: string | true;
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .argument('[tool]', `one of ${toolIds.join(', ')}; ${toolAliases.join(', ')} mean the same tools`)
    .option('--all', 'every connected tool, in every project')
    .option('--project [folder]', 'what was written into this project (or into that folder)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed disconnect claude-code', 'its files as they were; its key opens nothing any more'],
        ['crossfeed disconnect --all', 'before you remove Crossfeed'],
      ]),
    )
    .action((tool: string | undefined, options: DisconnectOptions) => run(disconnect(context, tool, options)));
};

interface Undone {
  readonly tool: string;
  readonly projectDir: string | null;
  readonly keyRevoked: boolean;
  readonly files: readonly FileOutcome[];
}

async function disconnect(
  context: CliContext,
  name: string | undefined,
  options: DisconnectOptions,
): Promise<ExitCode> {
  const home = crossfeedHomeOf(context);
  const { records, torn } = await readRecords(home);
  const wanted = chosen(records, name, options);
  const unread = torn.filter(({ tool }) => name === undefined || tool === findTool(name).id);
  const undone: Undone[] = [];
  for (const { tool, projectDir } of wanted) {
    const one = await withFileLock(`${connectFolder(home)}.lock`, systemClock, () =>
      takeFilesBack(home, tool, projectDir),
    );
    if (one === undefined) continue;
    const { keyId } = one.record;
    const isDone = one.files.every(({ problem }) => problem === null);
    // What could not be taken out still uses it.
    const keyRevoked = keyId !== null && isDone && (await endToolKey(context, keyId));
    undone.push({ tool, projectDir, keyRevoked, files: one.files });
  }
  for (const { problem } of unread) context.stderr.write(`crossfeed: ${problem.message}\n`);
  if (options.json) writeJson(context, undone);
  else if (undone.length > 0 || unread.length === 0) tell(context, undone);
  const isStuck = undone.some(({ files }) => files.some(({ problem }) => problem !== null));
  return isStuck || unread.length > 0 ? exitCode.failure : exitCode.ok;
}

function chosen(
  records: readonly ConnectRecord[],
  name: string | undefined,
  options: DisconnectOptions,
): readonly ConnectRecord[] {
  if (name === undefined && !options.all) {
    throw new CliError(exitCode.usage, 'Which tool? --all takes every one; `crossfeed connect --status` lists them.');
  }
  const tool = name === undefined ? undefined : findTool(name);
  const projectDir = options.project === undefined ? null : resolve(options.project === true ? '.' : options.project);
  return records.filter(
    (record) =>
      (tool === undefined || record.tool === tool.id) && (options.all === true || record.projectDir === projectDir),
  );
}

const outcomeTexts: Readonly<Record<FileOutcome['outcome'], string>> = {
  restored: 'as it was, byte for byte',
  removed: 'gone, as before',
  edited: 'changed since; what Crossfeed wrote is out of it',
  kept: 'left as it is',
};

function tell(context: CliContext, undone: readonly Undone[]): void {
  if (undone.length === 0) return void context.stdout.write('Nothing was connected.\n');
  for (const { tool, projectDir, keyRevoked, files } of undone) {
    const key = keyRevoked ? '; its key is revoked' : '';
    const isStuck = files.some(({ problem }) => problem !== null);
    const where = projectDir === null ? '' : ` in ${projectDir}`;
    context.stdout.write(`${tool}${where} is ${isStuck ? 'not wholly ' : ''}disconnected${key}.\n`);
    for (const { file, outcome, kept, problem } of files) {
      const stays = kept.length === 0 ? '' : ` (yours, and stays: ${kept.join(', ')})`;
      if (problem === null) context.stdout.write(`  ${file}: ${outcomeTexts[outcome]}${stays}\n`);
      else context.stderr.write(`crossfeed: ${problem} Mend it and disconnect again.\n`);
    }
  }
}
