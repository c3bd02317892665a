/** Checks of the way to GitHub: proxy variables, names, TLS, whether it is GitHub that answers, and the clock. */
import { check } from '../check.ts';

const proxyNames = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'] as const;
const allowedSkewMs = 5 * 60 * 1000;

export const networkProxyCheck = check(
  'network-proxy',
  'Proxy of your network',
  {
    unusable: {
      state: 'problem',
      cause: 'A variable names a proxy of your network in a form that nobody can use.',
      cure: 'Write it as http://HOST:PORT, or unset it.',
    },
    loopback: {
      state: 'warning',
      cause: 'A proxy of your network is set and this machine is not excepted: tools would look for Crossfeed there.',
      cure: 'Set NO_PROXY=localhost,127.0.0.1 (`crossfeed env`, `run` and `connect` do).',
    },
  },
  async ({ env }) => {
    const set = proxyNames.filter((name) => (env[name] ?? '') !== '');
    if (set.length === 0) return [{ seen: 'none set' }];
    const wrong = set.filter((name) => !isProxyUrl(env[name] ?? ''));
    if (wrong.length > 0) return [{ kind: 'unusable', seen: wrong.join(', ') }];
    const excepted = new Set(`${env['NO_PROXY'] ?? ''},${env['no_proxy'] ?? ''}`.split(',').map((one) => one.trim()));
    const isExcepted = ['127.0.0.1', 'localhost', '*'].some((one) => excepted.has(one));
    return [isExcepted ? { seen: set.join(', ') } : { kind: 'loopback', seen: set.join(', ') }];
  },
);

function isProxyUrl(value: string): boolean {
  return URL.canParse(value) && /^(?:https?|socks[45]?):$/.test(new URL(value).protocol);
}

export const githubCheck = check(
  'github',
  'GitHub',
  {
    dns: {
      state: 'problem',
      cause: 'The name of GitHub could not be resolved.',
      cure: 'Check the network connection and its DNS; behind a company’s proxy set HTTPS_PROXY.',
    },
    tls: {
      state: 'problem',
      cause: 'The certificate that came is not trusted: something between here and GitHub reads along.',
      cure: 'Give Node the certificate of your company (NODE_EXTRA_CA_CERTS=FILE), or put it into the system’s store.',
    },
    'network-proxy': {
      state: 'problem',
      cause: 'The proxy of your network did not let the request through.',
      cure: 'Check HTTPS_PROXY, its user and password, and that it allows github.com and githubcopilot.com.',
    },
    timeout: {
      state: 'problem',
      cause: 'Nothing came back in time.',
      cure: 'Check the network, a firewall, and HTTPS_PROXY.',
    },
    unreachable: {
      state: 'problem',
      cause: 'No connection to GitHub could be made.',
      cure: 'Check the network, a firewall, and HTTPS_PROXY.',
    },
    'other-page': {
      state: 'problem',
      cause: 'Something else than GitHub answered: the sign-in page of a network, or a filter.',
      cure: 'Open a web page in your browser, sign in to the network, and try again.',
    },
    failing: {
      state: 'warning',
      cause: 'GitHub itself has a problem just now.',
      cure: 'Wait; githubstatus.com tells how it stands.',
    },
  },
  async (world) => {
    const look = await world.github();
    if (look.kind === 'failed') {
      const kind = look.reason === 'proxy' ? 'network-proxy' : look.reason;
      return [{ kind, seen: `${look.origin}: ${look.words}` }];
    }
    const seen = `${look.origin} answered ${look.status}`;
    if (!look.isGithub) return [{ kind: 'other-page', seen }];
    return [look.status >= 500 ? { kind: 'failing', seen } : { seen }];
  },
);

export const clockCheck = check(
  'clock',
  'Clock',
  {
    wrong: {
      state: 'problem',
      cause: 'The clock of this machine and that of GitHub differ: tokens look expired, or live too long.',
      cure: 'Set the clock, best by network time.',
    },
  },
  async (world) => {
    const look = await world.github();
    if (look.kind === 'failed' || !look.isGithub || look.dateMs === null) throw new Error('GitHub told no time');
    const skewMs = world.nowMs() - look.dateMs;
    const seen = `${Math.abs(Math.round(skewMs / 1000))} s ${skewMs < 0 ? 'behind' : 'ahead of'} GitHub`;
    return [Math.abs(skewMs) > allowedSkewMs ? { kind: 'wrong', seen } : { seen }];
  },
);
