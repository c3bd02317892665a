/** Tests of the look at the door before it opens. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { testCertificate } from '../../test/support/test-certificate.ts';
import { defaultConfig, type Config, type ServerConfig } from '../config/config.ts';
import { CliError } from './cli-error.ts';
import { prepareDoor } from './prepare-door.ts';

const withServer = (server: Partial<ServerConfig>): Config => ({
  ...defaultConfig,
  server: { ...defaultConfig.server, ...server },
});

function pemFiles(files: Readonly<Record<string, string>>): (name: string) => string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  return (name) => path.join(folder, name);
}

async function refusalOf(config: Config): Promise<CliError> {
  const thrown: unknown = await prepareDoor(config).catch((error: unknown) => error);
  if (!(thrown instanceof CliError)) throw new Error('the door may open');
  return thrown;
}

test('as it comes, nothing is remarkable', async () => {
  expect(await prepareDoor(defaultConfig)).toMatchObject({ tls: null, notices: expect.not.arrayContaining(['key']) });
});

test.each<[Partial<ServerConfig>, RegExp]>([
  [{ requireKey: false }, /Callers need no key/],
  [{ host: '0.0.0.0', lan: true }, /clear text/],
  [{ host: '192.168.1.5', behindProxy: ['192.168.1.1'] }, /clear text/],
])('%o is allowed, and its price is said', async (server, notice) => {
  expect((await prepareDoor(withServer(server))).notices.join(' ')).toMatch(notice);
});

test('certificate and key are read and fit, and the wide bind needs no word then', async () => {
  const { cert, key } = testCertificate();
  const at = pemFiles({ 'c.pem': cert, 'k.pem': key });
  const door = await prepareDoor(withServer({ host: '0.0.0.0', tlsCert: at('c.pem'), tlsKey: at('k.pem') }));
  expect(door.tls).toEqual({ cert, key });
  expect(door.notices.join(' ')).not.toMatch(/clear text/);
});

test('a key of another certificate, and what is no PEM, are refused without a word of what is in them', async () => {
  const one = testCertificate();
  const other = testCertificate();
  const at = pemFiles({ 'c.pem': one.cert, 'k.pem': other.key, 'junk.pem': 'SECRETJUNK' });
  for (const [cert, key] of [
    ['c.pem', 'k.pem'],
    ['c.pem', 'junk.pem'],
    ['junk.pem', 'k.pem'],
  ] as const) {
    const refused = await refusalOf(withServer({ tlsCert: at(cert), tlsKey: at(key) }));
    expect(refused.exitCode).toBe(78);
    expect(refused.message).toMatch(/no certificate and its private key/);
    expect(refused.message).not.toMatch(/SECRETJUNK|BEGIN/);
  }
});

test.each(['cert', 'key'])('a %s that is not there is named with its flag', async (missing) => {
  const { cert, key } = testCertificate();
  const at = pemFiles({ 'cert.pem': cert, 'key.pem': key });
  const file = (name: string) => (name === missing ? at('gone.pem') : at(`${name}.pem`));
  const refused = await refusalOf(withServer({ tlsCert: file('cert'), tlsKey: file('key') }));
  expect(refused.message).toMatch(new RegExp(`^--tls-${missing}: .*gone\\.pem cannot be read \\(ENOENT\\)\\.$`));
});

test('more connections than descriptors are not promised', async () => {
  const wanted = 1_000_000_000;
  const door = await prepareDoor({ ...defaultConfig, limits: { ...defaultConfig.limits, maxConnections: wanted } });
  const { maxConnections } = door.config.limits;
  // A system without a limit keeps the wish.
  expect(maxConnections === wanted || door.notices.join(' ').includes(`At most ${maxConnections} connections`)).toBe(
    true,
  );
});
