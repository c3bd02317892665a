/** Kilo Code's CLI, headless, with the provider packages that it shares with opencode. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Launch } from './client-case.ts';
import { nativeProgram } from './native-program.ts';
import { smokeCases, type Wire } from './smoke-cli.ts';

const providers = {
  chat: { npm: '@ai-sdk/openai-compatible', base: '/v1' },
  responses: { npm: '@ai-sdk/openai', base: '/v1' },
  anthropic: { npm: '@ai-sdk/anthropic', base: '/v1' },
  gemini: { npm: '@ai-sdk/google', base: '/v1beta' },
} as const satisfies Readonly<Record<Wire, { readonly npm: string; readonly base: string }>>;

/** Its plugins and updates would come from `registry`. */
export function launchKilo(packages: string, prompt: string, registry: string): Launch {
  return {
    program: nativeProgram(packages, '@kilocode/cli', 'kilo'),
    args: ['run', '--auto', prompt],
    env: {
      KILO_DISABLE_MODELS_FETCH: '1',
      KILO_DISABLE_AUTOUPDATE: '1',
      KILO_DISABLE_DEFAULT_PLUGINS: '1',
      KILO_TELEMETRY_LEVEL: 'off',
      npm_config_registry: registry,
    },
  };
}

export const kilocodeCases = smokeCases(
  { client: 'kilocode', package: '@kilocode/cli', version: '7.7.7', asksFor: ['api.kilo.ai:443'] },
  [
    { wire: 'chat', families: ['Gemini', 'GPT'] },
    { wire: 'responses', families: ['GPT', 'Claude'] },
    { wire: 'anthropic', families: ['Claude', 'GPT'] },
    { wire: 'gemini', families: ['Gemini', 'Claude'] },
  ],
  (wire, model) => ({
    configure({ home, url, key }) {
      const folder = join(home, '.config', 'kilo');
      mkdirSync(folder, { recursive: true });
      const { npm, base } = providers[wire];
      const options = { baseURL: `${url}${base}`, apiKey: key };
      const name = `crossfeed/${model}`;
      const settings = {
        provider: { crossfeed: { npm, name: 'Crossfeed', options, models: { [model]: {} } } },
        model: name,
        small_model: name,
        share: 'disabled',
        autoupdate: false,
      };
      writeFileSync(join(folder, 'kilo.json'), JSON.stringify(settings));
    },
    launch: ({ packages, url }, { prompt }) => launchKilo(packages, prompt, url),
  }),
);
