/** `crossfeed connect --status`: which tools are connected, and what somebody changed since. */
import { connectedTools } from '../connect/connected-tools.ts';
import type { ConnectedFile, ConnectedTool } from '../connect/connected-tools.ts';
import type { ConnectedToolSummary } from '../control/contract.ts';
import type { CliContext } from './cli-context.ts';
import { crossfeedHomeOf } from './connect-key.ts';
import { exitCode } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { findTool } from './find-tool.ts';
import { writeJson } from './table.ts';

/** Always 0: what drifted may be meant. */
export async function writeConnectStatus(
  context: CliContext,
  name: string | undefined,
  asJson: boolean,
): Promise<ExitCode> {
  const wanted = name === undefined ? undefined : findTool(name).id;
  const all = await connectedTools(crossfeedHomeOf(context));
  const tools = all.filter(({ tool }) => wanted === undefined || tool === wanted);
  if (asJson) writeJson(context, tools);
  else context.stdout.write(tools.length === 0 ? 'No tool is connected.\n' : `${tools.flatMap(linesOf).join('\n')}\n`);
  return exitCode.ok;
}

/** The same for the dashboard, without what it says of each file. */
export async function toolSummaries(context: CliContext): Promise<readonly ConnectedToolSummary[]> {
  const all = await connectedTools(crossfeedHomeOf(context));
  return all.map(({ tool, title, projectDir, keyLabel, state, files }) => {
    const drifted = files.filter((one) => one.state !== 'ours' && one.state !== 'edited').map(({ file }) => file);
    return { tool, title, projectDir, keyLabel, state, drifted };
  });
}

function linesOf({ tool, title, projectDir, url, keyLabel, state, files }: ConnectedTool): readonly string[] {
  if (url === null)
    return [
      `${title} (${tool}): its record is torn: mend it by hand, or delete its folder`,
      ...files.map(({ file }) => `  ${file}`),
    ];
  const where = projectDir === null ? '' : `, project ${projectDir}`;
  const key = keyLabel === null ? '' : `, key ${keyLabel}`;
  const again =
    state === 'connected' ? '' : ` (\`crossfeed connect ${tool}${projectDir === null ? '' : ' --project'}\` mends it)`;
  return [`${title} (${tool}${where}): ${state}${again}; ${url}${key}`, ...files.map((file) => `  ${fileText(file)}`)];
}

const stateTexts: Readonly<Record<ConnectedFile['state'], string>> = {
  ours: 'as it was written',
  edited: 'changed since; what was written stands',
  drifted: 'changed since',
  missing: 'gone',
  unreadable: 'cannot be read',
};

function fileText({ file, state, drifted }: ConnectedFile): string {
  return `${file}: ${stateTexts[state]}${drifted.length === 0 ? '' : `: ${drifted.join(', ')}`}`;
}
