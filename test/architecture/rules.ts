/** The rules of the house, each a function from the sources to one sentence for every place that breaks it. */
import { dirname, join } from 'node:path/posix';
import {
  bannedFileWords,
  entries,
  globalPlacements,
  impureWords,
  lazyPackages,
  maxFileLines,
  mayKnow,
  placements,
  pureRooms,
  siblings,
} from './rooms.ts';
import type { ImportEdge, ScannedSource } from './source-scan.ts';

export type Rule = (sources: readonly ScannedSource[]) => string[];

export const rules = {
  'arrows point down the drawing': eachEdge((source, target) => {
    const from = roomOf(source.path);
    const to = roomOf(target);
    const known = mayKnow[from];
    if (known === undefined) return `${source.path}: the room "${from}" is not in the drawing`;
    if (from === to || known.includes(to)) return undefined;
    return `${source.path}: ${from} may not know ${to} (${target})`;
  }),

  'one wire format never knows another': eachEdge((source, target) => {
    const from = protocolOf(source.path);
    const to = protocolOf(target);
    return from !== undefined && to !== undefined && from !== to ? `${source.path} imports ${target}` : undefined;
  }),

  'rooms side by side do not know each other': eachEdge((source, target) => {
    const [from, to] = [roomOf(source.path), roomOf(target)];
    return from !== to && siblings.includes(from) && siblings.includes(to)
      ? `${source.path} imports ${target}`
      : undefined;
  }),

  'the simulator learns nothing from the code it tests': eachEdge((source, target) =>
    roomOf(source.path) === 'simulator' && ['upstream', 'protocols', 'gateway', 'translation'].includes(roomOf(target))
      ? `${source.path} imports ${target}`
      : undefined,
  ),

  'no circle, not even of types': (sources) => circlesOf(edgesOf(sources, () => true)),

  'codecs are pure': (sources) =>
    productCode(sources)
      .filter(({ path }) => pureRooms.includes(roomOf(path)))
      .flatMap(({ path, imports, code }) => [
        ...imports
          .filter(({ specifier }) => !isRelative(specifier))
          .map(({ specifier }) => `${path} imports ${specifier}`),
        ...impureWords.filter((word) => usesGlobal(code, word)).map((word) => `${path} uses ${word}`),
        ...(/\bMath \. random\b/.test(code) ? [`${path} uses Math.random`] : []),
      ]),

  'framing knows bytes and nothing else of Node': (sources) =>
    productCode(sources)
      .filter(({ path }) => roomOf(path) === 'framing')
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ specifier }) => !isRelative(specifier) && specifier !== 'node:buffer')
          .map(({ specifier }) => `${path} imports ${specifier}`),
      ),

  'each library and each door to the machine has its place': (sources) =>
    productCode(sources).flatMap(({ path, imports, code }) => [
      ...imports.flatMap(({ specifier }) =>
        placements
          .filter(({ what, where }) => what.test(specifier) && !isIn(path, where))
          .map(() => `${path} imports ${specifier}`),
      ),
      ...globalPlacements
        .filter(({ word, where }) => usesGlobal(code, word) && !isIn(path, where))
        .map(({ word }) => `${path} uses ${word}`),
    ]),

  'the schema library is loaded only when needed': (sources) => {
    const edges = edgesOf(sources, ({ typeOnly, dynamic }) => !typeOnly && !dynamic);
    const reached = new Set(entries);
    for (const path of reached) for (const target of edges.get(path) ?? []) reached.add(target);
    return sources
      .filter(({ path }) => reached.has(path))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ specifier, typeOnly, dynamic }) => !typeOnly && !dynamic && isPackage(specifier, lazyPackages))
          .map(({ specifier }) => `${path} imports ${specifier} at every start`),
      );
  },

  'relative imports name an existing file with its ending': (sources) => {
    const paths = new Set(sources.map(({ path }) => path));
    return sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => isRelative(specifier))
        .map(({ specifier }) => join(dirname(path), specifier))
        .filter((target) => target.startsWith('src/') && !paths.has(target))
        .map((target) => `${path} imports ${target}, which is not there`),
    );
  },

  'files stay short enough to read': (sources) =>
    sources
      .filter(({ lines }) => lines > maxFileLines)
      .map(({ path, lines }) => `${path} has ${lines} lines, the limit is ${maxFileLines}`),

  'every file opens with one sentence that says what lives there': (sources) =>
    sources
      // A test's names are its sentences.
      .filter(({ path }) => !path.endsWith('.test.ts'))
      .filter(({ opening }) => opening === undefined || !/[.:!?]\)?$/.test(opening))
      .map(({ path }) => `${path} opens without its sentence`),

  'file names are kebab-case and say what is inside': (sources) =>
    sources.flatMap(({ path }) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.test-data)?\.ts$/.test(name)) return [`${path} is not kebab-case`];
      // In the room that owns Node's `process`, the word is a noun.
      const allowed = path.startsWith('src/cli/') ? ['process'] : [];
      const banned = name.split(/[-.]/).filter((part) => bannedFileWords.includes(part) && !allowed.includes(part));
      return banned.map((part) => `${path} says "${part}", which says nothing`);
    }),
} as const satisfies Record<string, Rule>;

/** `src/http/app.ts` → `http`, `src/proxy.ts` → `proxy`. */
function roomOf(path: string): string {
  return path.split('/')[1]?.replace(/\.ts$/, '') ?? '';
}

/** The folder of one wire format; files directly in `protocols/` are common ground and belong to none. */
function protocolOf(path: string): string | undefined {
  return /^src\/protocols\/([^/]+)\//.exec(path)?.[1];
}

/** Tests may plug rooms together and touch the machine; the rules of rooms bind what ships. */
function productCode(sources: readonly ScannedSource[]): ScannedSource[] {
  return sources.filter(({ path }) => !/\.test(-data)?\.ts$/.test(path));
}

function eachEdge(judge: (source: ScannedSource, target: string) => string | undefined): Rule {
  return (sources) =>
    productCode(sources).flatMap((source) =>
      targetsOf(source, () => true).flatMap((target) => judge(source, target) ?? []),
    );
}

function targetsOf(source: ScannedSource, wanted: (edge: ImportEdge) => boolean): string[] {
  return source.imports
    .filter((edge) => isRelative(edge.specifier) && wanted(edge))
    .map(({ specifier }) => join(dirname(source.path), specifier))
    .filter((target) => target.startsWith('src/'));
}

function edgesOf(sources: readonly ScannedSource[], wanted: (edge: ImportEdge) => boolean): Map<string, string[]> {
  return new Map(productCode(sources).map((source) => [source.path, targetsOf(source, wanted)]));
}

function circlesOf(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const finished = new Set<string>();
  function walk(path: string, trail: readonly string[]): void {
    const start = trail.indexOf(path);
    if (start >= 0) {
      circles.push([...trail.slice(start), path].join(' → '));
      return;
    }
    if (finished.has(path)) return;
    for (const target of edges.get(path) ?? []) walk(target, [...trail, path]);
    finished.add(path);
  }
  for (const path of edges.keys()) walk(path, []);
  return circles;
}

/**
 * Whether `code` uses the global `word` as a value: not `x.word`, not `{ word: … }`, not `word(…) {` of a method.
 * A call of a method declared with a banned name would slip through; type names like `Date` in a signature do not.
 */
function usesGlobal(code: string, word: string): boolean {
  return new RegExp(
    String.raw`(?<!(?:[.?] |\bfunction |\bconst |\blet ))(?<![\w$])${word}(?![\w$])(?! (?:\? )?:)`,
  ).test(code);
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.');
}

function isPackage(specifier: string, names: readonly string[]): boolean {
  return names.some((name) => specifier === name || specifier.startsWith(`${name}/`));
}

function isIn(path: string, where: readonly string[]): boolean {
  return where.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}
