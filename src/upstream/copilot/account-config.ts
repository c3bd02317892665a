/** Where one account's GitHub is: github.com as configured, or the account's own data-residency tenant. */
import type { Account } from '../../canonical/account.ts';
import type { UpstreamConfig } from '../../config/config.ts';
import { tenantUrls } from './endpoints.ts';

/**
 * The upstream settings of an account. A tenant's token goes to the tenant's hosts alone: the configured addresses of
 * github.com do not count for it, and a configured Copilot API only if it is the tenant's or explicitly allowed.
 */
export function accountConfig(config: UpstreamConfig, { host }: Pick<Account, 'host'>): UpstreamConfig {
  const urls = tenantUrls(host);
  if (urls === null) return config;
  return { ...config, ...urls, copilotApiUrl: isOfTenant(config, host) ? config.copilotApiUrl : null };
}

function isOfTenant({ copilotApiUrl, allowedHosts }: UpstreamConfig, host: string): boolean {
  if (copilotApiUrl === null || !URL.canParse(copilotApiUrl)) return false;
  const url = new URL(copilotApiUrl);
  return url.hostname.endsWith(`.${host}`) || allowedHosts.includes(url.host);
}
