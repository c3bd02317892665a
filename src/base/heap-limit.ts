/** What V8 may hold of objects that live: beyond it the program dies. */
import { getHeapStatistics } from 'node:v8';

const mega = 1024 * 1024;
/** V8's own figure holds the most that the young part could have on machines of 64 bits (13.6, Node 24), which it has not. */
const youngBytes = 192 * mega;

/** In bytes: what Node was told by `nodeOptions`, else what V8 took for itself. */
export function heapLimit(nodeOptions = '', found: number = getHeapStatistics().heap_size_limit): number {
  const told = [...nodeOptions.matchAll(/--max[-_]old[-_]space[-_]size[= ](\d+)/g)].at(-1)?.[1];
  if (told !== undefined) return Number(told) * mega;
  return Math.max(found - youngBytes, found / 2);
}
