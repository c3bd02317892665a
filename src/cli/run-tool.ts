/** Runs a tool in the user's terminal, as if they had typed it: its streams, its signals, its exit code. */
import { spawn } from 'node:child_process';
import { constants, platform } from 'node:os';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

export interface ToolCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Its exit code; 128 and the signal's number where a signal ended it, as shells say it. */
export async function runTool(context: CliContext, { program, args, env }: ToolCommand): Promise<number> {
  const isScript = platform() === 'win32' && /\.(?:cmd|bat)$/i.test(program);
  const child = spawn(isScript ? `"${program}"` : program, isScript ? args.map(cmdQuoted) : [...args], {
    env: { ...env },
    stdio: 'inherit',
    shell: isScript,
  });
  const quiet = context.onSignal((signal) => {
    // The terminal sends Ctrl-C to both of us; what it does is the tool's to decide.
    if (signal === 'SIGINT' && context.isTty.stdin) return;
    child.kill(signal);
  });
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (cause) =>
        reject(new CliError(exitCode.failure, `${program} cannot be started: ${cause.message}.`, { cause })),
      );
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  } finally {
    quiet();
  }
}

function cmdQuoted(text: string): string {
  return /^[\w./:=@-]+$/.test(text) ? text : `"${text.replaceAll('"', '""').replaceAll('%', '"%"')}"`;
}

/** Variables that would lead a tool past the ones it is given. */
const rivals: Readonly<Record<string, readonly string[]>> = {
  ANTHROPIC_AUTH_TOKEN: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX'],
  GEMINI_API_KEY: ['GOOGLE_API_KEY', 'GOOGLE_GENAI_USE_VERTEXAI', 'GOOGLE_GENAI_USE_GCA'],
};
/** Ours: they open the seat, and a tool has no use for them. */
const ours = ['CROSSFEED_GITHUB_TOKEN', 'CROSSFEED_GITHUB_TOKEN_FILE', 'CROSSFEED_API_KEY', 'CROSSFEED_API_KEY_FILE'];

/** The user's environment with the tool's variables, without our secrets and without what would win over them. */
export function toolEnvironment(
  env: CliContext['env'],
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string | undefined>> {
  const left = { ...env };
  for (const name of [...ours, ...Object.keys(variables).flatMap((one) => rivals[one] ?? [])]) delete left[name];
  return { ...left, ...variables };
}
