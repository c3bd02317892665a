/** Versions of tools that are known not to work through Crossfeed: rows that a run of `npm run test:clients` has shown. */

export interface KnownBroken {
  /** The tool's id. */
  readonly tool: string;
  /** The first version that was seen to break. */
  readonly from: string;
  /** The first later one that was seen to work; null while there is none. */
  readonly worksFrom: string | null;
  /** What breaks, as its user notices it. */
  readonly what: string;
}

export const knownBroken: readonly KnownBroken[] = [
  // written by `npm run test:clients -- --page`
  // end of what is written
];

/** The row that speaks of this version; undefined for none, and for a version that is no number. */
export function brokenRow(
  tool: string,
  version: string,
  rows: readonly KnownBroken[] = knownBroken,
): KnownBroken | undefined {
  const found = /\d+(?:\.\d+){0,3}/.exec(version)?.[0];
  if (found === undefined) return undefined;
  const isBroken = ({ from, worksFrom }: KnownBroken) =>
    compareVersions(found, from) >= 0 && (worksFrom === null || compareVersions(found, worksFrom) < 0);
  return rows.find((row) => row.tool === tool && isBroken(row));
}

/** Below zero where `left` is the older one. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((one) => one.split('.').map(Number));
  for (let place = 0; place < 4; place += 1) {
    const difference = (a?.[place] ?? 0) - (b?.[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
