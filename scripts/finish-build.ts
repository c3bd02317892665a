/** What `tsc` and `vite` leave to do in `dist`: an executable entry, the rank files beside their reader, and proof that it works. */
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

const page = readFileSync(join(root, 'dist/web/index.html'), 'utf8');
for (const [, name = ''] of page.matchAll(/"\/ui\/([^"]+)"/g)) readFileSync(join(root, 'dist/web', name));

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const said = execFileSync(process.execPath, [entry, '--version'], { encoding: 'utf8', timeout: 30_000 }).trim();
if (said !== version) throw new Error(`dist/cli/main.js --version says "${said}", package.json ${version}`);

// The second entry of the package, by the name that other people's tests import it by.
const simulation = `
  import { createSimulator, scenarioNamed, simulatedOauthToken } from 'crossfeed/simulator';
  const simulator = createSimulator({ scenario: scenarioNamed('quota-gone') });
  const { url } = await simulator.listen();
  const reply = await fetch(url + '/user', { headers: { authorization: 'Bearer ' + simulatedOauthToken } });
  await simulator.close();
  console.log((await reply.json()).login);
`;
const login = execFileSync(process.execPath, ['--input-type=module', '--eval', simulation], {
  cwd: root,
  encoding: 'utf8',
  timeout: 30_000,
}).trim();
if (login !== 'simulated-octocat') throw new Error(`crossfeed/simulator says "${login}" of its user`);
