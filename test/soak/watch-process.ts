/** What a process holds, from the outside (Linux): memory and descriptors, and where they are heading. */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessSample {
  readonly atMs: number;
  readonly rssMb: number;
  readonly descriptors: number;
}

export function sampleProcess(pid: number, atMs: number): ProcessSample {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rssKb = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
  return { atMs, rssMb: rssKb / 1024, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/** The lowest of each window: what is left when the garbage is out. */
export function floors(samples: readonly ProcessSample[], windows: number): readonly ProcessSample[] {
  const size = Math.max(1, Math.floor(samples.length / windows));
  return Array.from({ length: Math.floor(samples.length / size) }, (_, index) =>
    samples.slice(index * size, (index + 1) * size).reduce((low, one) => (one.rssMb < low.rssMb ? one : low)),
  );
}

/** Megabytes an hour, by least squares. */
export function slopeMbPerHour(samples: readonly ProcessSample[]): number {
  const mean = (of: (one: ProcessSample) => number) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const atMs = mean((one) => one.atMs);
  const rssMb = mean((one) => one.rssMb);
  const spread = samples.reduce((sum, one) => sum + (one.atMs - atMs) ** 2, 0);
  const common = samples.reduce((sum, one) => sum + (one.atMs - atMs) * (one.rssMb - rssMb), 0);
  return spread === 0 ? 0 : (common / spread) * 3_600_000;
}
