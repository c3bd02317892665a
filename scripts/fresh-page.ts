/** Builds the dashboard's page where it was never built, or is older than its sources: before a start from a checkout. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { resultLine, root, runStep } from './steps.ts';

/** What the page is made of: its own files, and the words and the contract that it shares with the proxy. */
const sources = ['web', 'src/canonical', 'src/errors'];

function newestMs(folder: string): number {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return Math.max(...names.map((name) => statSync(join(root, folder, name)).mtimeMs));
}

function builtMs(): number {
  try {
    return statSync(join(root, 'dist/web/index.html')).mtimeMs;
  } catch {
    return 0;
  }
}

if (builtMs() < Math.max(...sources.map(newestMs))) {
  const result = await runStep({ name: 'dashboard', command: ['vite', 'build', '-c', 'web/vite.config.ts'] });
  // A proxy without its dashboard is of use, too.
  if (!result.passed) console.error(`${resultLine(result)}\n${result.output}`);
}
