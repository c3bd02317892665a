/** A tool by what people type, or the sentence that says which there are. */
import { nearestName } from '../config/nearest-name.ts';
import type { ToolKnowledge } from '../connect/tool-knowledge.ts';
import { resolveTool, toolAliases, toolIds } from '../connect/tools.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

/** Throws `CliError` (usage). */
export function findTool(name: string): ToolKnowledge {
  const found = resolveTool(name);
  if (found !== undefined) return found;
  const near = nearestName(name, [...toolIds, ...toolAliases]);
  throw new CliError(
    exitCode.usage,
    `"${name}" is no tool that is known here${near === undefined ? '.' : `; did you mean ${near}?`} Known are ${toolIds.join(', ')}.`,
  );
}
