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
  const known = new Set(tls.getCACertificates('default'));
  const added = system.filter((certificate) => !known.has(certificate));
  if (added.length > 0) tls.setDefaultCACertificates([...known, ...added]);
  return added.length;
}
