/** Kilo Code's CLI: opencode's settings under another name. */
import { join } from 'node:path';
import { ownKeyVariable } from '../tool-knowledge.ts';
import type { ConnectPlace, ToolKnowledge } from '../tool-knowledge.ts';
import { inlineProviders, providerChanges } from './opencode.ts';

export const kilocode: ToolKnowledge = {
  id: 'kilocode',
  title: 'Kilo Code',
  tier: 'A',
  binaries: ['kilo'],
  install: 'npm install -g @kilocode/cli',
  protocol: 'chat',
  vendor: null,
  projectVariable: ownKeyVariable,
  plan: (place) => ({
    files: [{ file: settingsFile(place), format: 'jsonc', changes: providerChanges(place) }],
    variables: { KILO_CONFIG_CONTENT: inlineProviders(place), [ownKeyVariable]: place.key },
    args: [],
    scratchFiles: [],
    runNotes: [],
    notes:
      place.projectDir === null ? [] : [`The key is not in the project: set ${ownKeyVariable} where you start kilo.`],
  }),
};

function settingsFile({ projectDir, env, homedir, exists }: ConnectPlace): string {
  const folder = projectDir ?? join(env['XDG_CONFIG_HOME'] || join(homedir, '.config'), 'kilo');
  const [usual = '', other = ''] = ['kilo.json', 'kilo.jsonc'].map((name) => join(folder, name));
  return !exists(usual) && exists(other) ? other : usual;
}
