/** Every setting once: what it does, what is allowed, how it is read. Defaults are in `config.ts`. */
import { parseAddressRange } from './address-range.ts';
import type { ConfigPath, ValueAt } from './config-path.ts';
import { alias, modelName } from './alias-field.ts';
import { budgetLine } from './budget-field.ts';
import { modelEndpoint } from './endpoint-field.ts';
import { choice, credits, flag, integer, list, orNull, text, url } from './field.ts';
import type { Field } from './field.ts';
import { ollamaPort } from './ollama-field.ts';

const dayMs = 24 * 60 * 60 * 1000;
const maxBytes = 2 ** 31 - 1;

const durationMs = (description: string) => integer(1, dayMs, `${description} In ms.`);
const optionalDurationMs = (description: string) => integer(0, dayMs, `${description} In ms; 0 for none.`);
const sizeBytes = (description: string) => integer(1024, maxBytes, `${description} In bytes.`);

const hostText = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*\]?)$/;
const host = (description: string) => text(hostText, 'a host name or an address, without scheme and port', description);
const callerHost = text(
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[1-9][0-9]{0,4})?$/,
  'host names or addresses, each with or without a port',
  'A name.',
);
const pemFile = (description: string) => orNull(text(/^[^\0\r\n]+$/, 'a file path', description));
const addressRange: Field<string> = {
  description: 'A range.',
  allowed: 'addresses or ranges like 10.0.0.0/8',
  parse: (input) =>
    typeof input === 'string' && parseAddressRange(input) !== undefined
      ? { ok: true, value: input }
      : { ok: false, problem: `${JSON.stringify(input)} is no address range` },
};
const headerText = (description: string) =>
  text(/^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/, '1 to 200 printable ASCII characters', description);
const ruleName = text(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'rule names in kebab-case', 'A rule.');
const keyName = text(/^[A-Za-z0-9](?:[A-Za-z0-9 ._@/-]{0,62}[A-Za-z0-9])?$/, 'ids or labels of keys', 'A key.');
const apiVersion = text(/^\d{4}-\d{2}-\d{2}$/, 'dates like 2026-08-01', 'A version.');

export const fields = {
  'server.host': host('The address to listen on.'),
  'server.port': integer(0, 65_535, 'The port to listen on; 0 chooses a free one.'),
  'server.requireKey': flag('Whether callers need a key; false is for a proxy that only this machine can call.'),
  'server.lan': flag('Whether callers of private networks may call, with a key and without TLS.'),
  'server.tlsCert': pemFile('The certificate (PEM) to serve HTTPS with; needs server.tlsKey.'),
  'server.tlsKey': pemFile('The private key (PEM) of the certificate.'),
  'server.allowHosts': list(callerHost, 0, 'Names by which callers may call, besides localhost and its addresses.'),
  'server.behindProxy': list(
    addressRange,
    0,
    'Where the reverse proxy calls from; from outside nobody else may, and its X-Forwarded-* headers are believed.',
  ),
  'server.systemCa': flag("Whether the system's certificates are trusted besides those that come with Node."),
  'server.webSocket': flag('Whether /v1/responses may be upgraded to a WebSocket; false answers 426.'),
  'server.dashboard': flag('Whether the dashboard is served below /ui, to this machine and over HTTPS.'),
  'server.ollama.port': ollamaPort(
    'A second port, on 127.0.0.1, for tools that know only Ollama; 11434 is its own, 0 chooses a free one.',
  ),
  'server.ollama.requireKey': flag(
    'Whether callers of that port need a key; false is for a proxy that only this machine can call.',
  ),
  'limits.maxBodyBytes': sizeBytes('The largest request body, after decompression.'),
  'limits.maxJsonDepth': integer(1, 10_000, 'The deepest nesting of JSON in a request.'),
  'limits.maxJsonKeysPerObject': integer(1, 10_000_000, 'The most keys of one JSON object in a request.'),
  'limits.maxHeaderBytes': integer(1024, 1024 * 1024, 'The largest head of a request. In bytes.'),
  'limits.maxHeaders': integer(1, 2_000, 'The most headers of a request.'),
  'limits.maxConnections': integer(
    1,
    1_000_000,
    'The most client connections at a time; never more than fits, with a call upstream for each, into 80 % of the descriptors that the system grants.',
  ),
  'limits.requestHeadMs': durationMs('How long a client may take to send the head of a request.'),
  'limits.requestBodyMs': durationMs('How long a client may take to send the body of a request.'),
  'limits.upstreamHeadMs': durationMs('How long the upstream may take to begin a streamed answer.'),
  'limits.upstreamHeadNonStreamingMs': durationMs('How long the upstream may take for an answer that is not streamed.'),
  'limits.silenceMs': durationMs('How long a running stream may be silent.'),
  'limits.reasoningSilenceMs': durationMs('How long a running stream of a reasoning model may be silent.'),
  'limits.commentsOnlyMs': durationMs('How long a running stream may send nothing but comments and pings.'),
  'limits.heartbeatMs': durationMs('How long a stream to a client is quiet before a heartbeat is sent.'),
  'limits.headHoldMs': optionalDurationMs("How long an answer's head waits for the first meaningful event."),
  'limits.headHoldEvents': integer(0, 10_000, "How many events an answer's head waits for a meaningful one."),
  'limits.headHoldBytes': integer(0, maxBytes, "How many bytes an answer's head waits for a meaningful event."),
  'limits.maxEventBytes': sizeBytes('The largest single event of a stream.'),
  'limits.maxAnswerBytes': sizeBytes('The largest answer that is not streamed, after decompression.'),
  'limits.streamBufferBytes': sizeBytes(
    'The most of one stream that is buffered for a slow client, beyond the event at hand; 64 kB are never exceeded.',
  ),
  'limits.clientWriteMs': durationMs('A client that takes no byte of a waiting answer for so long is gone.'),
  'limits.drainMs': optionalDurationMs('How long running exchanges may go on after SIGTERM.'),
  'limits.pace.enabled': flag('Whether calls to GitHub are paced at all; off is for tests.'),
  'limits.pace.concurrency': integer(1, 1_000, 'The most answers of one account under way at a time.'),
  'limits.pace.perSecond': integer(1, 1_000, 'How many calls of one account may start in a second, for ever.'),
  'limits.pace.burst': integer(1, 10_000, 'How many calls of one account may start at once after a quiet time.'),
  'limits.pace.minGapMs': optionalDurationMs('The least time between two starts of one account.'),
  'limits.pace.wait': flag('Whether a call within limits.pace.minGapMs waits its turn; else it is refused with 429.'),
  'limits.pace.maxQueued': integer(0, 10_000, 'How many calls of one account may wait for their start.'),
  'limits.pace.maxWaitMs': optionalDurationMs('How long a call may wait for its start.'),
  'limits.pace.openAfterMs': optionalDurationMs(
    'A stream that waits so long for its start gets its head and heartbeats meanwhile.',
  ),
  'limits.budgets': list(
    budgetLine,
    0,
    'What calls may cost: soft budgets warn, ask asks the owner, hard ones refuse. `crossfeed budget` sets them without a restart.',
  ),
  'limits.quotaStopPercent': integer(
    0,
    100,
    "Refuses calls once so many percent of the seat's credits are used; 0 never does.",
  ),
  'limits.approval': choice(
    ['off', 'all', 'session', 'above'],
    "Which calls wait for the owner's word: all, the first of each session, or those above limits.approvalAboveCredits.",
  ),
  'limits.approvalAboveCredits': credits(
    1_000_000,
    'Under approval "above", what a call may cost unasked. In credits.',
  ),
  'limits.approvalTimeoutMs': durationMs('A call that is not approved for so long is denied.'),
  'upstream.githubUrl': url('Where people sign in.'),
  'upstream.githubApiUrl': url('Where the token is exchanged and the user and quota are read.'),
  'upstream.copilotApiUrl': orNull(url('Where model calls go; replaces host discovery when set.')),
  'upstream.allowedHosts': list(
    host('A host.'),
    0,
    'Hosts that may be called besides *.githubcopilot.com and *.ghe.com, for tests and odd networks.',
  ),
  'upstream.apiVersions': list(apiVersion, 1, 'Copilot API versions to try, newest first.'),
  'upstream.road': choice(
    ['auto', 'direct', 'exchanged'],
    'Whether the GitHub token is sent as it is or exchanged for a Copilot token; auto goes by its kind.',
  ),
  'upstream.allowH2': flag('Whether HTTP/2 may be used to the upstream.'),
  'upstream.catalogueMs': durationMs('How long the list of models is fresh.'),
  'upstream.learnedDays': integer(
    0,
    365,
    'How many days a field or beta that a model refused is left out before it is tried again; 0 learns nothing.',
  ),
  'upstream.cacheTtl': flag(
    "Whether the lifetimes that callers give to cache markers go up; some of GitHub's backends refuse them.",
  ),
  'upstream.disabledRules': list(ruleName, 0, 'Edit rules that are switched off.'),
  'models.aliases': list(
    alias,
    0,
    'Names of your own for models: the first of what they name that can serve does. They come before the names of the catalogue.',
  ),
  'models.shippedAliasesOff': list(modelName, 0, 'Shipped aliases that are switched off; * for all.'),
  'models.contextTier': choice(
    ['default', 'long'],
    'Whether prompts, and the limits that clients are told, may reach the dearer tier of models that have one.',
  ),
  'models.longContext': list(modelName, 0, 'Models whose prompts may reach their dearer tier all the same.'),
  'models.endpoints': list(
    modelEndpoint,
    0,
    'On which endpoint a model is asked, where another one than the best is wanted; callers of every protocol reach it.',
  ),
  'media.fetchRemote': flag(
    'Whether the proxy fetches images and documents that callers name by their address, from the open internet alone.',
  ),
  'media.fetchPorts': list(
    integer(1, 65_535, 'A port.'),
    1,
    'The ports of servers that images and documents are fetched from.',
  ),
  'webSearch.via': choice(
    ['off', 'seat', 'brave', 'tavily', 'searxng'],
    'Who searches the web for tools whose model cannot: nobody, a GPT model of the seat, or a provider.',
  ),
  'webSearch.model': orNull({
    ...modelName,
    description: 'The model that searches for seat; null for the cheapest that may.',
  }),
  'webSearch.url': orNull(url('Where SearXNG runs.')),
  'webSearch.maxUses': integer(1, 50, 'How many searches one turn may make, whatever the caller allows.'),
  'webSearch.maxResults': integer(1, 20, 'How many results of a search the model is shown.'),
  'metrics.enabled': flag(
    'Whether /metrics tells Prometheus what the proxy does: to the default key, and to keys for it.',
  ),
  'metrics.port': orNull(
    integer(0, 65_535, 'A port of its own for /metrics, on this machine alone and without a key; 0 for a free one.'),
  ),
  'traces.endpoint': orNull(
    text(
      /^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/,
      'an address with http:// or https://',
      'Where a span of every call goes: a collector of OpenTelemetry that takes OTLP over HTTP, as on port 4318.',
    ),
  ),
  'identity.clientId': text(/^[\w.-]{1,100}$/, 'the client id of an app', 'The app that people let in at sign-in.'),
  'identity.scope': text(/^[\w:, -]{0,200}$/, 'scopes, or nothing', 'What the sign-in asks GitHub for.'),
  'identity.integrationId': headerText('The integration id sent to GitHub.'),
  'identity.tokenIntegrationId': headerText(
    'The integration id sent with fine-grained and installation tokens, which GitHub takes under few.',
  ),
  'identity.editorVersion': headerText('The editor version sent to GitHub.'),
  'identity.editorPluginVersion': headerText('The plugin version sent to GitHub.'),
  'identity.userAgent': headerText('The user agent sent to GitHub.'),
  'credentials.store': choice(
    ['auto', 'keychain', 'file'],
    'Where a login puts its token; auto is the keychain if it answers, else a file only you can read.',
  ),
  'credentials.fromTools': flag(
    'Whether a start without any other credential may read the login files of other Copilot tools.',
  ),
  'log.level': choice(['error', 'warn', 'info', 'debug'], 'The least important entry that is logged.'),
  'log.format': choice(['json', 'pretty'], 'Whether the log is for programs or for people.'),
  'log.file': orNull(
    text(
      /^[^\0\r\n]+$/,
      'a file path',
      'A log file beside the terminal; a relative path starts where the program was started.',
    ),
  ),
  'log.maxFileBytes': sizeBytes('The size at which the log file is rotated.'),
  'log.maxFiles': integer(1, 1_000, 'How many rotated log files are kept.'),
  'capture.enabled': flag(
    'Whether prompts and answers are kept, without secrets, to be looked into; nothing is kept else.',
  ),
  'capture.keys': list(keyName, 0, 'The keys whose calls are kept, by id or label; all keys where none is named.'),
  'capture.maxBytes': sizeBytes('The most that is kept of each text of an exchange: request, what went up, answer.'),
  'capture.maxTotalBytes': sizeBytes('The most that is kept of all of them; the oldest go first.'),
  'capture.maxAgeHours': integer(1, 24 * 365, 'How many hours they are kept.'),
} as const satisfies { readonly [P in ConfigPath]: Field<ValueAt<P>> };

export const configPaths = Object.keys(fields) as readonly ConfigPath[];

export function isConfigPath(path: string): path is ConfigPath {
  return Object.hasOwn(fields, path);
}
