/** opencode, headless, with each kind of provider package that its users configure for a proxy. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCase, TaskId } from './client-case.ts';

interface OpencodeSetup {
  readonly npm: string;
  /** Where the package's paths begin. */
  readonly base?: string;
  /** Tells two of one package apart. */
  readonly kind?: string;
  readonly model: string;
  readonly nextModel?: string;
  readonly translated?: true;
  readonly route: string;
  readonly smoke?: readonly TaskId[];
}

/** The package's start file is put in place by an install script, which we do not run: the native part stands beside. */
export function nativeProgram(packages: string): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = process.platform === 'win32' ? 'opencode.exe' : 'opencode';
  const kinds = ['', '-baseline', '-musl', '-baseline-musl'];
  const paths = kinds.map((kind) =>
    join(packages, 'node_modules', `opencode-${platform}-${process.arch}${kind}`, 'bin', name),
  );
  return paths.find((path) => existsSync(path)) ?? 'opencode';
}

const opencode = ({
  npm,
  base = '/v1',
  kind,
  model,
  nextModel,
  translated,
  route,
  smoke = [],
}: OpencodeSetup): ClientCase => ({
  title: `opencode, ${npm}${kind === undefined ? '' : `, ${kind}`}`,
  client: 'opencode',
  package: 'opencode-ai',
  version: '1.18.33',
  model,
  ...(nextModel !== undefined && { nextModel }),
  ...(translated && { translated }),
  smoke,
  route,
  configure({ home, url, key }) {
    const folder = join(home, '.config', 'opencode');
    mkdirSync(folder, { recursive: true });
    const provider = {
      npm,
      name: 'Crossfeed',
      options: { baseURL: `${url}${base}`, apiKey: key },
      models: { [model]: {}, ...(nextModel !== undefined && { [nextModel]: {} }) },
    };
    const settings = {
      $schema: 'https://opencode.ai/config.json',
      provider: { crossfeed: provider },
      model: `crossfeed/${model}`,
      small_model: `crossfeed/${model}`,
      share: 'disabled',
      autoupdate: false,
    };
    writeFileSync(join(folder, 'opencode.json'), JSON.stringify(settings));
  },
  launch: ({ packages, url }, { prompt, goesOn }) => ({
    program: nativeProgram(packages),
    args: ['run', '--auto', ...(goesOn ? ['--continue', '--model', `crossfeed/${nextModel ?? model}`] : []), prompt],
    env: {
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      // It fetches the package for writing plugins at each start, and does without where there is none.
      npm_config_registry: url,
    },
  }),
});

const chat = { npm: '@ai-sdk/openai-compatible', route: '/v1/chat/completions' } as const;
const responses = { npm: '@ai-sdk/openai', route: '/v1/responses' } as const;
const google = {
  npm: '@ai-sdk/google',
  base: '/v1beta',
  route: '/v1beta/models/{model}:streamGenerateContent',
  translated: true,
} as const;
const messages = { npm: '@ai-sdk/anthropic', route: '/v1/messages' } as const;

export const opencodeCases: readonly ClientCase[] = [
  opencode({ ...chat, kind: 'Gemini', model: 'gemini-3.8-flash', smoke: ['command'] }),
  opencode({ ...chat, kind: 'Claude', model: 'claude-sonnet-5.5' }),
  opencode({ ...responses, model: 'gpt-5.2' }),
  opencode({ ...messages, model: 'claude-sonnet-5.5' }),
  opencode({ ...chat, kind: 'GPT, Responses only', model: 'gpt-6-luna', translated: true }),
  opencode({ ...responses, kind: 'Claude', model: 'claude-sonnet-5.5', translated: true, smoke: ['command'] }),
  opencode({ ...responses, kind: 'Gemini', model: 'gemini-3.8-flash', translated: true }),
  opencode({ ...messages, kind: 'GPT', model: 'gpt-5.2', translated: true }),
  opencode({ ...messages, kind: 'Grok', model: 'grok-4.7', translated: true }),
  opencode({ ...google, kind: 'Gemini', model: 'gemini-3.8-flash' }),
  opencode({ ...google, kind: 'Claude', model: 'claude-sonnet-5.5' }),
  opencode({ ...google, kind: 'GPT', model: 'gpt-5.2' }),
  opencode({
    ...responses,
    kind: 'from GPT to Claude',
    model: 'gpt-5.2',
    nextModel: 'claude-sonnet-5.5',
    translated: true,
  }),
];
