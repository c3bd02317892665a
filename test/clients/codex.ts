/** Codex, headless: with a provider of one's own, and with its built-in provider, which tries a WebSocket first. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCase, ClientPlace } from './client-case.ts';

interface CodexSetup {
  readonly title: string;
  readonly smoke: boolean;
  /** `config.toml`, without the model. */
  config(url: string): string;
  /** Null leaves the choice to Codex, which then works in its "code mode". */
  readonly model: string | null;
}

const script = ({ packages }: ClientPlace) => join(packages, 'node_modules/@openai/codex/bin/codex.js');

const codex = (setup: CodexSetup): ClientCase => ({
  title: setup.title,
  client: 'codex',
  package: '@openai/codex',
  version: '0.169.0',
  smoke: setup.smoke,
  route: '/v1/responses',
  prepare(place, prompt) {
    const folder = join(place.home, '.codex');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'config.toml'), setup.config(place.url));
    // Read by the built-in provider alone; with another one it does no harm.
    writeFileSync(join(folder, 'auth.json'), JSON.stringify({ OPENAI_API_KEY: place.key }));
    const model = setup.model === null ? [] : ['-m', setup.model];
    return {
      script: script(place),
      args: ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', ...model, prompt],
      env: { CROSSFEED_KEY: place.key },
    };
  },
});

const ownProvider = (url: string) =>
  [
    'model_provider = "crossfeed"',
    '[model_providers.crossfeed]',
    'name = "Crossfeed"',
    `base_url = "${url}/v1"`,
    'env_key = "CROSSFEED_KEY"',
    'wire_api = "responses"',
    '',
  ].join('\n');

const builtInProvider = (url: string) => `openai_base_url = "${url}/v1"\n`;

export const codexCases: readonly ClientCase[] = [
  codex({ title: 'codex, own provider', smoke: true, config: ownProvider, model: 'gpt-6-luna' }),
  codex({ title: 'codex, own provider, code mode', smoke: false, config: ownProvider, model: null }),
  codex({ title: 'codex, built-in provider', smoke: false, config: builtInProvider, model: 'gpt-5.2' }),
  codex({ title: 'codex, built-in provider, code mode', smoke: false, config: builtInProvider, model: null }),
];
