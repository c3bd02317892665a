/** Tests of trusting the system's certificates, in a process of its own: what is trusted belongs to the whole process. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { testCertificate } from '../../test/support/test-certificate.ts';

const script = `
  import tls from 'node:tls';
  import { trustSystemCertificates } from '${new URL('trust-system.ts', import.meta.url).href}';
  const list = (kind) => tls.getCACertificates(kind).map((pem) => pem.replaceAll(/\\s/g, ''));
  const before = new Set(list('default'));
  const added = trustSystemCertificates();
  const after = new Set(list('default'));
  const keeps = [...before].every((one) => after.has(one));
  const extra = list('extra');
  console.log(JSON.stringify({
    added,
    again: trustSystemCertificates(),
    grew: after.size - before.size,
    keeps,
    bundled: list('bundled').every((one) => after.has(one)),
    extra: extra.length > 0 && extra.every((one) => after.has(one)),
    system: list('system').every((one) => after.has(one)),
  }));
`;

test('bundled, extra and system certificates are trusted, each once', async () => {
  const file = path.join(temporaryFolder(), 'extra.pem');
  writeFileSync(file, testCertificate().cert);
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: file },
  });
  const told = JSON.parse(stdout) as { added: number; grew: number };
  expect(told).toMatchObject({ again: 0, keeps: true, bundled: true, extra: true, system: true });
  expect(told.grew).toBe(told.added);
});
