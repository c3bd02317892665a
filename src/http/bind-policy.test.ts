/** The start matrix: binds × keys × TLS, `--lan`, `--behind-proxy`, all decided before anything listens. */
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../config/config.ts';
import { guardRules, judgeBind, shownHost, type BindSettings } from './bind-policy.ts';

const plain: BindSettings = defaultConfig.server;
const plans = {
  nothing: {},
  tls: { tlsCert: 'cert.pem', tlsKey: 'key.pem' },
  lan: { lan: true },
  'behind a proxy': { behindProxy: ['10.0.0.7'] },
  'TLS on the LAN': { tlsCert: 'cert.pem', tlsKey: 'key.pem', lan: true },
} as const satisfies Readonly<Record<string, Partial<BindSettings>>>;
type Plan = keyof typeof plans;
const planNames = ['nothing', 'tls', 'lan', 'behind a proxy', 'TLS on the LAN'] as const satisfies readonly Plan[];

const machineHosts = ['127.0.0.1', '127.8.8.8', '::1', '[::1]', 'localhost', 'LOCALHOST'];
/** Host, and which plans it may be opened with where keys are needed. */
const networkHosts: readonly (readonly [host: string, plans: readonly Plan[]])[] = [
  ['0.0.0.0', ['tls', 'lan', 'behind a proxy', 'TLS on the LAN']],
  ['::', ['tls', 'lan', 'behind a proxy', 'TLS on the LAN']],
  ['192.168.1.5', ['tls', 'lan', 'behind a proxy', 'TLS on the LAN']],
  ['10.0.0.1', ['tls', 'lan', 'behind a proxy', 'TLS on the LAN']],
  ['172.31.255.255', ['tls', 'lan', 'behind a proxy', 'TLS on the LAN']],
  ['fd00::1', ['tls', 'lan', 'behind a proxy', 'TLS on the LAN']],
  ['172.32.0.1', ['tls', 'behind a proxy', 'TLS on the LAN']],
  ['8.8.8.8', ['tls', 'behind a proxy', 'TLS on the LAN']],
  ['2001:db8::1', ['tls', 'behind a proxy', 'TLS on the LAN']],
  ['box.example', ['tls', 'behind a proxy', 'TLS on the LAN']],
  ['localhost.evil.example', ['tls', 'behind a proxy', 'TLS on the LAN']],
  ['127.1', ['tls', 'behind a proxy', 'TLS on the LAN']],
  ['0', ['tls', 'behind a proxy', 'TLS on the LAN']],
];

describe.each(planNames)('with %s', (plan) => {
  test.each(machineHosts)('%s may be opened, with keys and without', (host) => {
    for (const requireKey of [true, false])
      expect(judgeBind({ ...plain, ...plans[plan], host, requireKey })).toEqual({ allowed: true, reach: 'machine' });
  });

  test.each(networkHosts)('%s with keys', (host, allowedPlans) => {
    const verdict = judgeBind({ ...plain, ...plans[plan], host });
    if (allowedPlans.includes(plan)) expect(verdict).toEqual({ allowed: true, reach: 'network' });
    else expect(verdict).toMatchObject({ allowed: false, reason: expect.stringMatching(/^[^.]+[^]*\.$/) });
  });

  test.each(networkHosts)('%s without keys stays shut', (host) => {
    expect(judgeBind({ ...plain, ...plans[plan], host, requireKey: false })).toEqual({
      allowed: false,
      reason: expect.stringContaining('--no-key'),
    });
  });
});

test.each([
  [{ tlsCert: 'cert.pem' }, '--tls-key'],
  [{ tlsKey: 'key.pem' }, '--tls-cert'],
  [{ behindProxy: ['0.0.0.0/0'] }, '--behind-proxy 0.0.0.0/0'],
  [{ behindProxy: ['10.0.0.7', '::/0'] }, '--behind-proxy ::/0'],
])('%o is half a plan on any host', (half, words) => {
  for (const host of ['127.0.0.1', '0.0.0.0'])
    expect(judgeBind({ ...plain, host, ...half })).toMatchObject({
      allowed: false,
      reason: expect.stringContaining(words),
    });
});

describe('who may connect', () => {
  const peersOf = (over: Partial<BindSettings>) => guardRules({ ...plain, ...over }).peers;

  test('this machine and TLS ask nobody where he comes from', () => {
    expect(peersOf({})).toBeNull();
    expect(peersOf({ lan: true })).toBeNull();
    expect(peersOf({ host: '0.0.0.0', ...plans.tls })).toBeNull();
  });

  test('a LAN is private addresses, also where every address is listened on', () => {
    for (const over of [plans.lan, plans['TLS on the LAN']]) {
      const peers = peersOf({ host: '0.0.0.0', ...over });
      for (const address of ['127.0.0.1', '::1', '192.168.3.4', '::ffff:10.1.1.1'])
        expect(peers?.has(address)).toBe(true);
      for (const address of ['8.8.8.8', '2001:db8::1', '']) expect(peers?.has(address)).toBe(false);
    }
  });

  test('behind a proxy only the proxy and this machine', () => {
    const peers = peersOf({ host: '0.0.0.0', ...plans['behind a proxy'] });
    for (const address of ['10.0.0.7', '127.0.0.1']) expect(peers?.has(address)).toBe(true);
    for (const address of ['10.0.0.8', '192.168.1.1']) expect(peers?.has(address)).toBe(false);
  });
});

test("names: the host's own, the certificate's, the listed ones; Docker's only where a key is needed", () => {
  const over = { host: 'box.example', allowHosts: ['proxy.example:8443'], ...plans.tls };
  expect(guardRules({ ...plain, ...over }, ['cert.example'])).toMatchObject({
    hosts: ['proxy.example:8443', 'box.example', 'cert.example'],
    callersHosts: ['host.docker.internal'],
    literals: 'own',
  });
  expect(guardRules({ ...plain, requireKey: false })).toMatchObject({ hosts: [], callersHosts: [], literals: 'none' });
  expect(guardRules({ ...plain, host: '0.0.0.0', lan: true })).toMatchObject({ hosts: [], literals: 'private' });
});

test.each([
  ['127.0.0.1', [], '127.0.0.1'],
  ['::1', [], '[::1]'],
  ['[::1]', [], '[::1]'],
  ['0.0.0.0', [], '127.0.0.1'],
  ['::', [], '[::1]'],
  ['0.0.0.0', ['box.example'], 'box.example'],
  ['127.0.0.1', ['box.example'], '127.0.0.1'],
  ['192.168.1.5', [], '192.168.1.5'],
])('%s with a certificate for %o is shown as %s', (host, names, shown) => expect(shownHost(host, names)).toBe(shown));
