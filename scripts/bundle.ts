/** Puts our own modules, Kysely and the parts of undici that we use into few files: a start reads each file that it imports. */
import { join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';
import type { Plugin } from 'rolldown';
import { root } from './steps.ts';

const sources = join(root, 'src', '/');

/** What is started or imported by its own name. Each lies one folder below `dist`, as the chunks do: `places` counts on it. */
const entries = {
  'cli/main': 'cli/main.ts',
  'library/index': 'index.ts',
  'simulator/index': 'simulator/index.ts',
  'tokens/token-worker': 'tokens/token-worker.ts',
  'store/keychain-child': 'store/keychain-child.ts',
};

/** Becomes part of our files. Others are loaded as they are installed, so that a fix of theirs needs no release of ours. */
const taken = /^(kysely|undici\/lib)(\/|$)/;
const isPackage = (id: string) => /^[@\w]/.test(id) && !/^[a-z]:[\\/]/i.test(id);

/** What stands in for modules that bring much more than the proxy uses. Our tests run on `lean/undici.js` too (vitest's `bundled`). */
const lean: Readonly<Record<string, string>> = {
  undici: join(root, 'scripts/lean/undici.js'),
  'node:http': join(root, 'scripts/lean/node-http.js'),
};

/** For our own modules; not for what people type, who wait for GitHub there anyway, and which uses what is left out. */
const isLean = (id: string, importer = '') =>
  Object.hasOwn(lean, id) && importer.startsWith(sources) && !importer.startsWith(join(sources, 'cli'));

const leanModules: Plugin = {
  name: 'lean-modules',
  resolveId: (id, importer) => (isLean(id, importer) ? lean[id] : null),
};

/** In a chunk a module still says where it stood, so that what is beside it (`../web`, `./token-worker.js`) is found. */
const places: Plugin = {
  name: 'places',
  transform(code, id) {
    const below = relative(sources, id);
    if (below.startsWith('..') || !code.includes('import.meta.url')) return null;
    const place = `../${below.split(sep).join('/').replace(/\.ts$/, '.js')}`;
    return {
      code: code.replaceAll('import.meta.url', `new URL('${place}', import.meta.url).href`),
      // Every line stays the line it was.
      map: { version: 3, names: [], sources: [id], mappings: `AAAA${';AACA'.repeat(code.split('\n').length - 1)}` },
    };
  },
};

const bundle = await rolldown({
  input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(sources, file)])),
  platform: 'node',
  tsconfig: join(root, 'tsconfig.json'),
  transform: { target: 'node22.19' },
  external: (id, importer) => isPackage(id) && !taken.test(id) && !isLean(id, importer),
  plugins: [leanModules, places],
});
await bundle.write({
  dir: join(root, 'dist'),
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  // Names stay as they are written; `node --enable-source-maps` shows the lines of our sources.
  minify: false,
  sourcemap: true,
  sourcemapExcludeSources: true,
});
await bundle.close();
