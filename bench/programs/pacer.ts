/** Lets a thousand streams beat in turn on one timer: a timer each would cost the upstream more than the writes. */

export interface Pacer {
  /** Calls `beat` every `gapMs` until it returns false; the returned function ends it at once. */
  join(gapMs: number, beat: () => boolean): () => void;
}

interface Member {
  readonly beat: () => boolean;
  readonly gapMs: number;
  nextAt: number;
}

export function createPacer(): Pacer {
  const members = new Set<Member>();
  let joined = 0;
  const tick = () => {
    const now = performance.now();
    for (const member of members) {
      if (member.nextAt > now) continue;
      member.nextAt += member.gapMs;
      if (!member.beat()) members.delete(member);
    }
  };
  setInterval(tick, 1);
  return {
    join(gapMs, beat) {
      // Spread over the gap, so that chunks really come alone and not a thousand in one tick.
      const offsetMs = (joined++ % 100) * (gapMs / 100);
      const member: Member = { beat, gapMs, nextAt: performance.now() + offsetMs };
      members.add(member);
      return () => members.delete(member);
    },
  };
}
