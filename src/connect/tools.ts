/** Every tool that `env`, `run` and `connect` know, by the names that people type. */
import type { ToolKnowledge } from './tool-knowledge.ts';
import { aider } from './tools/aider.ts';
import { claudeDesktop, jetbrains, vscode, xcode } from './tools/by-steps.ts';
import { anthropicSdk, googleSdk, ollamaSdk, openaiSdk, openWebui } from './tools/by-variables.ts';
import { claudeCode } from './tools/claude-code.ts';
import { cline } from './tools/cline.ts';
import { codex } from './tools/codex.ts';
import { continueCli } from './tools/continue.ts';
import { copilotCli } from './tools/copilot.ts';
import { crush } from './tools/crush.ts';
import { droid } from './tools/droid.ts';
import { geminiCli } from './tools/gemini-cli.ts';
import { kilocode } from './tools/kilocode.ts';
import { opencode } from './tools/opencode.ts';
import { pi } from './tools/pi.ts';
import { qwenCode } from './tools/qwen-code.ts';
import { zed } from './tools/zed.ts';

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
  aider,
  zed,
  crush,
  vscode,
  claudeDesktop,
  xcode,
  jetbrains,
  openWebui,
  openaiSdk,
  anthropicSdk,
  googleSdk,
  ollamaSdk,
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
