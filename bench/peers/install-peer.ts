/** Peers from npm, each in a cache folder of its own outside the repository, installed once. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The versions that the page names: another one is another figure. */
export const peerVersions = {
  'copilot-api': '0.7.0',
  '@portkey-ai/gateway': '1.15.2',
  '@musistudio/claude-code-router': '2.0.0',
  bun: '1.4.5',
} as const;

export type PeerPackage = keyof typeof peerVersions;

const installTimeoutMs = 180_000;

export function peerFolder(name: PeerPackage): string {
  const caches = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(caches, 'crossfeed-bench', `${name.replace('/', '-').replace('@', '')}-${peerVersions[name]}`);
}

/** The package's folder, installed if it is not there yet. Throws where the registry does not deliver it. */
export async function installPeer(name: PeerPackage): Promise<string> {
  const folder = peerFolder(name);
  const installed = join(folder, 'node_modules', name);
  if (existsSync(join(installed, 'package.json'))) return installed;
  mkdirSync(folder, { recursive: true });
  const flags = ['--prefix', folder, '--ignore-scripts', '--no-save', '--no-package-lock', '--no-audit', '--no-fund'];
  await promisify(execFile)('npm', ['install', ...flags, `${name}@${peerVersions[name]}`], {
    timeout: installTimeoutMs,
  });
  return installed;
}
