/** What the kernel says that a program has used, for those that cannot be asked themselves (Linux only). */
import { readFileSync } from 'node:fs';
import type { ChildUsage } from './child-program.ts';

/** Of a tick of the clock that `/proc` counts in: 100 a second wherever Node runs. */
const tickMs = 10;

export function systemUsage(pid: number): ChildUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold blanks: the fields are counted behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const cpuMs = (Number(fields[11]) + Number(fields[12])) * tickMs;
  const rss = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { cpuMs, rssMb: Number(rss?.[1]) / 1024 };
}
