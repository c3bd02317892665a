/** How many client connections this process can hold: each takes a file descriptor, and so does its call upstream. */
import { readFileSync } from 'node:fs';

/** What the process itself has open: database, log, sockets of its own. */
const ownDescriptors = 32;

/**
 * `wanted`, or what fits into 80 % of the descriptors that the system gives this process (`decisions.md` 22), if that is
 * less. A call takes two: were the callers' connections to fill them all, nothing could be dialled upstream, and all but
 * the first few calls would fail.
 */
export function connectionLimit(wanted: number, descriptors = descriptorLimit()): number {
  if (descriptors === null) return wanted;
  return Math.min(wanted, Math.max(1, Math.floor(((descriptors - ownDescriptors) * 0.8) / 2)));
}

/** Null where the system has no such limit, or does not tell. */
export function descriptorLimit(): number | null {
  try {
    return parseLimits(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return reportedLimit();
  }
}

/** The soft limit in the words of Linux. */
export function parseLimits(text: string): number | null {
  const soft = /^Max open files\s+(\d+|unlimited)\s/m.exec(text)?.[1];
  return soft === undefined || soft === 'unlimited' ? null : Number(soft);
}

/** macOS tells it by Node's own report, which takes some milliseconds to make; Windows does not have it. */
function reportedLimit(): number | null {
  if (process.platform === 'win32') return null;
  // Without this the report asks DNS for the name of every peer.
  Reflect.set(process.report, 'excludeNetwork', true);
  const report: { readonly userLimits?: { readonly open_files?: { readonly soft?: unknown } } } =
    process.report.getReport();
  const soft = report.userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : null;
}
