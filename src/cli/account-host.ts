/** Which GitHub an account belongs to, and the addresses that follow from it. */
import type { Config } from '../config/config.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

export const publicHost = 'github.com';

const tenantHost = /^(?!api\.|copilot-api\.)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.ghe\.com$/;

export interface GithubPlace {
  readonly host: string;
  readonly githubUrl: string;
  readonly githubApiUrl: string;
}

/** For `--host`; without it the place that the settings name. Throws `CliError` (usage). */
export function githubPlace(host: string | undefined, { upstream }: Pick<Config, 'upstream'>): GithubPlace {
  const configured = new URL(upstream.githubUrl).hostname;
  if (host === undefined || host === configured) {
    const { githubUrl, githubApiUrl } = upstream;
    // Whatever else the settings name (a simulator, a test) stands in for the public one.
    return { host: tenantHost.test(configured) ? configured : publicHost, githubUrl, githubApiUrl };
  }
  const wanted = host.toLowerCase();
  if (wanted === publicHost && configured !== publicHost && !tenantHost.test(configured)) {
    return { host: publicHost, githubUrl: upstream.githubUrl, githubApiUrl: upstream.githubApiUrl };
  }
  if (wanted !== publicHost && !tenantHost.test(wanted)) {
    throw new CliError(exitCode.usage, `--host takes github.com or a tenant like octocorp.ghe.com, not "${host}".`);
  }
  return { host: wanted, githubUrl: `https://${wanted}`, githubApiUrl: `https://api.${wanted}` };
}

/** Whether the settings go to the GitHub that other programs of this machine are signed in to. */
export function isRealGithub(place: GithubPlace): boolean {
  return new URL(place.githubUrl).hostname === place.host;
}
