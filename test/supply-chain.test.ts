/** What comes with Crossfeed and how it is released: no script at install, no foreign address, no token that could be stolen. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- npm's own form
const lock = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, LockedPackage>> };
const locked = Object.entries(lock.packages).filter(([place]) => place !== '');
const shipped = locked.filter(([, { dev }]) => dev !== true);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- npm's own form
const own = JSON.parse(read('package.json')) as {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
};

/** What npm runs without being asked, when a package is installed, packed or published. */
const unasked = /^(?:(?:pre|post)?(?:install|prepare|pack|publish)|prepublishOnly|dependencies)$/;

test('our own package runs nothing unasked', () => {
  expect(Object.keys(own.scripts).filter((name) => unasked.test(name))).toEqual([]);
  expect(existsSync(path.join(root, 'binding.gyp'))).toBe(false);
});

test('nothing that is needed to run has an install script', () => {
  expect(shipped.length).toBeGreaterThan(10);
  expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript).map(([place]) => place)).toEqual([]);
  // The lockfile could be silent: what is here is looked at too. npm builds where it finds a `binding.gyp`.
  for (const [place] of shipped) {
    const folder = path.join(root, place);
    if (!existsSync(path.join(folder, 'package.json'))) continue;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- npm's own form
    const { scripts = {} } = JSON.parse(read(path.join(place, 'package.json'))) as { scripts?: object };
    expect(
      Object.keys(scripts).filter((name) => /^(?:pre|post)?install$/.test(name)),
      place,
    ).toEqual([]);
    expect(readdirSync(folder), place).not.toContain('binding.gyp');
  }
});

test('few are needed to run, and every package has its hash and no address of its own', () => {
  expect(Object.keys(own.dependencies).length).toBeLessThanOrEqual(20);
  for (const [place, { version, integrity, resolved, link }] of locked) {
    expect(link, place).toBeUndefined();
    expect(version, place).toMatch(/^\d+\.\d+\.\d+/);
    expect(integrity, place).toMatch(/^sha512-/);
    expect(resolved, place).toBeUndefined();
  }
  expect(read('.npmrc')).not.toMatch(/registry=|_auth|token/i);
});

test('what is part of our own files is declared as the version that it is', () => {
  const [, taken = ''] = /^const taken = .*?\(([^)]+)\)/m.exec(read('scripts/bundle.ts')) ?? [];
  const names = taken.split('|').map((part) => part.split('\\')[0] ?? '');
  expect(names).toEqual(['kysely', 'undici']);
  for (const name of names) expect(own.dependencies[name]).toBe(lock.packages[`node_modules/${name}`]?.version);
});

const workflows = readdirSync(path.join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`);

test.each(workflows)('%s pins what it uses, and may do nothing that it need not', (name) => {
  const text = read(name);
  const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, used = '']) => used);
  for (const used of uses) expect(used).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  expect(text).toMatch(/^permissions: \{\}$/m);
  expect(text).not.toMatch(/pull_request_target|workflow_run|write-all/);
  // Words of somebody else never stand in a shell.
  expect(text).not.toMatch(/\$\{\{/);
  expect(text.match(/persist-credentials: false/g)).toHaveLength(
    uses.filter((used) => used.includes('checkout')).length,
  );
});

test('a release is published by OpenID with provenance, after the tests, and by no token', () => {
  const text = read('.github/workflows/release.yml');
  const [, testing = '', publishing = ''] = /^ {2}test:\n([\s\S]*?)^ {2}publish:\n([\s\S]*)$/m.exec(text) ?? [];
  expect(testing).toContain('bash .ci/run');
  expect(testing).not.toMatch(/: write/);
  expect(publishing).toContain('needs: test');
  expect(publishing.match(/^ *[\w-]+: write$/gm)).toEqual(['      id-token: write']);
  expect(publishing).toMatch(/npm publish --ignore-scripts --provenance .*first\/\*\.tgz/);
  expect(publishing).toContain('cmp first/*.tgz second/*.tgz');
  const [, heading = ''] = /grep -qE "([^"]+)" CHANGELOG\.md/.exec(publishing) ?? [];
  const asked = new RegExp(heading.replace('${GITHUB_REF_NAME#v}', own.version.replaceAll('.', '\\.')), 'm');
  expect(read('CHANGELOG.md')).toMatch(asked);
  expect(read('CHANGELOG.md').replaceAll(own.version, '9.9.9')).not.toMatch(asked);
  expect(text).not.toMatch(/secrets\.|NODE_AUTH_TOKEN|NPM_TOKEN|registry-url/);
});
