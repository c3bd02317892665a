/** Codex, headless: with a provider of one's own, and with its built-in provider, which tries a WebSocket first. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCase, Depth, Family, TaskId } from './client-case.ts';

interface CodexSetup {
  readonly title: string;
  readonly family?: Family;
  readonly depth?: Depth;
  readonly nextModel?: string;
  readonly translated?: true;
  /** The built-in provider asks over a WebSocket. */
  readonly socket?: true;
  readonly compacts?: true;
  /** Codex's road for models on this machine: an Ollama, which is our second listener. */
  readonly oss?: true;
  readonly searches?: true;
  readonly smoke?: readonly TaskId[];
  /** `config.toml`, without the model. */
  config(url: string): string;
  /** Null leaves the choice to Codex, which then works in its "code mode". */
  readonly model: string | null;
}

const codex = (setup: CodexSetup): ClientCase => ({
  title: `codex, ${setup.title}`,
  client: 'codex',
  package: '@openai/codex',
  version: '0.169.0',
  model: setup.model ?? 'its default, gpt-6.1-sol',
  ...(setup.nextModel !== undefined && { nextModel: setup.nextModel, handsThoughtsOn: true }),
  ...(setup.translated && { translated: setup.translated }),
  family: setup.family ?? 'GPT',
  depth: setup.depth ?? 'work',
  ...(setup.compacts && { compaction: 'declared' }),
  ...(setup.searches && { searches: setup.searches }),
  ...(setup.oss && { proxyFlags: ['--ollama=0', '--ollama-no-key'] }),
  smoke: setup.smoke ?? [],
  route: setup.socket ? 'ws:/v1/responses' : '/v1/responses',
  configure({ home, url, key }) {
    const folder = join(home, '.codex');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'config.toml'), setup.config(url));
    // Read by the built-in provider alone; with another one it does no harm.
    writeFileSync(join(folder, 'auth.json'), JSON.stringify({ OPENAI_API_KEY: key }));
  },
  launch({ packages, key, ollamaUrl }, { prompt, goesOn, image }) {
    const asked = goesOn ? (setup.nextModel ?? setup.model) : setup.model;
    const model = asked === null ? [] : ['-m', asked];
    // It takes several images behind one flag, so the prompt needs a mark of its own.
    const images = image === undefined ? [] : ['-i', image, '--'];
    const oss = setup.oss ? ['--oss', '--local-provider', 'ollama'] : [];
    const flags = ['--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', ...model];
    return {
      program: join(packages, 'node_modules/@openai/codex/bin/codex.js'),
      args: goesOn
        ? ['exec', ...oss, 'resume', '--last', ...flags, prompt]
        : ['exec', ...oss, ...flags, ...images, prompt],
      env: { CROSSFEED_KEY: key, ...(setup.oss && { CODEX_OSS_BASE_URL: `${ollamaUrl}/v1` }) },
    };
  },
});

/** Nothing for the world outside: no look for updates, no figures, no marketplace. */
const quiet = [
  'check_for_update_on_startup = false',
  '[analytics]',
  'enabled = false',
  '[features]',
  'plugins = false',
  'apps = false',
  '',
];

const ownProvider = (url: string) =>
  [
    'model_provider = "crossfeed"',
    ...quiet,
    '[model_providers.crossfeed]',
    'name = "Crossfeed"',
    `base_url = "${url}/v1"`,
    'env_key = "CROSSFEED_KEY"',
    'wire_api = "responses"',
    '',
  ].join('\n');

const builtInProvider = (url: string) => [`openai_base_url = "${url}/v1"`, ...quiet].join('\n');

const builtIn = { socket: true, config: builtInProvider } as const;

const codeMode = (url: string) =>
  ownProvider(url).replace('[features]', '[features]\ncode_mode = true\ncode_mode_only = true');

/** More than a first prompt with all its tools, less than that and a long answer. */
const early = (config: CodexSetup['config']) => (url: string) =>
  `model_auto_compact_token_limit = 11000\n${config(url)}`;

/** A provider of this name gets what the built-in one gets (a compaction by trigger), over HTTP. */
const ownOpenAi = (url: string) => ownProvider(url).replace('"Crossfeed"', '"OpenAI"');

const compacting = { compacts: true, config: early(ownOpenAi) } as const;
const compactingSocket = { ...compacting, socket: true, config: early(builtInProvider) } as const;

const foreign = { translated: true, config: ownProvider } as const;
const foreignCodeMode = { ...foreign, config: codeMode } as const;

const claude = { model: 'claude-sonnet-5.5', family: 'Claude', translated: true } as const;
const gemini = { model: 'gemini-3.8-flash', family: 'Gemini', translated: true } as const;

export const codexCases: readonly ClientCase[] = [
  // A model that Codex does not know gets plain function tools; the newest ones work in its "code mode".
  codex({ title: 'own provider', depth: 'full', smoke: ['edit', 'cap'], config: ownProvider, model: 'gpt-5.2' }),
  codex({ title: 'own provider, code mode', config: ownProvider, model: 'gpt-6-luna' }),
  codex({ ...builtIn, title: 'built-in provider', depth: 'full', model: 'gpt-5.2' }),
  codex({ ...builtIn, title: 'built-in provider, its default model', model: null }),
  codex({ ...builtIn, ...claude, title: 'built-in provider, Claude', depth: 'full' }),
  codex({ ...builtIn, ...gemini, title: 'built-in provider, Gemini', depth: 'full' }),
  codex({ ...foreign, ...claude, title: 'own provider, Claude', depth: 'full', smoke: ['edit'] }),
  codex({ ...foreign, ...gemini, title: 'own provider, Gemini', depth: 'full' }),
  codex({ ...foreign, title: 'own provider, Grok', model: 'grok-4.7', family: 'Grok' }),
  codex({ ...foreignCodeMode, ...claude, title: 'own provider, code mode, Claude', model: 'claude-opus-5.5' }),
  codex({ ...foreignCodeMode, ...gemini, title: 'own provider, code mode, Gemini' }),
  codex({ oss: true, config: () => quiet.join('\n'), title: 'with --oss', model: 'gpt-5.2' }),
  codex({ ...claude, oss: true, config: () => quiet.join('\n'), title: 'with --oss, Claude', smoke: ['create'] }),
  codex({ ...compacting, title: 'compacting, GPT', model: 'gpt-5.2' }),
  codex({ ...compacting, ...claude, title: 'compacting, Claude' }),
  codex({ ...compacting, ...gemini, title: 'compacting, Gemini' }),
  codex({ ...compactingSocket, title: 'compacting over a socket, GPT', model: 'gpt-5.2' }),
  codex({ ...compactingSocket, ...claude, title: 'compacting over a socket, Claude', smoke: ['compact'] }),
  codex({ ...compactingSocket, ...gemini, title: 'compacting over a socket, Gemini' }),
  codex({ ...foreign, ...claude, title: 'searching the web, Claude', searches: true }),
  codex({ ...foreign, title: 'from GPT to Claude', model: 'gpt-5.2', nextModel: 'claude-sonnet-5.5' }),
  codex({ ...foreign, ...claude, title: 'from Claude to GPT', nextModel: 'gpt-5.2' }),
];
