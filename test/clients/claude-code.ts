/** Claude Code, headless, configured by environment variables as its users do it. */
import { join } from 'node:path';
import type { ClientCase, TaskId } from './client-case.ts';

/** Without `model` it asks for its own default. */
const claudeCode = (title: string, model: string | null, smoke: readonly TaskId[]): ClientCase => ({
  title: `claude-code, ${title}`,
  client: 'claude-code',
  package: '@anthropic-ai/claude-code',
  version: '2.1.330',
  model: model ?? 'its default, claude-opus-5-5',
  smoke,
  route: '/v1/messages',
  launch: ({ packages, url, key }, { prompt, goesOn }) => ({
    // Its wrapper finds the native program by itself, so the package's install script need not run.
    program: join(packages, 'node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs'),
    args: ['-p', prompt, '--dangerously-skip-permissions', ...(goesOn ? ['--continue'] : [])],
    env: {
      // It refuses to skip permissions as root outside a sandbox.
      IS_SANDBOX: '1',
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_AUTH_TOKEN: key,
      ...(model === null ? {} : { ANTHROPIC_MODEL: model }),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
  }),
});

export const claudeCodeCases: readonly ClientCase[] = [
  claudeCode('newest kind', 'claude-opus-5.5', ['create']),
  // It takes this name for the newest kind too; the model thinks by a budget, so the proxy makes the request fit.
  claudeCode('budget kind', 'claude-haiku-5.5', []),
  claudeCode('its default model', null, []),
];
