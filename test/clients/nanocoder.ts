/** Nanocoder, headless, on the two protocols whose address it can be told: its Gemini provider knows Google's alone. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { smokeCases } from './smoke-cli.ts';

export const nanocoderCases = smokeCases(
  { client: 'nanocoder', package: '@nanocollective/nanocoder', version: '1.30.0' },
  [
    { wire: 'chat', families: ['Gemini', 'GPT'] },
    { wire: 'anthropic', families: ['Claude', 'GPT'] },
  ],
  (wire, model) => ({
    configure({ home, url, key }) {
      const folder = join(home, '.config', 'nanocoder');
      mkdirSync(folder, { recursive: true });
      // The AI SDK's provider of that name, which wants the version in its address.
      const sdkProvider = wire === 'anthropic' ? 'anthropic' : 'openai-compatible';
      const provider = { name: 'crossfeed', baseUrl: `${url}/v1`, apiKey: key, models: [model], sdkProvider };
      writeFileSync(join(folder, 'agents.config.json'), JSON.stringify({ nanocoder: { providers: [provider] } }));
    },
    launch: ({ packages, home }, { prompt }) => ({
      program: join(packages, 'node_modules/@nanocollective/nanocoder/dist/cli.js'),
      args: [
        '--provider',
        'crossfeed',
        '--model',
        model,
        '--mode',
        'yolo',
        '--trust-directory',
        '--plain',
        'run',
        prompt,
      ],
      env: { NANOCODER_CONFIG_DIR: join(home, '.config', 'nanocoder') },
    }),
  }),
);
