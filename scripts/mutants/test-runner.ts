/** Runs tests of a copy in a vitest that stays, and begins a new one where a change never ends. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ChildQuestion {
  /** Absolute paths. */
  readonly changed: string;
  readonly tests: readonly string[];
}

export interface ChildAnswer {
  readonly ready?: boolean;
  readonly fault?: string;
  /** The first test that failed; null where all passed. */
  readonly failed?: string | null;
  /** How many files of tests passed. */
  readonly ran?: number;
}

export interface TestRunner {
  /** The first test that failed, `no end` where there was none in time, null where all passed. Paths below the copy. */
  run(changed: string, tests: readonly string[], timeoutMs: number): Promise<string | null>;
  close(): void;
}

const program = fileURLToPath(new URL('./vitest-child.ts', import.meta.url));

export function createTestRunner(copy: string): TestRunner {
  let child: ChildProcess | undefined;

  async function started(): Promise<ChildProcess> {
    if (child?.connected === true) return child;
    child = fork(program, [copy], { cwd: copy, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true });
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error('vitest did not start'))),
    ]);
    return child;
  }

  /** With the workers that it started, which may be where it does not end. */
  function end(): void {
    if (child?.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    child = undefined;
  }

  return {
    async run(changed, tests, timeoutMs) {
      const running = await started();
      const question: ChildQuestion = {
        changed: join(copy, changed),
        tests: tests.map((test) => join(copy, test)),
      };
      running.send(question);
      const timeout = AbortSignal.timeout(timeoutMs);
      const answered = new AbortController();
      const signal = AbortSignal.any([timeout, answered.signal]);
      try {
        const [{ failed, ran, fault }] = (await Promise.race([
          once(running, 'message', { signal }),
          once(running, 'exit', { signal }).then(() => [{ failed: 'vitest ended' }]),
        ])) as [ChildAnswer];
        if (fault !== undefined) throw new Error(fault);
        if (failed === null && ran !== tests.length) throw new Error(`${ran} of ${tests.length} tests ran`);
        return failed ?? null;
      } catch (error) {
        if (!timeout.aborted) throw error;
        end();
        return 'no end';
      } finally {
        answered.abort();
      }
    },
    close: end,
  };
}
