/** What came of the cells so far, a line each in the cache folder, so that a run that was cut short can go on. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from './client-cache.ts';
import type { ClientCase, TaskId } from './client-case.ts';

export interface WrittenVerdict {
  readonly title: string;
  /** A later release of the client has to show it again. */
  readonly version: string;
  readonly task: TaskId;
  readonly result: 'passed' | 'failed' | 'not run';
  readonly note: string;
  /** When it was shown, as ISO text. */
  readonly at: string;
}

export interface VerdictFile {
  clear(): void;
  add(verdict: WrittenVerdict): void;
  /** The newest; undefined where this release did not do this task yet. */
  of(clientCase: ClientCase, task: TaskId): WrittenVerdict | undefined;
}

export function openVerdictFile(file = join(cacheFolder(process.env), 'verdicts.jsonl')): VerdictFile {
  const known = new Map<string, WrittenVerdict>();
  const keyOf = ({ title, version, task }: Pick<WrittenVerdict, 'title' | 'version' | 'task'>) =>
    [title, version, task].join('\n');
  if (existsSync(file))
    for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
      const verdict = JSON.parse(line) as WrittenVerdict;
      // Of a form that has no time, nobody can say how old it is.
      if (typeof verdict.at === 'string') known.set(keyOf(verdict), verdict);
    }
  return {
    clear() {
      known.clear();
      rmSync(file, { force: true });
    },
    add(verdict) {
      known.set(keyOf(verdict), verdict);
      mkdirSync(dirname(file), { recursive: true });
      appendFileSync(file, `${JSON.stringify(verdict)}\n`);
    },
    of: ({ title, version }, task) => known.get(keyOf({ title, version, task })),
  };
}
