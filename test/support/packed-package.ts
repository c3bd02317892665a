/** The package as a user gets it: packed, installed by npm into an empty folder, on a Node of choice. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { installClient } from '../clients/client-cache.ts';

const run = promisify(execFile);
export const root = path.join(import.meta.dirname, '../..');

export interface Ran {
  readonly out: string;
  readonly err: string;
}

/** What a user has of variables; nothing that the npm around the tests would tell an inner one. */
export function userEnvironment(node: string, home: string): Record<string, string> {
  const tools = [path.dirname(node), process.env['PATH'] ?? ''].join(path.delimiter);
  const kept = [
    'npm_config_registry',
    'NPM_CONFIG_REGISTRY',
    'HTTPS_PROXY',
    'NODE_EXTRA_CA_CERTS',
    'SystemRoot',
    'TEMP',
  ];
  const outer = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  return { ...Object.fromEntries(outer), PATH: tools, HOME: home, NO_COLOR: '1' };
}

/** Rejects with what the program said, where it fails. */
export async function runIn(
  folder: string,
  env: Record<string, string>,
  [program = '', ...args]: readonly string[],
): Promise<Ran> {
  const { stdout, stderr } = await run(program, args, { cwd: folder, env, encoding: 'utf8', timeout: 200_000 });
  return { out: stdout, err: stderr };
}

/** The archive's path. Builds first where nothing was built. */
export async function packInto(folder: string): Promise<string> {
  const env = { ...process.env, NO_COLOR: '1' } as Record<string, string>;
  if (!existsSync(path.join(root, 'dist/web/index.html'))) await runIn(root, env, ['npm', 'run', '--silent', 'build']);
  const { out } = await runIn(root, env, ['npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder]);
  return path.join(folder, out.trim().split('\n').at(-1) ?? '');
}

/** Into a new project in `folder`; without the optional parts unless told. */
export async function installArchive(
  folder: string,
  archive: string,
  env: Record<string, string>,
  flags: readonly string[] = ['--omit=optional'],
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{"private":true,"type":"module"}\n');
  // Scripts may run: there must be none.
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', '--ignore-scripts=false'];
  await runIn(folder, env, ['npm', 'install', ...quiet, ...flags, archive]);
}

/** The binary of that release, from npm's own packages of Node, kept in the cache of the clients; or why there is none. */
export async function nodeOf(version: string): Promise<{ readonly node: string } | { readonly why: string }> {
  if (version === process.versions.node) return { node: process.execPath };
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const installed = await installClient(name, version);
  if (!installed.ok) return { why: installed.why };
  return {
    node: path.join(installed.folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node'),
  };
}
