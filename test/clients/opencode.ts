/** opencode, headless, with each kind of provider package that its users configure for a proxy. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientCase, Depth, Family, TaskId } from './client-case.ts';
import { nativeProgram } from './native-program.ts';

interface OpencodeSetup {
  readonly npm: string;
  /** Where the package's paths begin. */
  readonly base?: string;
  /** Tells two of one package apart. */
  readonly kind?: string;
  readonly model: string;
  readonly family: Family;
  readonly depth?: Depth;
  readonly compacts?: true;
  readonly nextModel?: string;
  readonly translated?: boolean;
  readonly route: string;
  readonly cannot?: ClientCase['cannot'];
  readonly smoke?: readonly TaskId[];
}

/** What a model can take is told in its configuration; unsaid, images are left out. */
const seeing = { attachment: true, modalities: { input: ['text', 'image'], output: ['text'] } };
/** What this package has to be told before a model that it does not know thinks, and keeps its thoughts. */
const thinking: Readonly<Record<string, object>> = {
  '@ai-sdk/openai': {
    reasoning: true,
    options: { reasoningEffort: 'medium', store: false, include: ['reasoning.encrypted_content'] },
  },
  '@ai-sdk/google': { reasoning: true, options: { thinkingConfig: { includeThoughts: true, thinkingBudget: 4000 } } },
};
/** Its tools and a long answer do not fit in twice. */
const small = { limit: { context: 24_000, output: 12_000 } };

const opencode = ({
  npm,
  base = '/v1',
  kind,
  model,
  family,
  depth = 'full',
  compacts,
  nextModel,
  translated,
  route,
  cannot,
  smoke = [],
}: OpencodeSetup): ClientCase => ({
  title: `opencode, ${npm}${kind === undefined ? '' : `, ${kind}`}`,
  client: 'opencode',
  package: 'opencode-ai',
  version: '1.18.33',
  model,
  family,
  depth,
  ...(nextModel !== undefined && { nextModel }),
  ...(compacts && { compaction: /anchored summary|summarize|summary/i }),
  // What goes on behind its summary has `What did we do so far?` in place of the first turn, under the same system prompt
  // and tools, and the last answer with the thought that Claude bound to that turn: where the package sends it back.
  ...(compacts && family === 'Claude' && route !== chat.route && route !== google.route && { mended: ['signature'] }),
  ...(translated && { translated }),
  ...(cannot && { cannot }),
  smoke,
  route,
  configure({ home, url, key }) {
    const folder = join(home, '.config', 'opencode');
    mkdirSync(folder, { recursive: true });
    const provider = {
      npm,
      name: 'Crossfeed',
      options: { baseURL: `${url}${base}`, apiKey: key },
      models: {
        [model]: { ...(compacts ? small : seeing), ...thinking[npm] },
        ...(nextModel !== undefined && { [nextModel]: {} }),
      },
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
  launch: ({ packages, url }, { prompt, goesOn, image }) => ({
    program: nativeProgram(packages, 'opencode'),
    args: [
      'run',
      '--auto',
      ...(goesOn ? ['--continue', '--model', `crossfeed/${nextModel ?? model}`] : []),
      prompt,
      ...(image === undefined ? [] : ['--file', image]),
    ],
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

const chat = {
  npm: '@ai-sdk/openai-compatible',
  route: '/v1/chat/completions',
  cannot: {
    thoughts:
      'This package sends nothing back of what seals thoughts (`reasoning_opaque`, `thought_signature`); the model goes on ' +
      'without them.',
  },
} as const;
const responses = { npm: '@ai-sdk/openai', route: '/v1/responses' } as const;
const google = {
  npm: '@ai-sdk/google',
  base: '/v1beta',
  route: '/v1beta/models/{model}:streamGenerateContent',
  translated: true,
} as const;
const messages = { npm: '@ai-sdk/anthropic', route: '/v1/messages' } as const;

const claude = { kind: 'Claude', model: 'claude-sonnet-5.5', family: 'Claude' } as const;
const gpt = { kind: 'GPT', model: 'gpt-5.2', family: 'GPT' } as const;
const gemini = { kind: 'Gemini', model: 'gemini-3.8-flash', family: 'Gemini' } as const;
const luna = { kind: 'GPT, Responses only', model: 'gpt-6-luna', family: 'GPT', translated: true } as const;
const translated = true;

/** Whether the family's model speaks the wire itself. */
function speaks({ route }: { readonly route: string }, { family }: { readonly family: Family }): boolean {
  if (route === chat.route) return true;
  return route === (family === 'GPT' ? responses.route : family === 'Claude' ? messages.route : null);
}

export const opencodeCases: readonly ClientCase[] = [
  opencode({ ...chat, ...gemini, smoke: ['command'] }),
  opencode({ ...chat, ...claude }),
  opencode({ ...chat, ...luna }),
  opencode({ ...responses, ...gpt }),
  opencode({ ...responses, ...claude, translated, smoke: ['command'] }),
  opencode({ ...responses, ...gemini, translated }),
  opencode({ ...messages, ...claude }),
  opencode({ ...messages, ...gpt, translated }),
  opencode({ ...messages, ...gemini, translated }),
  opencode({ ...messages, kind: 'Grok', model: 'grok-4.7', family: 'Grok', depth: 'work', translated }),
  opencode({ ...google, ...gemini }),
  opencode({ ...google, ...claude }),
  opencode({ ...google, ...gpt }),
  ...[chat, responses, messages, google].flatMap((wire) =>
    [claude, gpt, gemini].map((its) =>
      opencode({ ...wire, ...its, kind: `compacting, ${its.kind}`, compacts: true, translated: !speaks(wire, its) }),
    ),
  ),
  opencode({ ...responses, ...gpt, kind: 'from GPT to Claude', nextModel: 'claude-sonnet-5.5', translated }),
];
