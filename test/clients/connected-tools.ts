/** How a tool is started headless with nothing but its own settings: for the tests of `crossfeed connect`. */
import { join } from 'node:path';
import { claudeCodeCases } from './claude-code.ts';
import type { ClientCase, Launch } from './client-case.ts';
import { codexCases } from './codex.ts';
import { geminiCliCases } from './gemini-cli.ts';
import { nativeProgram } from './native-program.ts';
import { opencodeCases } from './opencode.ts';

export interface ConnectedToolCase {
  /** The id that `connect` knows. */
  readonly tool: string;
  readonly package: string;
  readonly version: string;
  /** What lies in its home before, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** What must stand there byte for byte afterwards; undefined there where it was not there before. */
  readonly reads: readonly string[];
  launch(packages: string, prompt: string): Launch;
}

/** The same release as in the other runs. */
function release(cases: readonly ClientCase[]): Pick<ClientCase, 'package' | 'version'> {
  const [first] = cases;
  if (first === undefined) throw new Error('a tool without runs');
  return { package: first.package, version: first.version };
}

/** No figures, no updates; nothing of where and how it asks. */
const quiet = '[analytics]\nenabled = false # mine\n\n[features]\nplugins = false\napps = false\n';

export const connectedToolCases: readonly ConnectedToolCase[] = [
  {
    tool: 'claude-code',
    ...release(claudeCodeCases),
    files: { '.claude/settings.json': '{\n  "theme": "dark"\n}' },
    reads: ['.claude/settings.json'],
    launch: (packages, prompt) => ({
      program: join(packages, 'node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs'),
      args: ['-p', prompt, '--dangerously-skip-permissions'],
      env: { IS_SANDBOX: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
    }),
  },
  {
    tool: 'codex',
    ...release(codexCases),
    files: { '.codex/config.toml': `check_for_update_on_startup = false\r\n${quiet}` },
    reads: ['.codex/config.toml', '.codex/crossfeed-models.json'],
    launch: (packages, prompt) => ({
      program: join(packages, 'node_modules/@openai/codex/bin/codex.js'),
      args: ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', prompt],
      env: {},
    }),
  },
  {
    tool: 'opencode',
    ...release(opencodeCases),
    files: {
      // opencode itself writes its `$schema` where it is missing.
      '.config/opencode/opencode.jsonc':
        '{\n  "$schema": "https://opencode.ai/config.json",\n  // quiet\n  "share": "disabled",\n  "autoupdate": false,\n}\n',
    },
    reads: ['.config/opencode/opencode.jsonc', '.config/opencode/opencode.json'],
    launch: (packages, prompt) => ({
      program: nativeProgram(packages, 'opencode'),
      args: ['run', '--auto', prompt],
      env: {
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        OPENCODE_DISABLE_AUTOUPDATE: '1',
        OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
        OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
        npm_config_registry: 'http://127.0.0.1:9',
      },
    }),
  },
  {
    tool: 'gemini-cli',
    ...release(geminiCliCases),
    files: {
      '.gemini/settings.json':
        '{ "privacy": { "usageStatisticsEnabled": false }, "general": { "enableAutoUpdate": false } }\n',
    },
    reads: ['.gemini/settings.json', '.gemini/.env'],
    launch: (packages, prompt) => ({
      program: join(packages, 'node_modules/@google/gemini-cli/bundle/gemini.js'),
      args: ['--skip-trust', '--yolo', '--prompt', prompt],
      env: {},
    }),
  },
];
