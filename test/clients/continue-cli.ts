/** Continue's CLI, headless: with an Ollama, which is our second listener and asks for no key, and with other providers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCase, Family, TaskId } from './client-case.ts';

interface ContinueSetup {
  readonly provider: 'ollama' | 'openai' | 'anthropic' | 'gemini';
  readonly model: string;
  readonly family: Family;
  readonly route: string;
  readonly translated?: true;
  readonly smoke?: readonly TaskId[];
}

const continueCli = (setup: ContinueSetup): ClientCase => ({
  title: `continue, ${setup.provider}, ${setup.family}`,
  client: 'continue',
  package: '@continuedev/cli',
  version: '1.5.47',
  model: setup.model,
  family: setup.family,
  depth: setup.provider === 'ollama' ? 'work' : 'smoke',
  ...(setup.translated && { translated: setup.translated }),
  smoke: setup.smoke ?? [],
  route: setup.route,
  ...(setup.provider === 'ollama' && { proxyFlags: ['--ollama=0', '--ollama-no-key'] }),
  configure({ home, url, ollamaUrl, key }) {
    const folder = join(home, '.continue');
    mkdirSync(folder, { recursive: true });
    const isOllama = setup.provider === 'ollama';
    const lines = [
      'name: Crossfeed',
      'version: 1.0.0',
      'schema: v1',
      'models:',
      '  - name: crossfeed',
      `    provider: ${setup.provider}`,
      `    model: ${setup.model}`,
      `    apiBase: ${isOllama ? ollamaUrl : `${url}/v1`}`,
      ...(isOllama ? [] : [`    apiKey: ${key}`]),
      '    roles: [chat, edit, apply]',
      '    capabilities: [tool_use]',
      '',
    ];
    writeFileSync(join(folder, 'config.yaml'), lines.join('\n'));
  },
  launch: ({ packages, home, url }, { prompt, goesOn }) => ({
    program: join(packages, 'node_modules/@continuedev/cli/dist/cn.js'),
    args: [
      '--config',
      join(home, '.continue', 'config.yaml'),
      '--auto',
      ...(goesOn ? ['--resume'] : []),
      '--print',
      prompt,
    ],
    env: {
      CONTINUE_TELEMETRY_ENABLED: '0',
      CONTINUE_ALLOW_ANONYMOUS_TELEMETRY: '0',
      // Its Gemini provider looks at no `apiBase`.
      ...(setup.provider === 'gemini' && { GOOGLE_GEMINI_BASE_URL: url }),
    },
  }),
});

const claude = { model: 'claude-sonnet-5.5', family: 'Claude' } as const;
const gpt = { model: 'gpt-5.2', family: 'GPT' } as const;
const gemini = { model: 'gemini-3.8-flash', family: 'Gemini' } as const;
// It knows the address of an Ollama and no key, and asks there in the words that Ollama shares with OpenAI.
const ollama = { provider: 'ollama', route: '/v1/chat/completions' } as const;
const chat = { provider: 'openai', route: '/v1/chat/completions' } as const;
const messages = { provider: 'anthropic', route: '/v1/messages' } as const;
const google = {
  provider: 'gemini',
  route: '/v1beta/models/{model}:streamGenerateContent',
  translated: true,
} as const;

export const continueCases: readonly ClientCase[] = [
  continueCli({ ...ollama, ...gemini, smoke: ['create'] }),
  continueCli({ ...ollama, ...claude }),
  continueCli({ ...ollama, ...gpt, route: '/v1/responses' }),
  continueCli({ ...chat, ...gemini }),
  continueCli({ ...chat, ...claude }),
  continueCli({ ...messages, ...claude }),
  continueCli({ ...messages, ...gpt, translated: true }),
  continueCli({ ...google, ...gemini }),
  continueCli({ ...google, ...claude }),
];
