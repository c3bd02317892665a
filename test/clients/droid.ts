/** Factory's droid, headless, with models of one's own; any key of theirs will do. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nativeProgram } from './native-program.ts';
import { smokeCases, wires, type Wire } from './smoke-cli.ts';

const providers: Readonly<Partial<Record<Wire, string>>> = {
  chat: 'generic-chat-completion-api',
  responses: 'openai',
  anthropic: 'anthropic',
};

export const droidCases = smokeCases(
  {
    client: 'droid',
    package: 'droid',
    version: '0.215.0',
    asksFor: ['api.factory.ai:443', 'telemetry.factory.ai:443', 'otel-collector-123358924663.us-central1.run.app:443'],
  },
  [
    { wire: 'chat', families: ['Gemini', 'GPT'] },
    { wire: 'responses', families: ['GPT', 'Claude'] },
    { wire: 'anthropic', families: ['Claude', 'GPT'] },
  ],
  (wire, model) => ({
    configure({ home, url, key }) {
      const folder = join(home, '.factory');
      mkdirSync(folder, { recursive: true });
      const baseUrl = `${url}${wires[wire].base}`;
      const own = {
        model,
        displayName: 'Crossfeed',
        baseUrl,
        apiKey: key,
        provider: providers[wire],
        maxOutputTokens: 8000,
      };
      writeFileSync(join(folder, 'settings.json'), JSON.stringify({ customModels: [own] }));
    },
    launch: ({ packages }, { prompt }) => ({
      program: nativeProgram(packages, '@factory/cli', 'droid'),
      args: ['exec', '--auto', 'high', '--model', 'custom:Crossfeed-0', prompt],
      env: { FACTORY_API_KEY: 'fk-none', FACTORY_DROID_AUTO_UPDATE_ENABLED: 'false' },
    }),
  }),
);
