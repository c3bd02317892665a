/** Claude Code, headless, configured by environment variables as its users do it. */
import { join } from 'node:path';
import type { ClientCase, Depth, Family, TaskId } from './client-case.ts';

interface ClaudeCodeSetup {
  readonly title: string;
  /** Null leaves the choice to Claude Code. */
  readonly model: string | null;
  readonly family?: Family;
  readonly depth?: Depth;
  readonly nextModel?: string;
  readonly translated?: true;
  readonly compacts?: true;
  readonly searches?: true;
  readonly smoke?: readonly TaskId[];
}

const claudeCode = ({
  title,
  model,
  family = 'Claude',
  depth = 'work',
  nextModel,
  translated,
  compacts,
  searches,
  smoke = [],
}: ClaudeCodeSetup): ClientCase => ({
  title: `claude-code, ${title}`,
  client: 'claude-code',
  package: '@anthropic-ai/claude-code',
  version: '2.1.330',
  model: model ?? 'its default, claude-opus-5-5',
  family,
  depth,
  ...(nextModel !== undefined && { nextModel }),
  // Its request for a summary puts `[earlier conversation truncated for compaction retry]` in place of the first turns and
  // keeps the answer behind them, thought and all, which Claude binds to those turns: refused once, then sent without it.
  ...(compacts && { compaction: /create a detailed summary of/i, overflows: true }),
  ...(compacts && family === 'Claude' && { mended: ['signature'] }),
  ...(translated && { translated }),
  ...(searches && { searches }),
  smoke,
  route: '/v1/messages',
  launch: ({ packages, url, key }, { prompt, goesOn, image }) => {
    // It looks at an image by its tool for reading files.
    const asked = goesOn ? (nextModel ?? model) : model;
    return {
      // Its wrapper finds the native program by itself, so the package's install script need not run.
      program: join(packages, 'node_modules/@anthropic-ai/claude-code/cli-wrapper.cjs'),
      args: [
        '-p',
        image === undefined ? prompt : `@${image} ${prompt}`,
        '--dangerously-skip-permissions',
        ...(goesOn ? ['--continue'] : []),
      ],
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

const gpt = { model: 'gpt-6.1-sol', family: 'GPT', translated: true } as const;
const gemini = { model: 'gemini-3.8-flash', family: 'Gemini', translated: true } as const;

export const claudeCodeCases: readonly ClientCase[] = [
  claudeCode({ title: 'newest kind', model: 'claude-opus-5.5', depth: 'full', smoke: ['create'] }),
  // It takes this name for the newest kind too; the model thinks by a budget, so the proxy makes the request fit.
  claudeCode({ title: 'budget kind', model: 'claude-haiku-5.5' }),
  claudeCode({ title: 'its default model', model: null }),
  claudeCode({ ...gpt, title: 'GPT, Responses only', depth: 'full', smoke: ['edit'] }),
  claudeCode({ ...gemini, title: 'Gemini', depth: 'full' }),
  claudeCode({ title: 'Grok', model: 'grok-4.7', family: 'Grok', translated: true }),
  claudeCode({ title: 'compacting, Claude', model: 'claude-opus-5.5', compacts: true }),
  claudeCode({ ...gpt, title: 'compacting, GPT', compacts: true }),
  claudeCode({ ...gemini, title: 'compacting, Gemini', compacts: true }),
  claudeCode({ title: 'searching the web', model: 'claude-opus-5.5', searches: true, smoke: ['search'] }),
  claudeCode({ ...gpt, title: 'searching the web, GPT', searches: true }),
  claudeCode({ title: 'from Claude to GPT', model: 'claude-opus-5.5', nextModel: 'gpt-6.1-sol', translated: true }),
  claudeCode({ ...gpt, title: 'from GPT to Claude', nextModel: 'claude-opus-5.5' }),
];
