/** Grok CLI, headless, on the one protocol that it speaks. */
import { join } from 'node:path';
import { smokeCases } from './smoke-cli.ts';

export const grokCliCases = smokeCases(
  { client: 'grok-cli', package: '@vibe-kit/grok-cli', version: '0.0.34' },
  [{ wire: 'chat', families: ['Grok', 'Gemini', 'GPT'] }],
  (_wire, model) => ({
    launch: ({ packages, url, key }, { prompt }) => ({
      program: join(packages, 'node_modules/@vibe-kit/grok-cli/dist/index.js'),
      args: ['--base-url', `${url}/v1`, '--api-key', key, '--model', model, '--prompt', prompt],
      env: {},
    }),
  }),
);
