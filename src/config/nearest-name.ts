/** Finds the known name that a misspelt one was probably meant to be. */

/** The nearest of `known` within a third of the word's length (at least 2 changes), or undefined. */
export function nearestName(word: string, known: Iterable<string>): string | undefined {
  return nearestNames(word, known, 1)[0];
}

/** The `count` nearest of `known` within that distance, the nearest first. */
export function nearestNames(word: string, known: Iterable<string>, count: number): readonly string[] {
  const farthest = Math.max(2, Math.floor(word.length / 3));
  return [...known]
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= farthest)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ name }) => name);
}

/** Levenshtein distance; words longer than 100 characters are nobody's misspelling. */
function editDistance(a: string, b: string): number {
  if (a.length > 100 || b.length > 100) return Number.POSITIVE_INFINITY;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substituted, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
