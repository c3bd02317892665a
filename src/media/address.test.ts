import { describe, expect, test } from 'vitest';
import { addressFault, isPublicAddress } from './address.ts';

const fault = (address: string) => addressFault(address, { isPublic: isPublicAddress });

describe('B-092 to B-094: what lies within is no address to fetch from', () => {
  test.each([
    'http://169.254.169.254/latest/meta-data',
    'http://10.0.0.1/a.png',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://0.0.0.0/',
    'http://255.255.255.255/',
    'http://224.0.0.1/',
    'http://127.0.0.1:8080/',
    'http://127.1/',
    'http://2130706433/',
    'http://0177.1/',
    'http://0x7f.0.0.1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:db8::1]/',
    'http://[fc00::1]/',
    'http://[fd12:3456::1]/',
    'http://[fe80::1]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://api.localhost/',
    'http://printer/',
    'http://printer.local/',
    'http://metadata.google.internal/',
    'http://user:pass@127.0.0.1/',
    'http://127。0。0。1/',
  ])('%s', (address) => expect(fault(address)).toMatch(/private network/));
});

describe('B-093: neither data nor an address of the web', () => {
  test.each(['file:///etc/passwd', 'gopher://example.com/x', 'ftp://example.com/a.png', 'javascript:1', 'a.png', ''])(
    '%j',
    (address) => expect(fault(address)).toMatch(/http or https/),
  );

  test('data in other clothes than base64', () => expect(fault('data:image/svg+xml,<svg/>')).toMatch(/base64/));
});

test.each([
  'https://example.com/a.png',
  'http://example.com:8080/a.png?b',
  'https://93.184.215.14/',
  'https://[2606:2800:21f::1]/',
  'https://local.example.com/',
])('%s is of the open internet', (address) => expect(fault(address)).toBeNull());

test.each(['', 'nonsense', 'fe80::1%eth0', '::ffff:10.0.0.1'])('%j is no public address', (address) =>
  expect(isPublicAddress(address)).toBe(false),
);

test('an IPv4 address in IPv6 clothes is what it is', () => expect(isPublicAddress('::ffff:8.8.8.8')).toBe(true));
