/** The words of an error as a caller reads them: where only its owner can mend the seat, with what to do. */
import { hintOf, type ErrorCode } from '../errors/error-table.ts';
import type { ProxyError } from '../errors/proxy-error.ts';

/** These stop a client for good (`decisions.md` 19, 20), and the upstream's own words rarely name the cure. */
const withCure: ReadonlySet<ErrorCode> = new Set(['upstream_sign_in_required', 'insufficient_quota']);

export function errorMessage({ code, message }: ProxyError): string {
  const hint = withCure.has(code) ? hintOf(code, message) : null;
  const words = hint === null ? message : `${message}${/[.!?]$/.test(message) ? '' : '.'} ${hint}`;
  // Some quote what was sent, and a terminal obeys what it is shown.
  return words.replaceAll(/[\p{C}]/gu, '\uFFFD');
}
