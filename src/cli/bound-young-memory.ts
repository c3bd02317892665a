/** Keeps the part of memory where short-lived objects are born small: for a program that runs for days on somebody's machine. */
import { setFlagsFromString } from 'node:v8';

/**
 * V8 lets it grow to 128 MB as soon as some hundred streams are open or calls come fast, and seldom gives it back. From here
 * on it stays as large as it is (`docs/decisions/0016-young-memory.md`).
 */
export function boundYoungMemory(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
