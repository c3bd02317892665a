/** Which URLs may be named as an upstream: https anywhere, http on loopback only, never with credentials. */

export const urlAllowed = 'an https URL, or http on 127.0.0.0/8, [::1] or localhost, without credentials or query';

/** A base URL without trailing slash (origin and optional path prefix kept), or what is wrong with it. */
export function parseUpstreamUrl(text: string): { readonly url: string } | { readonly problem: string } {
  // Credentials are looked for before parsing: a text that is shown in a message must not hold any.
  const shown = text.includes('@') ? 'the URL' : JSON.stringify(text);
  if (!URL.canParse(text)) return { problem: `${shown} is not a URL` };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return { problem: 'the URL holds credentials' };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { problem: `${shown} is neither https nor http` };
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return { problem: `${shown} is plain http and not on this machine` };
  }
  if (url.search !== '' || url.hash !== '') return { problem: `${shown} holds a query or fragment` };
  return { url: url.origin + url.pathname.replace(/\/+$/, '') };
}

/** `hostname` as `URL` spells it: IPv4 in any notation is already dotted decimal there, IPv6 in brackets. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
