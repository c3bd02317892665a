/** One folder a running `crossfeed run`, named for its process: what it keeps for its tool, and that it needs the proxy. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../base/clock.ts';

export interface RunLease {
  /** 0700; gone with the run. */
  readonly folder: string;
  end(): void;
}

/** How soon a proxy that was started for runs notices that the last of them was killed. */
const lookMs = 500;

function runsFolder(home: string): string {
  return path.join(home, 'runs');
}

export function takeLease(home: string, pid: number): RunLease {
  const folder = path.join(runsFolder(home), String(pid));
  // Of an earlier process of this number.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { folder, end: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Whether any run lives; what dead ones left behind is removed. */
export function anyRunLives(home: string): boolean {
  const folder = runsFolder(home);
  if (!existsSync(folder)) return false;
  let any = false;
  for (const name of readdirSync(folder)) {
    if (!/^\d+$/.test(name)) continue;
    if (lives(Number(name))) any = true;
    else rmSync(path.join(folder, name), { recursive: true, force: true });
  }
  return any;
}

/** Calls `onEnd` once no run lives any more: also one that was killed lets go of its proxy. */
export function watchRuns(home: string, onEnd: () => void): () => void {
  let timer = systemClock.after(lookMs, look);
  function look() {
    if (anyRunLives(home)) timer = systemClock.after(lookMs, look);
    else onEnd();
  }
  return () => timer.cancel();
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    // It is there, and somebody else's.
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}
