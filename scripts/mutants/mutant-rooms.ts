/** What a user depends on most, and the tests that answer for it. */

export interface MutantRoom {
  readonly name: string;
  readonly files: RegExp;
  /** Of these, those that load the changed file are run first. Beginnings of paths. */
  readonly near: readonly string[];
  /** And these, where the first notice nothing; quick ones first. */
  readonly far: readonly string[];
}

/** Without the laws and the rows of faults, which take minutes for each change. */
const wholeTranslation = [
  'test/tool-names',
  'test/hub/tool-kinds',
  'test/content-rows',
  'test/translated-streams',
  'test/laws/found-faults',
];

export const mutantRooms: readonly MutantRoom[] = [
  {
    name: 'framing',
    files: /^src\/framing\//,
    near: ['src/framing/'],
    far: ['src/protocols/', 'src/gateway/', 'test/streams', 'test/translated-streams', 'test/laws/'],
  },
  {
    name: 'auth',
    files:
      /^src\/http\/(?:caller-auth|key-registry|origin-guard|wrong-key-limiter|bind-policy|address-set|forwarded|request-target|request-faults|certificate-names)\.ts$/,
    near: ['src/http/'],
    far: ['test/door-', 'test/gemini-door', 'test/ollama-door', 'test/metrics', 'test/accounts', 'test/client-rows'],
  },
  {
    name: 'limits',
    files: /^src\/limits\//,
    near: ['src/limits/'],
    far: [
      'test/queue',
      'test/budget',
      'test/seat',
      'test/estimate',
      'test/politeness',
      'test/cli/budgets',
      'test/dashboard',
    ],
  },
  {
    name: 'cost',
    files:
      /^src\/(?:canonical\/(?:cost|spend|model|price-text|token-usage)|observability\/cost-.*|observability\/metrics\/exchange-figures|upstream\/copilot\/catalog-prices|gateway\/(?:call-estimates|estimate-.*|cache-terms|spend-turn|context-tier|prompt-size)|store\/(?:spend-.*|reservations|exchange-row|quota-readings)|protocols\/[a-z-]+\/usage)\.ts$/,
    near: [
      'src/canonical/',
      'src/observability/',
      'src/upstream/copilot/catalog',
      'src/gateway/',
      'src/store/',
      'src/protocols/',
    ],
    far: [
      'test/ledger',
      'test/estimate',
      'test/token-reports',
      'test/metrics',
      'test/traces',
      'test/context-tier',
      'test/cache-alarm',
      'test/prompt-cache',
      'test/counting',
      'test/budget',
      'test/seat',
      'test/streams',
      'test/translated-streams',
    ],
  },
  { name: 'codecs', files: /^src\/protocols\//, near: ['src/protocols/'], far: wholeTranslation },
  { name: 'translation', files: /^src\/translation\//, near: ['src/translation/'], far: wholeTranslation },
];
