/** What a test of the documentation cannot simply type: each with its reason, as data. */

interface Row {
  /** The whole command. */
  readonly command: RegExp;
  readonly why: string;
}

/** Kept short: what can be run is run. */
export const notRun: readonly Row[] = [
  { command: /^npm ci && npm (run demo|test)$/, why: 'the first step of CI, and `crossfeed demo` below' },
  {
    command: /^npm install crossfeed$/,
    why: 'wants a registry; test/second/installed-package.test.ts installs the archive',
  },
  {
    command: /^npm run [\w:]+ --/,
    why: 'for those who work on it: scripts/check-docs.ts holds that the script exists',
  },
  { command: /^docker /, why: 'wants a Docker; the Dockerfile and the compose file have a test of their own' },
  { command: /^crossfeed service (install|remove|status)$/, why: "changes the session's services; `--print` is run" },
  { command: /--host octocorp\.ghe\.com/, why: "a tenant's own host; test/tenant-account.test.ts plays one" },
  { command: /^crossfeed login --from gh$/, why: 'wants a GitHub CLI that is signed in; has tests of its own' },
  { command: /completion zsh|powershell|\| source$/, why: 'of another shell' },
  { command: /^crossfeed approvals watch$/, why: 'silent until a call waits; src/cli tests talk with it' },
  { command: /^"statusLine"/, why: 'a line of JSON, for the settings of Claude Code' },
];

/** Goes on until somebody ends it: run until it says this, then ended as Ctrl-C does. */
export const goesOn: readonly (Row & { readonly says: string; readonly isProxy?: true })[] = [
  { command: /^(\S+=\S+ )*crossfeed( start\b.*)?$/, says: 'http', isProxy: true, why: 'the proxy' },
  { command: /^crossfeed demo/, says: '/ui/', isProxy: true, why: 'the proxy on a simulated seat' },
  { command: /^crossfeed simulate/, says: 'http', why: 'the simulator' },
  { command: /^crossfeed logs -f/, says: '\n', why: 'follows what happens' },
];

/** Ends with another code than 0, by design. */
export const endsWith: readonly (Row & { readonly code: number })[] = [
  { command: /^crossfeed approvals allow 3/, code: 1, why: 'no call waits, and it says so' },
  { command: /^crossfeed forget 3fa9c1ab$/, code: 1, why: 'nothing was learned on this seat, and it says so' },
  { command: /^crossfeed logs -f$/, code: 130, why: 'was ended by Ctrl-C' },
  { command: /^crossfeed doctor --live$/, code: 1, why: 'the simulated seat has a model that its plan refuses' },
];

/** What a reader of this line has done before, on another page. */
export const before: readonly (Row & { readonly first: string })[] = [
  {
    command: /^crossfeed (use|logout|resume|keys add) work/,
    first: 'crossfeed login --name work --github-token-stdin < token.txt',
    why: 'speaks of a second account',
  },
  { command: /--key laptop$/, first: 'crossfeed keys add laptop', why: 'speaks of a key' },
  { command: /--key ci$/, first: 'crossfeed keys add ci', why: 'speaks of a key' },
  { command: /^crossfeed keys add ci/, first: 'crossfeed keys revoke ci', why: 'makes it anew' },
];

/** Programs of others: what they would do is theirs. Tools that `connect` knows are added. */
export const standIns = ['python', 'open-webui', 'gh'];

/** What a reader puts in the place of an example. */
export function asTyped(text: string, world: DocWorld): string {
  return text
    .replaceAll('http://127.0.0.1:4141', world.url)
    .replaceAll('http://127.0.0.1:9464', world.metricsUrl)
    .replaceAll('cf-…', world.exchange)
    .replaceAll(/(session show|--session) (3fa9c1ab|7f4c…)/g, `$1 ${world.session}`)
    .replace('/v1/responses < body.json', '/v1/responses < responses.json')
    .replace(/(--port|-p) \d+/, '$1 0')
    .replaceAll('2026-11-23.json', `${world.today}.json`)
    .replaceAll(/CROSSFEED_GITHUB_TOKEN=…/g, `CROSSFEED_GITHUB_TOKEN=${world.githubToken}`);
}

export interface DocWorld {
  readonly url: string;
  readonly metricsUrl: string;
  readonly exchange: string;
  readonly session: string;
  readonly today: string;
  readonly githubToken: string;
}
