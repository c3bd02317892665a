/** A limit on credits within a stretch of time that begins with the first call: five hours, a week. */

export interface UsageWindow {
  spend(nanoAiu: number, nowMs: number): void;
  isFull(nowMs: number): boolean;
  secondsLeft(nowMs: number): number;
  /** `ent=…&rem=…&rst=…`; undefined while less than half is used. */
  header(nowMs: number): string | undefined;
  usedCredits(nowMs: number): number;
}

export function createUsageWindow(limitCredits: () => number | null, lengthS: number): UsageWindow {
  let spentNanoAiu = 0;
  let beganMs = Number.NEGATIVE_INFINITY;
  const hasEnded = (nowMs: number) => nowMs >= beganMs + lengthS * 1000;
  const spentAt = (nowMs: number) => (hasEnded(nowMs) ? 0 : spentNanoAiu);
  const usedShare = (nowMs: number) => {
    const limit = limitCredits();
    return limit === null ? 0 : spentAt(nowMs) / (limit * 1e9);
  };
  return {
    spend(nanoAiu, nowMs) {
      if (hasEnded(nowMs)) {
        beganMs = nowMs;
        spentNanoAiu = 0;
      }
      spentNanoAiu += nanoAiu;
    },
    isFull: (nowMs) => usedShare(nowMs) >= 1,
    secondsLeft: (nowMs) => Math.max(0, Math.ceil((beganMs + lengthS * 1000 - nowMs) / 1000)),
    header(nowMs) {
      const share = usedShare(nowMs);
      if (share < 0.5) return undefined;
      const end = encodeURIComponent(new Date(beganMs + lengthS * 1000).toISOString().replace(/\.\d+Z$/, 'Z'));
      return `ent=${limitCredits() ?? 0}&rem=${Math.max(0, (1 - share) * 100).toFixed(1)}&rst=${end}`;
    },
    usedCredits: (nowMs) => spentAt(nowMs) / 1e9,
  };
}
