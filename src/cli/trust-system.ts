/** Adds the system's certificates to those that Node trusts: companies that inspect TLS put theirs there. */
import tls from 'node:tls';

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
  const known = new Set(trusted.map(withoutSpace));
  const added = system.filter((certificate) => !known.has(withoutSpace(certificate)));
  if (added.length > 0) tls.setDefaultCACertificates([...trusted, ...added]);
  return added.length;
}

/** Node breaks the lines of its own certificates in another way than those of the system. */
function withoutSpace(pem: string): string {
  return pem.replaceAll(/\s/g, '');
}
