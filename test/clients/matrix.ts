/** Which task of which client a run does: the whole matrix, narrowed by what was asked for. */
import type { ClientCase, TaskId } from './client-case.ts';
import { clientTasks, tasksOfDepth, type ClientTask } from './tasks.ts';

export interface Cell {
  readonly clientCase: ClientCase;
  readonly task: ClientTask;
}

export interface Wish {
  /** The short run. */
  readonly smoke?: boolean;
  /** Clients, or whole titles, commas and all. */
  readonly only?: readonly string[];
  readonly tasks?: readonly string[];
  /** What is known not to work, in place of what works: does it still not? */
  readonly limits?: boolean;
  /** `2/4`: the second of four equal parts. */
  readonly shard?: string;
}

/** What the case is about, before anything is left out for its known limits. */
export function tasksOf({ compaction, searches, nextModel, depth }: ClientCase): readonly TaskId[] {
  if (compaction !== undefined) return ['compact'];
  if (searches) return ['search'];
  return tasksOfDepth[nextModel === undefined ? depth : 'sequel'];
}

export function cellsOf(cases: readonly ClientCase[], wish: Wish = {}): readonly Cell[] {
  const { smoke = false, only, tasks, shard, limits = false } = wish;
  const chosen = only?.flatMap((words) => wordsFor(words, cases));
  const cells = cases.flatMap((clientCase) => {
    if (!(chosen?.some((word) => clientCase.title.startsWith(word)) ?? true)) return [];
    const able = new Set(tasksOf(clientCase).filter((id) => (clientCase.cannot?.[id] !== undefined) === limits));
    const isWanted = (id: TaskId) =>
      able.has(id) && (smoke ? clientCase.smoke.includes(id) : (tasks?.includes(id) ?? true));
    return clientTasks.filter(({ id }) => isWanted(id)).map((task) => ({ clientCase, task }));
  });
  if (shard === undefined) return cells;
  const [part, parts] = shard.split('/').map(Number);
  if (!part || !parts || part > parts) throw new Error(`--shard wants N/OF, such as 2/4, not ${shard}`);
  return cells.filter((_, index) => index % parts === part - 1);
}

/** Titles hold commas: what begins a title is one, and only what begins none is a list. */
function wordsFor(words: string, cases: readonly ClientCase[]): readonly string[] {
  if (cases.some(({ title }) => title.startsWith(words))) return [words];
  return words.split(',').map((word) => word.trim());
}
