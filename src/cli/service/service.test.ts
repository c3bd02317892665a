/** The service as its commands make it, with a `systemctl` that writes down what it is told. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeCliContext } from '../../../test/support/fake-cli-context.ts';
import { runProgram } from '../program.ts';
import { servicePlan } from './service-plan.ts';

let homedir: string;
beforeEach(() => {
  homedir = mkdtempSync(path.join(tmpdir(), 'crossfeed service-'));
});
afterEach(() => rmSync(homedir, { recursive: true }));

/** A `systemctl` that ends with `code`. */
function playSystemctl(code: number): void {
  const bin = path.join(homedir, 'bin');
  mkdirSync(bin, { recursive: true });
  const file = path.join(bin, 'systemctl');
  writeFileSync(file, `#!/bin/sh\necho "$@" >> '${homedir}/told'\necho 'no bus' >&2\nexit ${code}\n`);
  chmodSync(file, 0o755);
}

const told = () => (existsSync(path.join(homedir, 'told')) ? readFileSync(path.join(homedir, 'told'), 'utf8') : '');
const unitFile = () => path.join(homedir, '.config/systemd/user/crossfeed.service');

async function run(...args: readonly string[]) {
  const context = fakeCliContext({
    homedir,
    env: { PATH: `${path.join(homedir, 'bin')}:/usr/bin:/bin`, CROSSFEED_GITHUB_TOKEN: 'gho_of_the_shell' },
  });
  const code = await runProgram(['service', ...args], context);
  return { code, out: context.out(), err: context.err() };
}

describe.skipIf(process.platform !== 'linux')('on Linux', () => {
  test('install writes the unit and starts it, remove leaves nothing', async () => {
    playSystemctl(0);
    const installed = await run('install');
    expect(installed).toMatchObject({ code: 0 });
    expect(told()).toBe('--user daemon-reload\n--user enable --now crossfeed.service\n');
    const text = readFileSync(unitFile(), 'utf8');
    expect(text).toContain(`Environment="CROSSFEED_HOME=${homedir}/.crossfeed"`);
    expect(text).not.toContain('gho_of_the_shell');
    expect(installed.err).toContain('CROSSFEED_GITHUB_TOKEN is set in this shell only');
    expect(await run('remove')).toMatchObject({ code: 0, err: '' });
    expect(existsSync(unitFile())).toBe(false);
    expect(told()).toContain('--user disable --now crossfeed.service\n--user daemon-reload\n');
  });

  test('a system that cannot be told is no success: what is left to run is printed', async () => {
    playSystemctl(1);
    const { code, err } = await run('install');
    expect(code).toBe(1);
    expect(err).toContain('systemctl: no bus');
    expect(err).toContain('  systemctl --user daemon-reload\n  systemctl --user enable --now crossfeed.service');
    expect(existsSync(unitFile())).toBe(true);
    expect((await run('remove')).code).toBe(1);
    expect(existsSync(unitFile())).toBe(false);
  });

  test('status tells a service from a proxy', async () => {
    playSystemctl(0);
    expect(JSON.parse((await run('status', '--json')).out)).toEqual({
      installed: false,
      file: unitFile(),
      running: false,
      url: null,
    });
    await run('install');
    const { code, out } = await run('status');
    expect(out).toBe(`Service: installed, running (${unitFile()})\nProxy: none runs\n`);
    expect(code).toBe(1);
  });

  test('--print does nothing, and remove of nothing is no fault', async () => {
    playSystemctl(0);
    expect((await run('install', '--print')).out).toContain('systemctl --user enable --now crossfeed.service');
    expect(existsSync(unitFile())).toBe(false);
    expect(await run('remove')).toMatchObject({ code: 0, out: 'No service is installed.\n' });
    expect(told()).toBe('');
  });
});

const place = {
  homedir: '/home/a b',
  env: {},
  command: ['/opt/node 24/bin/node', String.raw`/lib/50%/a"b\c$d/main.js`, 'start'],
  home: '/home/a b/.cross$feed & co',
  uid: 501,
};

test.each(['linux', 'darwin', 'win32'])(
  'the file on %s, where every odd letter keeps its meaning',
  async (platform) => {
    const plan = servicePlan({ ...place, platform })!;
    await expect(plan.text).toMatchFileSnapshot(`golden/${platform}.txt`);
    expect({ file: plan.file, install: plan.install, remove: plan.remove }).toMatchSnapshot();
  },
);

test('another system has no plan', () => {
  expect(servicePlan({ ...place, platform: 'aix' })).toBeUndefined();
});

const verifier = 'systemd-analyze';
const hasVerifier = spawnSync(verifier, ['--version']).error === undefined;
test.skipIf(!hasVerifier)('systemd itself finds nothing wrong with the unit', () => {
  const plan = servicePlan({ ...place, command: [process.execPath, '/a b%c/main.js', 'start'], platform: 'linux' })!;
  const file = path.join(homedir, 'crossfeed.service');
  writeFileSync(file, plan.text);
  const { status, stderr } = spawnSync(verifier, ['verify', '--user', file], {
    env: { ...process.env, HOME: homedir, XDG_RUNTIME_DIR: homedir },
  });
  expect(stderr.toString()).toBe('');
  expect(status).toBe(0);
});
