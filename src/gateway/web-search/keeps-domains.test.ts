import { expect, test } from 'vitest';
import { keepsDomains } from './keeps-domains.ts';

const page = 'https://docs.example.com/guide/start';

test.each([
  ['no words about domains', [], [], true],
  ['the host itself', ['docs.example.com'], [], true],
  ['a domain above it', ['example.com'], [], true],
  ['a name that only ends alike', ['ample.com'], [], false],
  ['another host', ['example.org'], [], false],
  ['a path above it', ['docs.example.com/guide'], [], true],
  ['a path that only begins alike', ['docs.example.com/gui'], [], false],
  ['a scheme before it', ['https://docs.example.com/'], [], true],
  ['a star before it', ['*.example.com'], [], true],
  ['letters of another case', ['Docs.Example.COM'], [], true],
  ['blocked', [], ['example.com'], false],
  ['blocked elsewhere', [], ['example.org'], true],
  ['allowed and blocked', ['example.com'], ['docs.example.com'], false],
])('%s', (_what, allowedDomains, blockedDomains, kept) => {
  expect(keepsDomains(page, { allowedDomains, blockedDomains })).toBe(kept);
});

test('what is no address is no page', () => {
  expect(keepsDomains('news', { allowedDomains: [], blockedDomains: [] })).toBe(false);
});

test.each([
  ['https://a.example./x', 'a.example'],
  ['https://a.example/x', 'a.example.'],
  ['https://xn--mnchen-3ya.example/x', 'münchen.example'],
  ['https://a.example/Guide/x', 'a.example/Guide'],
  ['http://a.example:8080/x', 'HTTPS://A.example'],
])('%s lies in %s: it is the same host by another name', (url, domain) => {
  expect(keepsDomains(url, { allowedDomains: [], blockedDomains: [domain] })).toBe(false);
  expect(keepsDomains(url, { allowedDomains: [domain], blockedDomains: [] })).toBe(true);
});
