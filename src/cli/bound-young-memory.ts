/** Keeps the part of memory where short-lived objects are born as large as the load asks for: small at rest, never huge. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const megabyte = 1024 * 1024;
/** What collecting costs falls until here, and hardly any more beyond it. */
const wantedBytes = 16 * megabyte;
/** Of CPU in a second: a tenth of a core. */
const busyMs = 100;
const lookMs = 1000;

/**
 * V8 lets it grow to 128 MB as soon as some hundred streams are open or calls come fast, and seldom gives it back. From here
 * on it grows once the program is busy, and to 16 MB (`docs/decisions/0016-young-memory.md`).
 */
export function boundYoungMemory(): void {
  setFactor(1);
  // What the start takes is no load.
  let before: NodeJS.CpuUsage | undefined;
  setInterval(() => {
    const now = process.cpuUsage();
    if (before && millisecondsOf(now) - millisecondsOf(before) >= busyMs) growYoungMemory();
    before = now;
  }, lookMs).unref();
}

const millisecondsOf = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000;

/** In one step of a few milliseconds, where it is smaller. */
function growYoungMemory(): void {
  const first = youngBytes();
  if (first > wantedBytes / 2) return;
  setFactor(Math.round(wantedBytes / first));
  // V8 lets it grow when a collection finds more alive than it held before; a second growth must not come unseen.
  const alive: unknown[] = [];
  for (let kept = 0; kept < 1000 && youngBytes() === first; kept += 1)
    alive.push(Array.from({ length: 4096 }, () => kept));
  setFactor(1);
}

/** V8 multiplies by it at each growth, and reads it each time. */
function setFactor(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}

/** Of the two halves that objects are copied between, one. */
function youngBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  return Math.max(megabyte, (young?.space_size ?? 2 * wantedBytes) / 2);
}
