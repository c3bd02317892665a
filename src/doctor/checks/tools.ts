/** Checks of the tools that were led here. */
import { brokenRow, knownBroken } from '../../connect/known-broken.ts';
import type { KnownBroken } from '../../connect/known-broken.ts';
import type { ConnectedTool } from '../../connect/connected-tools.ts';
import { check } from '../check.ts';
import type { Check } from '../check.ts';

interface ToolFinding {
  readonly kind?: 'changed' | 'elsewhere' | 'broken-version';
  readonly seen: string;
}

export function createToolsCheck(rows: readonly KnownBroken[]): Check {
  return check(
    'tools',
    'Connected tools',
    {
      changed: {
        state: 'warning',
        cause: 'A tool’s settings do not say any more what was written there, or the file is gone.',
        cure: '`crossfeed connect TOOL` shows the difference and writes it again; `crossfeed disconnect TOOL` takes ours away.',
      },
      elsewhere: {
        state: 'warning',
        cause: 'A tool was led to another address than the proxy has now.',
        cure: '`crossfeed connect TOOL` leads it here.',
      },
      'broken-version': {
        state: 'warning',
        cause: 'The installed version of a tool is known not to work through Crossfeed.',
        cure: 'Install another version; docs/compatibility.md lists those that were tried.',
      },
    },
    async (world) => {
      const tools = await world.tools();
      const server = await world.server();
      const found = await Promise.all(
        tools.map(async (tool): Promise<readonly ToolFinding[]> => {
          const version = await world.toolVersion(tool.tool);
          const broken = version === null ? undefined : brokenRow(tool.tool, version, rows);
          return [
            ...changedOf(tool),
            ...(server !== null && tool.url !== null && server.url !== tool.url
              ? [{ kind: 'elsewhere' as const, seen: `${tool.tool}: ${tool.url}, the proxy is ${server.url}` }]
              : []),
            ...(broken ? [{ kind: 'broken-version' as const, seen: brokenWords(tool.tool, version, broken) }] : []),
          ];
        }),
      );
      const findings = found.flat();
      if (findings.length > 0) return findings;
      return [{ seen: tools.length === 0 ? 'none' : tools.map(({ tool }) => tool).join(', ') }];
    },
  );
}

function brokenWords(tool: string, version: string | null, { what, worksFrom }: KnownBroken): string {
  return `${tool} ${version}: ${what}${worksFrom === null ? '' : `; works from ${worksFrom} on`}`;
}

function changedOf({ tool, state, files }: ConnectedTool): readonly ToolFinding[] {
  if (state === 'connected') return [];
  const changed = files.filter((one) => one.state !== 'ours' && one.state !== 'edited');
  return changed.map(({ file, state: how, drifted }) => ({
    kind: 'changed',
    seen: `${tool}: ${file} ${drifted.length > 0 ? drifted.join(', ') : how}`,
  }));
}

export const toolsCheck = createToolsCheck(knownBroken);
