/** Whose word is believed about who calls: of a proxy that is trusted, and of the last such hop alone (B-060). */
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createAddressSet } from './address-set.ts';
import { viewClient } from './forwarded.ts';

const trusted = createAddressSet(['10.0.0.0/8']);
const direct = { address: '10.0.0.1', scheme: 'http', host: 'proxy:4141' };

function view(remoteAddress: string | undefined, headers: Record<string, string | string[]>, proxies = trusted) {
  const request = { headers: { host: 'proxy:4141', ...headers }, socket: { remoteAddress } };
  return viewClient(request as unknown as IncomingMessage, proxies);
}

test.each([
  ['nothing said', {}, direct],
  ['one client', { 'x-forwarded-for': '203.0.113.9' }, { ...direct, address: '203.0.113.9' }],
  [
    'a client that claims another',
    { 'x-forwarded-for': '127.0.0.1, 203.0.113.9' },
    { ...direct, address: '203.0.113.9' },
  ],
  ['two proxies', { 'x-forwarded-for': '203.0.113.9, 10.0.0.2' }, { ...direct, address: '203.0.113.9' }],
  [
    'proxies alone: the first of them calls',
    { 'x-forwarded-for': '10.0.0.3, 10.0.0.2' },
    { ...direct, address: '10.0.0.3' },
  ],
  ['a header twice', { 'x-forwarded-for': ['203.0.113.9', '10.0.0.2'] }, { ...direct, address: '203.0.113.9' }],
  [
    'an address in the other family',
    { 'x-forwarded-for': '::ffff:203.0.113.9' },
    { ...direct, address: '203.0.113.9' },
  ],
  ['an empty list', { 'x-forwarded-for': ' , ' }, direct],
  ['TLS before the proxy', { 'x-forwarded-proto': 'http, HTTPS' }, { ...direct, scheme: 'https' }],
  ['a scheme that is none', { 'x-forwarded-proto': 'gopher' }, direct],
  ['its name', { 'x-forwarded-host': 'claimed, crossfeed.example' }, { ...direct, host: 'crossfeed.example' }],
])('of a trusted proxy: %s', (_what, headers, expected) => {
  expect(view('::ffff:10.0.0.1', headers)).toEqual(expected);
});

const claims = { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'localhost' };

test('nobody else is believed', () => {
  expect(view('203.0.113.9', claims)).toEqual({ address: '203.0.113.9', scheme: 'http', host: 'proxy:4141' });
  expect(view(undefined, claims)).toEqual({ address: '', scheme: 'http', host: 'proxy:4141' });
});

test('where no proxy is trusted, none is believed', () => {
  const request = {
    headers: { host: 'proxy:4141', ...claims },
    socket: { remoteAddress: '10.0.0.1', encrypted: true },
  };
  expect(viewClient(request as unknown as IncomingMessage, null)).toEqual({ ...direct, scheme: 'https' });
});
