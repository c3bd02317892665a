/** Tests of where other machines find the proxy. */
import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { networkUrls } from './network-urls.ts';

const ipv4 = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  netmask: '255.255.255.0',
  family: 'IPv4',
  mac: '00:00:00:00:00:00',
  internal,
  cidr: null,
});
const interfaces = {
  lo: [ipv4('127.0.0.1', true)],
  eth0: [ipv4('192.168.1.5'), { ...ipv4('fe80::1'), family: 'IPv6' as const, scopeid: 2 }],
  wan: [ipv4('203.0.113.9')],
  bridges: [1, 2, 3, 4, 5].map((at) => ipv4(`172.17.${at}.1`)),
  gone: undefined,
};
const wide = { host: '0.0.0.0', lan: true, tlsCert: null };

test('the private addresses of this machine, the first four', () => {
  expect(networkUrls(wide, 4141, interfaces)).toEqual([
    'http://192.168.1.5:4141',
    'http://172.17.1.1:4141',
    'http://172.17.2.1:4141',
    'http://172.17.3.1:4141',
  ]);
  expect(networkUrls({ ...wide, host: '::', tlsCert: 'c.pem' }, 8443, interfaces)[0]).toBe('https://192.168.1.5:8443');
});

test.each([{ lan: false }, { host: '127.0.0.1' }, { host: '192.168.1.5' }])('none with %o', (over) => {
  expect(networkUrls({ ...wide, ...over }, 4141, interfaces)).toEqual([]);
});
