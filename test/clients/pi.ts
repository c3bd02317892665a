/** Pi, headless, on each protocol that its custom providers speak: of its new name, and of the one that most still have. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { smokeCases, wires, type Wire } from './smoke-cli.ts';

const apis = {
  chat: 'openai-completions',
  responses: 'openai-responses',
  anthropic: 'anthropic-messages',
  gemini: 'google-generative-ai',
} as const satisfies Readonly<Record<Wire, string>>;

interface Release {
  readonly client: string;
  readonly package: string;
  readonly version: string;
  readonly program: string;
}

const releases: readonly Release[] = [
  { client: 'pi', package: '@earendil-works/pi-coding-agent', version: '0.87.1', program: 'dist/bundle/cli.js' },
  { client: 'pi-legacy', package: '@mariozechner/pi-coding-agent', version: '0.73.1', program: 'dist/cli.js' },
];

export const piCases = releases.flatMap(({ program, ...release }) =>
  smokeCases(
    release,
    [
      { wire: 'chat', families: ['Gemini', 'GPT'] },
      { wire: 'responses', families: ['GPT', 'Claude'] },
      { wire: 'anthropic', families: ['Claude', 'GPT'] },
      { wire: 'gemini', families: ['Gemini', 'Claude'] },
    ],
    (wire, model) => ({
      configure({ home, url, key }) {
        const folder = join(home, '.pi', 'agent');
        mkdirSync(folder, { recursive: true });
        const baseUrl = wire === 'gemini' ? `${url}/v1beta` : `${url}${wires[wire].base}`;
        const provider = { baseUrl, api: apis[wire], apiKey: key, models: [{ id: model }] };
        writeFileSync(join(folder, 'models.json'), JSON.stringify({ providers: { crossfeed: provider } }));
      },
      launch: ({ packages }, { prompt }) => ({
        program: join(packages, 'node_modules', release.package, program),
        args: ['--provider', 'crossfeed', '--model', model, '--offline', '--print', prompt],
        env: { PI_OFFLINE: '1', PI_TELEMETRY: '0' },
      }),
    }),
  ),
);
