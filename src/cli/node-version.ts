/** Which versions of Node can run the program, and which of them have known holes in their HTTP. */

export type NodeVerdict =
  | { readonly kind: 'fine' }
  | { readonly kind: 'too-old'; readonly message: string }
  /** Works, and says so on every start. */
  | { readonly kind: 'holed'; readonly message: string };

const oldest = [22, 19, 0];

/** Major line -> the first release without the known holes (CVE-2026-21710, 21713, 21717). */
const mended: Readonly<Record<number, readonly number[]>> = { 22: [22, 22, 2], 24: [24, 14, 1] };

/** `version` as `process.versions.node` has it, e.g. `24.14.1`. This file is read by every Node there is: no new syntax. */
export function judgeNode(version: string): NodeVerdict {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10));
  if (isBefore(parts, oldest)) {
    return {
      kind: 'too-old',
      message: `Node ${version} is too old for Crossfeed: install Node 22.19 or newer (nodejs.org), and start again.`,
    };
  }
  const safe = mended[parts[0] ?? 0];
  if (safe !== undefined && isBefore(parts, safe)) {
    return {
      kind: 'holed',
      message: `Node ${version} has known holes in its HTTP server: update it to ${safe.join('.')} or newer.`,
    };
  }
  return { kind: 'fine' };
}

function isBefore(version: readonly number[], other: readonly number[]): boolean {
  for (const [index, part] of other.entries()) {
    const own = version[index] ?? 0;
    if (own !== part) return own < part;
  }
  return false;
}
