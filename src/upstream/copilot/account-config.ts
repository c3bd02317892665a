/** Where one account's GitHub is: github.com as configured, or the account's own data-residency tenant. */
import type { Account } from '../../canonical/account.ts';
import type { UpstreamConfig } from '../../config/config.ts';

/**
 * The upstream settings of an account. A tenant's token goes to the tenant's hosts alone: the configured addresses of
 * github.com do not count for it, and a configured Copilot API only if it is the tenant's or explicitly allowed.
 */
export function accountConfig(config: UpstreamConfig, { host }: Pick<Account, 'host'>): UpstreamConfig {
  if (!tenantHost.test(host)) return config;
  return {
    ...config,
    githubUrl: `https://${host}`,
    githubApiUrl: `https://api.${host}`,
    copilotApiUrl: isOfTenant(config, host) ? config.copilotApiUrl : null,
  };
}

const tenantHost = /^[a-z0-9-]+\.ghe\.com$/;

function isOfTenant({ copilotApiUrl, allowedHosts }: UpstreamConfig, host: string): boolean {
  if (copilotApiUrl === null || !URL.canParse(copilotApiUrl)) return false;
  const url = new URL(copilotApiUrl);
  return url.hostname.endsWith(`.${host}`) || allowedHosts.includes(url.host);
}
