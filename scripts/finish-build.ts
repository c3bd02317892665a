/** What `tsc` leaves to do in `dist`: an executable entry, the rank files beside their reader, and proof that it starts. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './steps.ts';

const entry = join(root, 'dist/cli/main.js');
const shebang = '#!/usr/bin/env node';
if (!readFileSync(entry, 'utf8').startsWith(`${shebang}\n`)) throw new Error(`${entry} must begin with ${shebang}`);
chmodSync(entry, 0o755);

const ranks = join(root, 'dist/tokens/ranks');
mkdirSync(ranks, { recursive: true });
for (const name of ['cl100k_base.tiktoken', 'o200k_base.tiktoken']) {
  copyFileSync(fileURLToPath(import.meta.resolve(`gpt-tokenizer/data/${name}`)), join(ranks, name));
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const said = execFileSync(process.execPath, [entry, '--version'], { encoding: 'utf8', timeout: 30_000 }).trim();
if (said !== version) throw new Error(`dist/cli/main.js --version says "${said}", package.json ${version}`);
