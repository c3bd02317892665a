/** Claude Code, headless, configured by environment variables as its users do it. */
import { join } from 'node:path';
import type { ClientCase, TaskId } from './client-case.ts';

interface ClaudeCodeSetup {
  readonly title: string;
  /** Null leaves the choice to Claude Code. */
  readonly model: string | null;
  readonly nextModel?: string;
  readonly translated?: true;
  readonly searches?: true;
  readonly smoke?: readonly TaskId[];
}

const claudeCode = ({ title, model, nextModel, translated, searches, smoke = [] }: ClaudeCodeSetup): ClientCase => ({
  title: `claude-code, ${title}`,
  client: 'claude-code',
  package: '@anthropic-ai/claude-code',
  version: '2.1.330',
  model: model ?? 'its default, claude-opus-5-5',
  ...(nextModel !== undefined && { nextModel }),
  ...(translated && { translated }),
  ...(searches && { searches }),
  smoke,
  route: '/v1/messages',
  launch: ({ packages, url, key }, { prompt, goesOn }) => {
    const asked = goesOn ? (nextModel ?? model) : model;
    return {
      // Its wrapper finds the native program by itself, so the package's install script need not run.
      program: join(packages, 'node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs'),
      args: ['-p', prompt, '--dangerously-skip-permissions', ...(goesOn ? ['--continue'] : [])],
      env: {
        // It refuses to skip permissions as root outside a sandbox.
        IS_SANDBOX: '1',
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_AUTH_TOKEN: key,
        ...(asked === null ? {} : { ANTHROPIC_MODEL: asked }),
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        // Else its search tool has to be found first, which the played model does not do.
        ...(searches && { ENABLE_TOOL_SEARCH: 'false' }),
      },
    };
  },
});

export const claudeCodeCases: readonly ClientCase[] = [
  claudeCode({ title: 'newest kind', model: 'claude-opus-5.5', smoke: ['create'] }),
  // It takes this name for the newest kind too; the model thinks by a budget, so the proxy makes the request fit.
  claudeCode({ title: 'budget kind', model: 'claude-haiku-5.5' }),
  claudeCode({ title: 'its default model', model: null }),
  claudeCode({ title: 'GPT, Responses only', model: 'gpt-6.1-sol', translated: true, smoke: ['edit'] }),
  claudeCode({ title: 'Gemini', model: 'gemini-3.8-flash', translated: true }),
  claudeCode({ title: 'Grok', model: 'grok-4.7', translated: true }),
  claudeCode({ title: 'searching the web', model: 'claude-opus-5.5', searches: true, smoke: ['search'] }),
  claudeCode({ title: 'searching the web, GPT', model: 'gpt-6.1-sol', translated: true, searches: true }),
  claudeCode({ title: 'from Claude to GPT', model: 'claude-opus-5.5', nextModel: 'gpt-6.1-sol', translated: true }),
  claudeCode({ title: 'from GPT to Claude', model: 'gpt-6.1-sol', nextModel: 'claude-opus-5.5', translated: true }),
];
