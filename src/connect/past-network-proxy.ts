/** A tool behind a company's proxy would look for this machine there: what tells it not to. */
import type { ConnectPlace } from './tool-knowledge.ts';

const proxyVariables = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];

/** `NO_PROXY` with what stood there and our address; nothing where no proxy is set. */
export function pastNetworkProxy({ env, url }: Pick<ConnectPlace, 'env' | 'url'>): Readonly<Record<string, string>> {
  if (!proxyVariables.some((name) => (env[name] ?? '') !== '')) return {};
  const listed = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(',').map((one) => one.trim());
  const wanted = [new URL(url).hostname, 'localhost', '127.0.0.1'];
  const value = [...new Set([...listed.filter((one) => one !== ''), ...wanted])].join(',');
  return { NO_PROXY: value, no_proxy: value };
}
