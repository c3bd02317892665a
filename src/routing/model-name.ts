/** Takes a model's name apart: what clients put around and behind a name, its words and its version. */

/** A name by its parts: the same model under any spelling has the same words and version. */
export interface NameParts {
  /** In their order, lower case: `claude`, `opus`. */
  readonly words: readonly string[];
  /** `4-5` and `4.5` alike: `[4, 5]`. Empty for a bare family. */
  readonly version: readonly number[];
}

const dateSuffix = /[-@](?:\d{8}|\d{4}-\d{2}-\d{2})$/;
/** As Bedrock and Vertex write the name of a release. */
const releaseSuffix = /-v\d+(?::\d+)?$/;

/** The name without what stands before its last slash (`openrouter/anthropic/…`), or before Bedrock's dot (`us.anthropic.…`). */
export function withoutVendor(name: string): string {
  const bare = name.slice(name.lastIndexOf('/') + 1);
  return bare.replace(/^(?:[a-z]{2,6}\.)?[a-z]{3,12}\.(?=[a-z]+-)/, '');
}

/** The name without the day of its release, and without `-latest`. */
export function withoutDate(name: string): string {
  return name
    .replace(releaseSuffix, '')
    .replace(/-latest$/, '')
    .replace(dateSuffix, '');
}

const tagSuffix = ':latest';

/** The name without `:latest`, which Ollama's clients read into a name without a tag. */
export function withoutTag(name: string): string {
  return name.toLowerCase().endsWith(tagSuffix) ? name.slice(0, -tagSuffix.length) : name;
}

/** `[1m]` behind a name, as tokens: the window that is asked for. Null without one. */
export function windowSuffix(name: string): { readonly base: string; readonly tokens: number } | null {
  const found = /^(.+)\[(\d{1,4})([km])\]$/i.exec(name);
  const [, base, count, unit] = found ?? [];
  if (base === undefined || count === undefined || unit === undefined) return null;
  return { base, tokens: Number(count) * (unit.toLowerCase() === 'm' ? 1_000_000 : 1_000) };
}

/** All that is left without vendor, day, tag and window: two spellings of one name have the same. */
export function bareName(name: string): string {
  const lower = withoutTag(name.toLowerCase());
  return dashForm(withoutDate(withoutVendor(windowSuffix(lower)?.base ?? lower)));
}

/** The dash form in lower case, which the dot form shares. */
export function dashForm(name: string): string {
  return name.toLowerCase().replaceAll('.', '-').replaceAll(/[_ ]/g, '-');
}

/** Words and version of a name without its date. A letter at a number is a word of its own: `4o`, `o3`, `k2.7`. */
export function partsOf(name: string): NameParts {
  const words: string[] = [];
  const version: number[] = [];
  for (const piece of dashForm(withoutDate(name.toLowerCase())).split('-')) {
    const [, before = '', number, after = ''] = /^([a-z]?)(\d{1,4})([a-z]?)$/.exec(piece) ?? [];
    if (number === undefined) {
      if (piece !== '') words.push(piece);
      continue;
    }
    if (before !== '') words.push(before);
    version.push(Number(number));
    if (after !== '') words.push(after);
  }
  // 4 and 4.0 are one version.
  while (version.length > 1 && version.at(-1) === 0) version.pop();
  return { words, version };
}

/** Which of two versions is newer, for sorting: the newest last. */
export function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
