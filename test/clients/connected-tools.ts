/** How a tool is started headless with nothing but its own settings: for the tests of `crossfeed connect`. */
import { join } from 'node:path';
import { claudeCodeCases } from './claude-code.ts';
import type { ClientCase, Launch } from './client-case.ts';
import { clineCases } from './cline.ts';
import { codexCases } from './codex.ts';
import { continueCases } from './continue-cli.ts';
import { copilotCases } from './copilot-cli.ts';
import { droidCases } from './droid.ts';
import { geminiCliCases } from './gemini-cli.ts';
import { kilocodeCases, launchKilo } from './kilocode.ts';
import { nativeProgram } from './native-program.ts';
import { opencodeCases } from './opencode.ts';
import { piCases } from './pi.ts';
import { qwenCases } from './qwen-code.ts';

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

const copilotLoader = 'node_modules/@github/copilot/npm-loader.js';
/** As `connect` tells people to; not there in a run by `crossfeed run`. */
const readFirst = 'f="$HOME/.copilot/crossfeed.env"; [ -f "$f" ] && { set -a; . "$f"; set +a; }; exec "$0" "$@"';

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
  {
    tool: 'qwen-code',
    ...release(qwenCases),
    files: {
      // It writes its version into settings that have none.
      '.qwen/settings.json':
        '{\n  // mine\n  "telemetry": { "enabled": false },\n  "general": { "disableAutoUpdate": true },\n  "$version": 4\n}\n',
    },
    reads: ['.qwen/settings.json'],
    launch: (packages, prompt) => ({
      program: join(packages, 'node_modules/@qwen-code/qwen-code/cli-entry.js'),
      args: ['--yolo', prompt],
      env: { QWEN_TELEMETRY_ENABLED: 'false' },
    }),
  },
  {
    tool: 'copilot',
    ...release(copilotCases),
    files: {},
    reads: ['.copilot/crossfeed.env'],
    launch: (packages, prompt) => ({
      program: '/bin/sh',
      args: [
        '-c',
        readFirst,
        process.execPath,
        join(packages, copilotLoader),
        '-p',
        prompt,
        '--allow-all-tools',
        '--no-auto-update',
      ],
      env: { COPILOT_AUTO_UPDATE: 'false' },
    }),
  },
  {
    tool: 'cline',
    ...release(clineCases),
    files: {
      '.cline/data/settings/providers.json':
        '{\n  "version": 1,\n  "modes": {},\n  "providers": {\n    "ollama": {\n      "settings": {\n        "provider": "ollama"\n      },\n      "updatedAt": "2026-01-01T00:00:00.000Z",\n      "tokenSource": "manual"\n    }\n  }\n}\n',
    },
    reads: ['.cline/data/settings/providers.json'],
    launch: (packages, prompt) => ({
      program: nativeProgram(packages, '@cline/cli', 'cline'),
      args: ['--auto-approve', 'true', prompt],
      env: { CLINE_TELEMETRY_DISABLED: '1', CLINE_NO_AUTO_UPDATE: '1' },
    }),
  },
  {
    tool: 'continue',
    ...release(continueCases),
    files: {},
    reads: ['.continue/config.yaml'],
    launch: (packages, prompt) => ({
      program: join(packages, 'node_modules/@continuedev/cli/dist/cn.js'),
      args: ['--auto', '--print', prompt],
      env: { CONTINUE_TELEMETRY_ENABLED: '0', CONTINUE_ALLOW_ANONYMOUS_TELEMETRY: '0' },
    }),
  },
  {
    tool: 'kilocode',
    ...release(kilocodeCases),
    files: {
      // What its `--auto` writes by itself.
      '.config/kilo/kilo.jsonc':
        '{\n  "$schema": "https://app.kilo.ai/config.json",\n  // quiet\n  "share": "disabled",\n  "autoupdate": false,\n  "permission": {\n    "bash": "allow"\n  },\n}\n',
    },
    reads: ['.config/kilo/kilo.jsonc', '.config/kilo/kilo.json'],
    launch: (packages, prompt) => launchKilo(packages, prompt, 'http://127.0.0.1:9'),
  },
  {
    tool: 'droid',
    ...release(droidCases),
    files: { '.factory/settings.json': '{\n  // mine\n  "enableDroidShield": false\n}\n' },
    reads: ['.factory/settings.json'],
    launch: (packages, prompt) => ({
      program: nativeProgram(packages, '@factory/cli', 'droid'),
      args: ['exec', '--auto', 'high', prompt],
      env: { FACTORY_API_KEY: 'not-needed', FACTORY_DROID_AUTO_UPDATE_ENABLED: 'false' },
    }),
  },
  {
    tool: 'pi',
    ...release(piCases),
    files: { '.pi/agent/settings.json': '{ "theme": "dark" }' },
    reads: ['.pi/agent/settings.json', '.pi/agent/models.json'],
    launch: (packages, prompt) => ({
      program: join(packages, 'node_modules/@earendil-works/pi-coding-agent/dist/bundle/cli.js'),
      args: ['--offline', '--print', prompt],
      env: { PI_OFFLINE: '1', PI_TELEMETRY: '0' },
    }),
  },
];
