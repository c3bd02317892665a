/** Adds the system's certificates to those that Node trusts: companies that inspect TLS put theirs there. */
import tls from 'node:tls';
import type { Config } from '../config/config.ts';

/** Before GitHub is asked; not for a GitHub on loopback, which a test or the simulator plays without TLS. */
export function trustSystemFor({ server, upstream }: Pick<Config, 'server' | 'upstream'>): void {
  if (server.systemCa && upstream.githubApiUrl.startsWith('https:')) trustSystemCertificates();
}

/**
 * From now on every TLS connection of this process trusts bundled, NODE_EXTRA_CA_CERTS and system certificates
 * (`decisions.md` 24). Returns how many came from the system alone; a system without a readable store costs nothing.
 */
export function trustSystemCertificates(): number {
  let system: readonly string[];
  try {
    system = tls.getCACertificates('system');
  } catch {
    return 0;
  }
  const trusted = tls.getCACertificates('default');
  const byContent = new Map(trusted.map((pem) => [withoutSpace(pem), pem]));
  const before = byContent.size;
  for (const pem of system) byContent.set(withoutSpace(pem), pem);
  if (byContent.size > before) tls.setDefaultCACertificates([...byContent.values()]);
  return byContent.size - before;
}

/** Systems list a certificate several times, and Node breaks the lines of its own in another way. */
function withoutSpace(pem: string): string {
  return pem.replaceAll(/\s/g, '');
}
