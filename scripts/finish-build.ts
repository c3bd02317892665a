/** What `tsc`, `rolldown` and `vite` leave to do in `dist`: public types, an executable entry, files beside their readers, and proof that it works. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepTypes } from './keep-types.ts';
import { root } from './steps.ts';

keepTypes(join(root, 'dist/types'), ['index.d.ts', 'simulator/index.d.ts']);
// Part of our files by `scripts/bundle.ts`: so is what they ask for in return.
for (const name of ['kysely', 'undici'])
  copyFileSync(join(root, 'node_modules', name, 'LICENSE'), join(root, `dist/LICENSE-${name}`));

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
