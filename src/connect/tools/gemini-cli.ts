/** Gemini CLI: key and address in its own `.env`, the kind of sign-in in its settings. */
import { join } from 'node:path';
import { pastNetworkProxy } from '../past-network-proxy.ts';
import type { FileChange, ToolKnowledge } from '../tool-knowledge.ts';

export const geminiCli: ToolKnowledge = {
  id: 'gemini-cli',
  title: 'Gemini CLI',
  tier: 'A',
  binaries: ['gemini'],
  install: 'npm install -g @google/gemini-cli',
  protocol: 'gemini',
  vendor: 'google',
  projectVariable: 'GEMINI_API_KEY',
  plan(place) {
    const { url, key, models, homedir, projectDir } = place;
    const folder = join(projectDir ?? homedir, '.gemini');
    const set = (path: readonly string[], value: string): FileChange => ({ op: 'set', path, value });
    const signIn = set(['security', 'auth', 'selectedType'], 'gemini-api-key');
    const lines = {
      GOOGLE_GEMINI_BASE_URL: url,
      ...(projectDir === null ? { GEMINI_API_KEY: key } : {}),
      ...pastNetworkProxy(place),
    };
    return {
      files: [
        {
          file: join(folder, '.env'),
          format: 'env',
          changes: Object.entries(lines).map(([name, value]) => set([name], value)),
        },
        {
          file: join(folder, 'settings.json'),
          format: 'json',
          changes: [signIn, ...(models === null ? [] : [set(['model', 'name'], models.big.id)])],
        },
      ],
      variables: {
        GOOGLE_GEMINI_BASE_URL: url,
        GEMINI_API_KEY: key,
        ...(models === null ? {} : { GEMINI_MODEL: models.big.id }),
      },
      args: [],
      scratchFiles: [],
      runNotes: [
        'Where it asks how to sign in: "Use Gemini API Key" (security.auth.selectedType in ~/.gemini/settings.json).',
      ],
      notes: projectDir === null ? [] : ['The key is not in the project: set GEMINI_API_KEY where you start gemini.'],
    };
  },
};
