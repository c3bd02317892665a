/** The environment variables that set something in the config: a fixed contract for scripts. */
import type { ConfigPath } from './config-path.ts';
import { nearestName } from './nearest-name.ts';

export const variables = {
  CROSSFEED_HOST: 'server.host',
  CROSSFEED_PORT: 'server.port',
  CROSSFEED_LAN: 'server.lan',
  CROSSFEED_TLS_CERT: 'server.tlsCert',
  CROSSFEED_TLS_KEY: 'server.tlsKey',
  CROSSFEED_ALLOW_HOST: 'server.allowHosts',
  CROSSFEED_BEHIND_PROXY: 'server.behindProxy',
  CROSSFEED_SYSTEM_CA: 'server.systemCa',
  CROSSFEED_WEB_SOCKET: 'server.webSocket',
  CROSSFEED_DASHBOARD: 'server.dashboard',
  CROSSFEED_OLLAMA: 'server.ollama.port',
  CROSSFEED_PACE: 'limits.pace.enabled',
  CROSSFEED_MIN_GAP_MS: 'limits.pace.minGapMs',
  CROSSFEED_WAIT: 'limits.pace.wait',
  CROSSFEED_BUDGETS: 'limits.budgets',
  CROSSFEED_APPROVAL: 'limits.approval',
  CROSSFEED_QUOTA_STOP_PERCENT: 'limits.quotaStopPercent',
  CROSSFEED_GITHUB_URL: 'upstream.githubUrl',
  CROSSFEED_GITHUB_API_URL: 'upstream.githubApiUrl',
  CROSSFEED_COPILOT_API_URL: 'upstream.copilotApiUrl',
  CROSSFEED_ALLOWED_HOSTS: 'upstream.allowedHosts',
  CROSSFEED_ROAD: 'upstream.road',
  CROSSFEED_ALIASES: 'models.aliases',
  CROSSFEED_CONTEXT_TIER: 'models.contextTier',
  CROSSFEED_MODEL_ENDPOINTS: 'models.endpoints',
  CROSSFEED_FETCH_IMAGES: 'media.fetchRemote',
  CROSSFEED_WEB_SEARCH: 'webSearch.via',
  CROSSFEED_WEB_SEARCH_MODEL: 'webSearch.model',
  CROSSFEED_WEB_SEARCH_URL: 'webSearch.url',
  CROSSFEED_METRICS: 'metrics.enabled',
  CROSSFEED_METRICS_PORT: 'metrics.port',
  CROSSFEED_TRACES_ENDPOINT: 'traces.endpoint',
  CROSSFEED_STORE: 'credentials.store',
  CROSSFEED_FROM_TOOLS: 'credentials.fromTools',
  CROSSFEED_CAPTURE: 'capture.enabled',
  CROSSFEED_LOG_FORMAT: 'log.format',
  CROSSFEED_LOG_LEVEL: 'log.level',
  CROSSFEED_LOG_FILE: 'log.file',
} as const satisfies Readonly<Record<string, ConfigPath>>;

/** Variables named for what they switch off: `1` sets false. */
export const negatedVariables = {
  CROSSFEED_NO_KEY: 'server.requireKey',
  CROSSFEED_OLLAMA_NO_KEY: 'server.ollama.requireKey',
} as const satisfies Readonly<Record<string, ConfigPath>>;

/** Read elsewhere: listed so that a misspelling of them is noticed too. */
const otherVariables = [
  'CROSSFEED_HOME',
  'CROSSFEED_API_KEY',
  'CROSSFEED_API_KEY_FILE',
  'CROSSFEED_GITHUB_TOKEN',
  'CROSSFEED_GITHUB_TOKEN_FILE',
  'CROSSFEED_WEB_SEARCH_KEY',
  'CROSSFEED_WEB_SEARCH_KEY_FILE',
  'CROSSFEED_TRACES_HEADERS',
  'CROSSFEED_TRACES_HEADERS_FILE',
  'CROSSFEED_NO_BROWSER',
  'CROSSFEED_YES',
];

/** Warns of variables that look like a misspelling of ours: they would be ignored in silence. */
export function misspeltVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = [...Object.keys(variables), ...Object.keys(negatedVariables), ...otherVariables];
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith('CROSSFEED_') || known.includes(name)) return [];
    const near = nearestName(
      name.slice(10),
      known.map((one) => one.slice(10)),
    );
    return near === undefined ? [] : [`${name} is unknown and ignored; did you mean CROSSFEED_${near}?`];
  });
}
