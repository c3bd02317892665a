/** Puts our own modules, Kysely and the parts of undici that we use into few files: a start reads each file that it imports. */
import { join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';
import type { Plugin } from 'rolldown';
import { root } from './steps.ts';

const sources = join(root, 'src');

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

/** What the proxy uses of modules that bring much more with them, as the text of a module that brings no more. */
const lean: Readonly<Record<string, string>> = {
  // Of its hundred files a pool needs thirty. What is missing here is a fault of the build, not of a start.
  undici: `
    import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
    import request from 'undici/lib/api/api-request.js';
    export { default as Agent } from 'undici/lib/dispatcher/agent.js';
    export { default as Client } from 'undici/lib/dispatcher/client.js';
    export { default as Pool } from 'undici/lib/dispatcher/pool.js';
    export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
    export { default as buildConnector } from 'undici/lib/core/connect.js';
    Dispatcher.prototype.request = request;`,
  // Imported, each of its exports is read, and reading `WebSocket` loads the undici that is inside Node.
  'node:http': `
    const http = process.getBuiltinModule('node:http');
    export default http;
    export const { createServer } = http;`,
};

/** Not for what people type: they wait for GitHub there anyway, and it uses what is left out. */
const isLean = (id: string, importer?: string) =>
  Object.hasOwn(lean, id) && importer !== undefined && !importer.startsWith(join(sources, 'cli'));

const leanModules: Plugin = {
  name: 'lean-modules',
  resolveId: (id, importer) => (isLean(id, importer) ? join(root, `${id}?lean`) : null),
  load: (id) => (id.endsWith('?lean') ? lean[relative(root, id).slice(0, -'?lean'.length)] : null),
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
