/** Asks the system's keychain once: a line of JSON in, a line of JSON out. Runs as a process of its own. */
import { readFileSync, writeSync } from 'node:fs';
import type { KeychainReply, KeychainRequest } from './keychain.ts';

const service = 'crossfeed';

async function answer(): Promise<KeychainReply> {
  const request = JSON.parse(readFileSync(0, 'utf8')) as KeychainRequest;
  // An optional package: on some platforms there is none.
  const { AsyncEntry } = await import('@napi-rs/keyring');
  // The kernel's keyring, the package's fallback on Linux, forgets everything at the next boot.
  const entry = new AsyncEntry(service, request.name, { linux: { store: 'secret-service' } });
  if (request.operation === 'delete') {
    await entry.deletePassword();
    return { ok: true, secret: null };
  }
  if (request.operation === 'set') await entry.setPassword(request.secret);
  return { ok: true, secret: await entry.getPassword() };
}

/** The package's own words name the platform's fault, never the secret; still only the first line is kept. */
function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : '';
  if (message.includes('@napi-rs/keyring')) return 'there is no keychain support on this platform';
  return `the keychain cannot be used (${message.slice(0, 200)})`;
}

const reply = await answer().catch((thrown: unknown): KeychainReply => ({ ok: false, reason: reasonOf(thrown) }));
writeSync(1, JSON.stringify(reply));
