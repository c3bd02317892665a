/** Single questions to the Copilot API and to GitHub, answered as they come: nothing is retried, learned or cached. */
import type { IdentityConfig } from '../../config/config.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import type { Look, LookReply } from '../upstream.ts';
import { createGithubSend } from './github-request.ts';
import type { GithubReply, GithubSendOptions } from './github-request.ts';
import { callHeaders, constantHeaders } from './identity-headers.ts';
import type { SeatLink } from './seat-link.ts';

export interface LookOptions extends Omit<GithubSendOptions, 'baseUrl'> {
  readonly identity: IdentityConfig;
  readonly githubToken: string;
  readonly apiVersion: () => string;
  readonly newId: () => string;
  /** Sees every answer first: one of them may be a block of the account. */
  readonly watch: (reply: GithubReply) => void;
}

/** What may be left out or said otherwise: of the identity nothing can be put in place of what is declared. */
const changeable: ReadonlySet<string> = new Set(['editor-version', 'copilot-integration-id', 'x-github-api-version']);

/** Rejects with a `ProxyError` where no whole answer came, or where `asked` is nothing that may be asked. */
export async function lookUp({ bearers, hosts, get }: SeatLink, asked: Look, options: LookOptions): Promise<LookReply> {
  if (asked.at === 'github') {
    const reply = await get(asked.path);
    // An envelope holds a token: whoever looks is told how it was answered, not what was handed out.
    return asked.path.endsWith('/token') ? { ...reply, text: '' } : reply;
  }
  const bearer = await bearers.get();
  const baseUrl = await hosts.get(bearer);
  const value = asked.bearer === 'github' ? options.githubToken : bearer.value;
  const flat = callHeaders(constantHeaders(value, options.identity, options.apiVersion()), {
    path: asked.path,
    stream: false,
    initiator: null,
    hasImages: false,
    exchangeId: options.newId(),
    hasBody: asked.body !== undefined,
    extra: {},
  });
  const headers: Record<string, string> = {};
  for (let index = 0; index < flat.length; index += 2) headers[flat[index] ?? ''] = flat[index + 1] ?? '';
  for (const name of asked.without ?? []) if (changeable.has(name)) delete headers[name];
  if (asked.apiVersion !== undefined) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(asked.apiVersion))
      throw new ProxyError('invalid_request', 'An API version is a date like 2026-08-01.');
    headers['x-github-api-version'] = asked.apiVersion;
  }
  const reply = await createGithubSend({ ...options, baseUrl })({
    method: asked.body === undefined ? 'GET' : 'POST',
    path: asked.path,
    headers,
    body: asked.body === undefined ? null : Buffer.from(JSON.stringify(asked.body)),
  });
  options.watch(reply);
  return reply;
}
