/** Holds the documentation to the repository it describes, and every file to naming no machine and no registry. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandNames } from '../src/cli/program.ts';
import { docsRules } from './docs-rules.ts';
import type { DocsRule, Repository, TextFile } from './docs-rules.ts';
import { root } from './steps.ts';

/** What git tracks or would track: a new page is checked before it is committed. */
function readFiles(): TextFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return (
    listed
      .split('\0')
      .filter((path) => path !== '' && existsSync(join(root, path)))
      .map((path) => ({ path, bytes: readFileSync(join(root, path)) }))
      // A picture has no words, and may be linked.
      .map(({ path, bytes }) => ({ path, text: bytes.subarray(0, 8192).includes(0) ? '' : bytes.toString('utf8') }))
  );
}

function readScripts(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  return Object.keys(scripts);
}

/** Asked at run time, so that no registry has to be named here. */
function readRegistryHosts(): string[] {
  const url = execFileSync('npm', ['config', 'get', 'registry'], { cwd: root, encoding: 'utf8' }).trim();
  return URL.canParse(url) ? [new URL(url).host] : [];
}

const repository: Repository = {
  files: readFiles(),
  scripts: readScripts(),
  commands: commandNames,
  registryHosts: readRegistryHosts(),
};
const rules: Readonly<Record<string, DocsRule>> = docsRules;
const broken = Object.entries(rules).flatMap(([name, rule]) => rule(repository).map((fault) => `${name}: ${fault}`));
for (const line of broken) console.error(line);
process.exitCode = broken.length === 0 ? 0 : 1;
