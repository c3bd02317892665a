/** The names that a certificate answers for: whoever calls one of them means this proxy. */
import { X509Certificate } from 'node:crypto';

/** DNS names without wildcards, the first certificate's of a chain. Throws Node's own error for what is no PEM. */
export function certificateNames(pem: string): readonly string[] {
  const { subjectAltName = '' } = new X509Certificate(pem);
  return [...subjectAltName.matchAll(/DNS:([a-z0-9.-]+)(?=,|$)/gi)].map(([, name = '']) => name.toLowerCase());
}
