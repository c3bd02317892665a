/** Claude Code: `env` in its settings, which it applies before it looks for a login. */
import { join } from 'node:path';
import { pastNetworkProxy } from '../past-network-proxy.ts';
import type { ChosenModels, ConnectPlace, FileChange, FileEdit, ToolKnowledge } from '../tool-knowledge.ts';

export const claudeCode: ToolKnowledge = {
  id: 'claude-code',
  title: 'Claude Code',
  tier: 'A',
  binaries: ['claude'],
  install: 'npm install -g @anthropic-ai/claude-code',
  protocol: 'messages',
  vendor: 'anthropic',
  projectVariable: 'ANTHROPIC_AUTH_TOKEN',
  plan(place) {
    const variables = variablesFor(place);
    const { ANTHROPIC_AUTH_TOKEN: key = '', ...withoutKey } = variables;
    const isProject = place.projectDir !== null;
    const written = { ...withoutKey, ...(isProject ? {} : { ANTHROPIC_AUTH_TOKEN: key }), ...pastNetworkProxy(place) };
    const changes: FileChange[] = Object.entries(written).map(([name, value]) => ({
      op: 'set',
      path: ['env', name],
      value,
    }));
    if (place.statusLine)
      changes.push({ op: 'set', path: ['statusLine'], value: { type: 'command', command: 'crossfeed statusline' } });
    return {
      files: [{ file: settingsFile(place), format: 'json', changes }, ...(isProject ? [] : [onboarded(place)])],
      variables,
      args: [],
      scratchFiles: [],
      runNotes: [],
      notes: isProject ? ['The key is not in the project: set ANTHROPIC_AUTH_TOKEN where you start claude.'] : [],
    };
  },
};

function variablesFor({ url, key, models }: ConnectPlace): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_AUTH_TOKEN: key,
    // A line at the head of the prompt that changes from call to call costs the prompt cache.
    CLAUDE_CODE_ATTRIBUTION_HEADER: '0',
    // Its `/model` then lists what the seat has.
    CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
    ...(models === null ? {} : modelVariables(models)),
  };
}

function modelVariables({ big, background }: ChosenModels): Record<string, string> {
  return {
    ANTHROPIC_MODEL: big.id,
    // Titles, summaries, monitors.
    ANTHROPIC_DEFAULT_HAIKU_MODEL: background.id,
    // `CLAUDE_CODE_MAX_CONTEXT_TOKENS` counts only where compaction is off (seen in 2.1.330).
    ...(big.promptTokens === undefined ? {} : { CLAUDE_CODE_AUTO_COMPACT_WINDOW: String(big.promptTokens) }),
  };
}

/** Its first start asks for a login and for Anthropic's hosts before it looks at these settings (seen in 2.1.330). */
function onboarded({ env, homedir }: ConnectPlace): FileEdit {
  const file = join(env['CLAUDE_CONFIG_DIR'] || homedir, '.claude.json');
  return { file, format: 'json', changes: [{ op: 'set', path: ['hasCompletedOnboarding'], value: true }] };
}

function settingsFile({ projectDir, env, homedir }: ConnectPlace): string {
  if (projectDir !== null) return join(projectDir, '.claude', 'settings.local.json');
  return join(env['CLAUDE_CONFIG_DIR'] || join(homedir, '.claude'), 'settings.json');
}
