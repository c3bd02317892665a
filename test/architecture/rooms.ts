/** The drawing of the house as data: which room may know which, and what may stand in which room only. */

/** A room is a folder of `src/`, or a file that stands there alone. */
export type Room = string;

const ground = ['errors', 'base'] as const;
const words = ['canonical', 'framing', 'config', ...ground] as const;
const sideBySide = ['translation', 'routing', 'limits', 'observability', 'store', 'tokens', 'control'] as const;

/**
 * What each room may import besides itself. A folder that is missing here is a fault: draw it first.
 * `gateway` and the doors know `observability` and `store` by their types and small values (the event bus);
 * `proxy.ts` plugs the rest in.
 */
export const mayKnow: Readonly<Record<Room, readonly Room[]>> = {
  base: [],
  errors: [],
  canonical: ['errors'],
  framing: ['base'],
  config: ['canonical', ...ground],
  protocols: ['canonical', 'framing', ...ground],
  translation: ['protocols', 'canonical', 'framing', ...ground],
  media: [...words],
  upstream: [...words],
  routing: [...words],
  limits: [...words],
  observability: [...words],
  store: [...words],
  tokens: ['canonical', 'config', ...ground],
  control: ['observability', ...words],
  connect: ['control', ...words],
  doctor: ['control', 'connect', ...words],
  // Judges our reference by the seat; the seat's own health is the doctor's.
  probe: ['upstream', ...words],
  gateway: [
    'translation',
    'routing',
    'limits',
    'observability',
    'store',
    'tokens',
    'media',
    'protocols',
    'upstream',
    ...words,
  ],
  simulator: ['framing', 'base'],
  http: ['gateway', ...sideBySide, 'protocols', 'upstream', ...words],
  dashboard: ['gateway', ...sideBySide, 'protocols', 'upstream', ...words],
  replay: ['http', 'gateway', 'media', ...sideBySide, 'protocols', 'upstream', ...words],
  proxy: [
    'proxy-contract',
    'http',
    'dashboard',
    'simulator',
    'gateway',
    ...sideBySide,
    'connect',
    'doctor',
    'media',
    'protocols',
    'upstream',
    ...words,
  ],
  // Beside `proxy.ts`: its types alone.
  'proxy-contract': ['http', 'dashboard', 'limits', 'observability', 'store', 'media', 'gateway', 'upstream', ...words],
  // The same proxy for somebody else's program.
  'embedded-proxy': ['proxy', 'proxy-contract', 'http', 'observability', 'store', 'upstream', ...words],
  index: ['embedded-proxy', 'proxy-contract', 'http', ...sideBySide, 'upstream', ...words],
  cli: [
    'index',
    'proxy',
    'replay',
    'http',
    'simulator',
    ...sideBySide,
    'connect',
    'doctor',
    'probe',
    'protocols',
    'upstream',
    ...words,
  ],
};

/** These stand side by side and state the interface they need of each other; `proxy.ts` plugs them together. */
export const siblings: readonly Room[] = ['routing', 'limits', 'observability', 'store', 'upstream'];

/** No I/O, no timer, no clock, no random: what they need of these is handed in. */
export const pureRooms: readonly Room[] = ['protocols', 'canonical', 'translation'];

/** `Date`, timers and the like as they would appear in code. `.` before the word means somebody's own property. */
export const impureWords: readonly string[] = [
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'Date',
  'performance',
  'crypto',
  'process',
  'console',
  'globalThis',
];

/** A thing of the world and where it may be touched: a room, or one file. The reason stands in design.md §4 and §7. */
export const placements: readonly { readonly what: RegExp; readonly where: readonly string[] }[] = [
  { what: /^(hono|@hono\/.*)(\/|$)/, where: ['src/http/app.ts', 'src/dashboard/'] },
  { what: /^zod(\/|$)/, where: ['src/config/', 'src/control/', 'src/dashboard/'] },
  { what: /^commander$/, where: ['src/cli/'] },
  { what: /^undici$/, where: ['src/upstream/', 'src/media/fetch-remote.ts', 'src/proxy.ts', 'src/cli/'] },
  { what: /^sharp$/, where: ['src/media/load-sharp.ts'] },
  { what: /^(kysely(\/.*)?|node:sqlite)$/, where: ['src/store/'] },
  { what: /^jsonc-parser$/, where: ['src/config/', 'src/connect/'] },
  { what: /^pino(-pretty)?$/, where: ['src/observability/'] },
  { what: /^@prometheus-io\/client$/, where: ['src/observability/metrics/load-prometheus.ts'] },
  { what: /^ws$/, where: ['src/http/web-socket-door.ts'] },
  { what: /^rotating-file-stream$/, where: ['src/observability/log-file.ts'] },
  {
    what: /^node:fs(\/promises)?$/,
    where: [
      'src/store/',
      'src/config/',
      'src/control/',
      'src/connect/',
      'src/doctor/',
      'src/tokens/',
      'src/simulator/',
      'src/cli/',
      'src/observability/log-file.ts',
      'src/dashboard/assets.ts',
    ],
  },
  { what: /^node:(process|console|readline|tty)/, where: ['src/cli/'] },
];

/** Globals that have one home, and where that is. */
export const globalPlacements: readonly { readonly word: string; readonly where: readonly string[] }[] = [
  { word: 'process', where: ['src/cli/'] },
  { word: 'console', where: ['src/cli/'] },
];

/** Loading the schema library costs more than starting the rest of the proxy: no entry may reach it before it must. */
export const lazyPackages: readonly string[] = ['zod', 'sharp', '@prometheus-io/client'];

/** What Node starts: the static imports of these are paid by every start. */
export const entries: readonly string[] = ['src/cli/main.ts', 'src/index.ts'];

export const bannedFileWords: readonly string[] = [
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'misc',
  'handle',
  'handler',
  'process',
  'manage',
  'manager',
];

export const maxFileLines = 400;
