/** Versions of tools that are known not to work through Crossfeed: rows that a run of `npm run test:clients` has shown. */

export interface KnownBroken {
  /** The tool's id. */
  readonly tool: string;
  /** The versions that are broken; `to` is the last of them, null while none is known that works. */
  readonly from: string;
  readonly to: string | null;
  /** What breaks, as its user notices it. */
  readonly what: string;
}

/** None of the releases of docs/compatibility.md is. */
export const knownBroken: readonly KnownBroken[] = [];

/** The row that speaks of this version; undefined for none, and for a version that is no number. */
export function brokenRow(
  tool: string,
  version: string,
  rows: readonly KnownBroken[] = knownBroken,
): KnownBroken | undefined {
  const found = /\d+(?:\.\d+){0,3}/.exec(version)?.[0];
  if (found === undefined) return undefined;
  return rows.find(
    (row) => row.tool === tool && compared(found, row.from) >= 0 && (row.to === null || compared(found, row.to) <= 0),
  );
}

function compared(left: string, right: string): number {
  const [a, b] = [left, right].map((one) => one.split('.').map(Number));
  for (let place = 0; place < 4; place += 1) {
    const difference = (a?.[place] ?? 0) - (b?.[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
