/** Every tool that `env`, `run` and `connect` know, by the names that people type. */
import type { ToolKnowledge } from './tool-knowledge.ts';
import { claudeCode } from './tools/claude-code.ts';
import { codex } from './tools/codex.ts';
import { geminiCli } from './tools/gemini-cli.ts';
import { cline, continueCli, copilotCli, droid, kilocode, pi, qwenCode } from './tools/not-yet.ts';
import { opencode } from './tools/opencode.ts';

/** In the order they are listed. */
export const tools: readonly ToolKnowledge[] = [
  claudeCode,
  codex,
  opencode,
  geminiCli,
  qwenCode,
  copilotCli,
  cline,
  continueCli,
  kilocode,
  droid,
  pi,
];

export const toolIds: readonly string[] = tools.map(({ id }) => id);

/** The programs' names that are not an id: they mean the same tools. */
export const toolAliases: readonly string[] = tools.flatMap(({ id, binaries }) =>
  binaries.filter((name) => name !== id),
);

/** By its id, or by what its program is called. */
export function resolveTool(name: string): ToolKnowledge | undefined {
  return tools.find(({ id }) => id === name) ?? tools.find(({ binaries }) => binaries.includes(name));
}
