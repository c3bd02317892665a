/** The published archive: the same bytes from the same sources, nothing in it that is not meant to be, nothing run by it. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = path.join(import.meta.dirname, '../..');
const packed = ['package.json', 'dist', 'schema', 'README.md', 'CHANGELOG.md', 'LICENSE', '.npmrc'];
const npm = (folder: string, ...args: readonly string[]) =>
  execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 200_000 });

/** Packs a copy whose files are as old as told; returns archive and what npm says of it. */
function pack(ageS: number): { readonly sha256: string; readonly files: readonly string[]; readonly archive: string } {
  const copy = temporaryFolder();
  for (const name of packed) cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  for (const name of readdirSync(copy, { recursive: true, encoding: 'utf8' }))
    utimesSync(path.join(copy, name), ageS, ageS);
  const into = temporaryFolder();
  const said = npm(copy, 'pack', '--json', '--offline', '--pack-destination', into);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- npm's own form
  const told = Object.values(JSON.parse(said) as object) as readonly {
    filename: string;
    files: readonly { path: string }[];
  }[];
  const [one] = told;
  const archive = path.join(into, one?.filename ?? '');
  const sha256 = createHash('sha256').update(readFileSync(archive)).digest('hex');
  return { sha256, archive, files: one?.files.map((file) => file.path) ?? [] };
}

test.skipIf(process.platform === 'win32')(
  'packed twice it is the same, and it runs nothing when it is installed',
  () => {
    if (!existsSync(path.join(root, 'dist/web/index.html'))) npm(root, 'run', '--silent', 'build');
    const first = pack(1_600_000_000);
    const second = pack(1_700_000_000);
    expect(second.sha256).toBe(first.sha256);

    expect(first.files.length).toBeGreaterThan(100);
    const allowed = /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|schema\/config\.schema\.json|dist\/.+)$/;
    expect(first.files.filter((file) => !allowed.test(file))).toEqual([]);
    expect(first.files.filter((file) => /\.test\.|\.env|credentials\.json|\.node$|\.sh$|\.gyp$/.test(file))).toEqual(
      [],
    );

    const unpacked = path.join(temporaryFolder(), 'package');
    execFileSync('tar', ['-xzf', first.archive, '-C', path.dirname(unpacked)]);
    const manifest = path.join(unpacked, 'package.json');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- npm's own form
    const told = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly scripts: object };
    expect(Object.keys(told.scripts).filter((name) => /install|prepare|prepublish|pack$/.test(name))).toEqual([]);

    // Installed with scripts allowed, it leaves what was in it and nothing else. Without what it needs: a registry would be asked
    // for that, and `supply-chain.test.ts` looks at it.
    writeFileSync(
      manifest,
      JSON.stringify({ ...told, dependencies: {}, optionalDependencies: {}, devDependencies: {} }),
    );
    const clean = temporaryFolder();
    npm(clean, 'install', '--offline', '--ignore-scripts=false', '--install-links', '--prefix', clean, unpacked);
    const installed = path.join(clean, 'node_modules/crossfeed');
    const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map((file) => path.relative(installed, path.join(file.parentPath, file.name))).toSorted()).toEqual(
      first.files.toSorted(),
    );
  },
);
