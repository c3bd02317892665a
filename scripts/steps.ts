/** Runs named commands, two at a time, each with its own time limit, and stops at nothing. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

export const root = fileURLToPath(new URL('../', import.meta.url));

export interface Step {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** Killed with all its children after so long. Default: 2 minutes. */
  readonly timeoutMs?: number;
  /** Steps that must have passed before; if one failed, this one fails without running. */
  readonly after?: readonly string[];
}

export interface StepResult {
  readonly name: string;
  readonly passed: boolean;
  readonly durationMs: number;
  /** stdout and stderr as they came. */
  readonly output: string;
}

const environment = {
  ...process.env,
  // The checkout's own node and tools, also where the machine's node is older or the script was not started by npm.
  PATH: `${root}node_modules/.bin:${process.env['PATH'] ?? ''}`,
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
};

export async function runStep(step: Step): Promise<StepResult> {
  const { name, command, timeoutMs = 2 * 60_000 } = step;
  const [program, ...args] = command;
  const startedAt = performance.now();
  let output = '';
  const passed = await new Promise<boolean>((resolve) => {
    // A group of its own: a time-out must also end what the program started.
    const child = spawn(program, args, {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const { pid } = child;
    if (pid !== undefined) groups.add(pid);
    const timer = setTimeout(() => {
      output += `\n${name}: no end after ${timeoutMs / 1000} s\n`;
      if (pid !== undefined) endGroup(pid);
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', (error) => {
      clearTimeout(timer);
      output += `${name}: ${error.message}\n`;
      resolve(false);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (pid !== undefined) groups.delete(pid);
      resolve(code === 0);
    });
  });
  return { name, passed, durationMs: performance.now() - startedAt, output };
}

/** Process groups under way: Ctrl-C reaches this program only, and must end them too. */
const groups = new Set<number>();
for (const [signal, exitCode] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    for (const pid of groups) endGroup(pid);
    process.exit(exitCode);
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in the same moment.
  }
}

/** Runs all steps in their order, at most `atOnce` side by side; tells `onResult` as each ends. */
export async function runSteps(
  steps: readonly Step[],
  atOnce: number,
  onResult: (result: StepResult) => void = () => {},
): Promise<StepResult[]> {
  const results = new Map<string, Promise<StepResult>>();
  const waiting = [...steps];

  async function runAfter(step: Step): Promise<StepResult> {
    const before = await Promise.all((step.after ?? []).flatMap((name) => results.get(name) ?? []));
    const failed = before.find(({ passed }) => !passed);
    if (failed === undefined) return runStep(step);
    return { name: step.name, passed: false, durationMs: 0, output: `not run: ${failed.name} failed\n` };
  }

  async function work(): Promise<void> {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const result = runAfter(step);
      results.set(step.name, result);
      onResult(await result);
    }
  }

  await Promise.all(Array.from({ length: atOnce }, work));
  return Promise.all(results.values());
}

/** One line a step: what it was, how it ended, how long it took. */
export function resultLine({ name, passed, durationMs }: StepResult): string {
  return `${passed ? '  ok  ' : 'FAILED'}  ${name.padEnd(14)} ${(durationMs / 1000).toFixed(1).padStart(6)} s`;
}

/** What a step said, its last 200 lines. */
export function outputReport({ name, output }: StepResult): string {
  const lines = stripVTControlCharacters(output).trimEnd().split('\n');
  const shown = lines.length > 200 ? ['…', ...lines.slice(-200)] : lines;
  return [`──── ${name} ────`, ...shown, ''].join('\n');
}
