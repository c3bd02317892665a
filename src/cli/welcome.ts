/** What a person reads when the proxy is up: where it is, the key, the road, and lines to paste. */
import type { Paint } from '../observability/exchange-line.ts';

export interface Welcome {
  readonly version: string;
  readonly url: string;
  /** Where other machines find it. */
  readonly elsewhere?: readonly string[];
  /** Where tools find it that know only Ollama. */
  readonly ollamaUrl?: string | null;
  /** Null where nobody but a log would read it: then the lines fetch it themselves. */
  readonly key: string | null;
  /** A link that opens the dashboard once; null where nobody but a log would read it, absent where none is served. */
  readonly dashboard?: string | null;
  /** How requests travel upstream, in words. */
  readonly road: string;
  readonly paint: Paint;
  /** A model that the curl line may ask; without one it asks for the list. */
  readonly model?: string;
}

export function welcomeText({
  version,
  url,
  elsewhere = [],
  ollamaUrl = null,
  key,
  road,
  paint,
  model,
  dashboard,
}: Welcome): string {
  const row = (label: string, text: string) => `  ${paint.dim(label.padEnd(13))}${text}`;
  const lines = pasteLines(url, key ?? '"$(crossfeed keys show)"', model);
  return [
    '',
    `  ${paint.bold('Crossfeed')} ${version}`,
    '',
    row('URL', paint.bold(url)),
    ...elsewhere.map((origin) => row('', origin)),
    ...(ollamaUrl === null ? [] : [row('as Ollama', ollamaUrl)]),
    row('key', key ?? 'crossfeed keys show'),
    row('road', road),
    ...dashboardRows(dashboard).map(([label, text]) => row(label, text)),
    '',
    ...lines.map(([tool, line]) => row(tool, line)),
    '',
    '',
  ].join('\n');
}

function dashboardRows(link: string | null | undefined): readonly (readonly [label: string, text: string])[] {
  if (link === undefined) return [];
  return [['dashboard', link === null ? 'crossfeed ui' : `${link} (opens once, within ten minutes)`]];
}

/** One line a tool. A shell takes each as it stands; no key is in an argument, where other users could see it, but curl's. */
function pasteLines(url: string, key: string, model?: string): readonly (readonly [tool: string, line: string])[] {
  const provider = `{name="Crossfeed",base_url="${url}/v1",env_key="CROSSFEED_API_KEY",wire_api="responses"}`;
  const header = `-H "Authorization: Bearer ${unquoted(key)}"`;
  const question = `{"model":"${model}","stream":true,"messages":[{"role":"user","content":"Hello!"}]}`;
  const asked = `curl -N ${url}/v1/chat/completions ${header} -H "Content-Type: application/json" -d '${question}'`;
  return [
    ['Claude Code', `ANTHROPIC_BASE_URL=${url} ANTHROPIC_AUTH_TOKEN=${key} claude`],
    ['Codex', `CROSSFEED_API_KEY=${key} codex -c model_provider=crossfeed -c 'model_providers.crossfeed=${provider}'`],
    ['OpenAI SDK', `export OPENAI_BASE_URL=${url}/v1 OPENAI_API_KEY=${key}`],
    ['curl', model === undefined ? `curl ${url}/v1/models ${header}` : asked],
  ];
}

const unquoted = (text: string): string => text.replaceAll(/^"|"$/g, '');

/** The road in words, from what the upstream says of itself. */
export function roadText(upstream: {
  readonly road: 'direct' | 'exchanged' | null;
  readonly credentialKind: string | null;
  readonly apiOrigin: string | null;
}): string {
  const kind = upstream.credentialKind;
  const token = kind?.endsWith('_') ? `the ${kind} token` : 'the GitHub token';
  const to = upstream.apiOrigin === null ? '' : `, to ${upstream.apiOrigin}`;
  if (upstream.road === 'direct') return `direct: ${token} itself goes to Copilot${to}`;
  if (upstream.road === 'exchanged') return `exchanged: ${token} is exchanged for a short-lived Copilot token${to}`;
  return `not known before the first request${to}`;
}
