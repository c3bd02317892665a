/** Every path of the data port and who may ask it. The matrix of the door fails where the app has one that is not here. */

export interface DoorRoute {
  /** As the app says it: a colon or a star stands for what varies. */
  readonly pattern: string;
  /** A path of that pattern. */
  readonly path: string;
  readonly access: 'public' | 'keyed' | 'session';
}

/** Half of the tools add `/v1` to a base URL and half want it given. */
const spelled = (...paths: string[]) => paths.flatMap((path) => [path, path.replace('/v1', ''), `/v1${path}`]);
const withV1 = (...paths: string[]) => paths.flatMap((path) => [path, `/v1${path}`]);

const samples: readonly (readonly [part: string, sample: string])[] = [
  [':id{[\\s\\S]+}', 'gpt-5.2'],
  [':call{[\\s\\S]+}', 'gpt-5.2:generateContent'],
  ['{model}', 'gpt-5.2'],
  [':operation', 'keys'],
  [':id', 'x-1'],
  ['*', 'sha256:00'],
];

const pathOf = (pattern: string) => samples.reduce((path, [part, sample]) => path.replace(part, sample), pattern);
const route = (pattern: string, access: DoorRoute['access']): DoorRoute => ({ pattern, path: pathOf(pattern), access });

const geminiBases = ['/v1beta', '/v1beta/v1beta', '/v1/v1beta'];
const keyed = [
  ...spelled('/v1/chat/completions', '/v1/completions', '/v1/embeddings'),
  ...spelled('/v1/responses', '/v1/responses/compact', '/v1/responses/:id', '/v1/responses/:id/input_items'),
  ...spelled('/v1/messages', '/v1/messages/count_tokens'),
  ...spelled('/v1/models', '/v1/models/:id{[\\s\\S]+}', '/v1/models/:call{[\\s\\S]+}'),
  ...geminiBases.flatMap((base) => [
    `${base}/models`,
    `${base}/models/:id{[\\s\\S]+}`,
    `${base}/models/:call{[\\s\\S]+}`,
    `${base}/models/{model}:generateContent`,
    `${base}/models/{model}:streamGenerateContent`,
    `${base}/models/{model}:countTokens`,
    `${base}/models/{model}:embedContent`,
    `${base}/models/{model}:batchEmbedContents`,
  ]),
  ...withV1('/api/chat', '/api/generate', '/api/embed', '/api/embeddings', '/api/show'),
  ...withV1('/api/tags', '/api/ps', '/api/version'),
  ...withV1('/api/pull', '/api/push', '/api/create', '/api/copy', '/api/delete', '/api/blobs/*'),
  '/crossfeed/v1/status',
  '/crossfeed/v1/usage',
  '/crossfeed/v1/sessions',
  '/crossfeed/v1/exchanges/:id',
  '/crossfeed/v1/preview',
  '/crossfeed/v1/estimate',
  '/metrics',
];
const session = [
  '/ui',
  '/ui/',
  '/ui/sign-in',
  '/ui/api/csrf',
  '/ui/api/live',
  '/ui/api/sign-out',
  '/ui/api/:operation',
];

export const doorRoutes: readonly DoorRoute[] = [
  ...['/', '/healthz', '/readyz', '/api/hello'].map((pattern) => route(pattern, 'public')),
  ...keyed.map((pattern) => route(pattern, 'keyed')),
  ...session.map((pattern) => route(pattern, 'session')),
];

/** What leads nowhere is guarded as well: it must not tell a page that there is a proxy. */
export const noRoutes = ['/v1/nothing', '/nothing', '/metrics/x', '/ui/../v1/models', '/v1//models', '/.env', '/token'];
