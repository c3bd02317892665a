/** GET calls to GitHub's own API plane with the account's token: token exchange and user. */
import { createGithubSend } from './github-request.ts';
import type { GithubReply, GithubSendOptions } from './github-request.ts';

export type { GithubReply } from './github-request.ts';

/** GETs `path` with the GitHub token. Rejects with a `ProxyError` where no whole answer came. */
export type GithubGet = (path: string) => Promise<GithubReply>;

export interface GithubApiOptions extends GithubSendOptions {
  readonly githubToken: string;
  readonly userAgent: string;
}

const githubApiVersion = '2025-04-01';

export function createGithubGet(options: GithubApiOptions): GithubGet {
  const send = createGithubSend(options);
  const headers = {
    authorization: `token ${options.githubToken}`,
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': options.userAgent,
    'x-github-api-version': githubApiVersion,
  };
  return (path) => send({ method: 'GET', path, headers, body: null });
}
