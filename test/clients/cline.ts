/** Cline's CLI, headless, with the providers that take an address; its Ollama asks in OpenAI's words. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nativeProgram } from './native-program.ts';
import { smokeCases, type Wire } from './smoke-cli.ts';

const providers = {
  chat: { id: 'openai-compatible', base: '/v1' },
  responses: { id: 'openai-native', base: '/v1' },
  anthropic: { id: 'anthropic', base: '/v1' },
  gemini: { id: 'gemini', base: '/v1beta' },
} as const satisfies Readonly<Record<Wire, { readonly id: string; readonly base: string }>>;

export const clineCases = smokeCases(
  { client: 'cline', package: 'cline', version: '3.0.65', asksFor: ['data.cline.bot:443', 'otel.cline.bot:443'] },
  [
    { wire: 'chat', families: ['Gemini', 'GPT'] },
    { wire: 'responses', families: ['GPT', 'Claude'] },
    { wire: 'anthropic', families: ['Claude', 'GPT'] },
    {
      wire: 'gemini',
      families: ['Gemini', 'Claude'],
      cannot: { Claude: 'With this provider Cline offers its tools to models of Google alone.' },
    },
  ],
  (wire, model) => ({
    configure({ home, url, key }) {
      const folder = join(home, '.cline', 'data', 'settings');
      mkdirSync(folder, { recursive: true });
      const { id, base } = providers[wire];
      const settings = { provider: id, apiKey: key, model, baseUrl: `${url}${base}` };
      const provider = { settings, updatedAt: '2026-11-22T00:00:00.000Z', tokenSource: 'manual' };
      const text = JSON.stringify({ version: 1, lastUsedProvider: id, providers: { [id]: provider } });
      writeFileSync(join(folder, 'providers.json'), text);
    },
    launch: ({ packages }, { prompt }) => ({
      program: nativeProgram(packages, '@cline/cli', 'cline'),
      args: ['--provider', providers[wire].id, '--model', model, '--auto-approve', 'true', prompt],
      env: { CLINE_TELEMETRY_DISABLED: '1', CLINE_NO_AUTO_UPDATE: '1' },
    }),
  }),
);
