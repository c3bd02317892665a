/** Whether a tool's program can be found, as a shell would look for it. */
import { accessSync, constants } from 'node:fs';
import { platform } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ToolKnowledge } from '../connect/tool-knowledge.ts';
import type { CliContext } from './cli-context.ts';

/** True for a tool without a program of its own: nobody can look for it. */
export function isInstalled(context: Pick<CliContext, 'env'>, { binaries }: Pick<ToolKnowledge, 'binaries'>): boolean {
  return binaries.length === 0 || binaries.some((name) => findProgram(context, name) !== undefined);
}

/** The file that a shell would start. */
export function findProgram({ env }: Pick<CliContext, 'env'>, name: string): string | undefined {
  const endings = platform() === 'win32' ? (env['PATHEXT'] ?? '.EXE;.CMD;.BAT').split(';') : [''];
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
