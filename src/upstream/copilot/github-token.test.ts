/** Kinds of GitHub tokens and the roads they take. */
import { expect, test } from 'vitest';
import { ProxyError } from '../../errors/proxy-error.ts';
import { resolveRoad, tokenKindOf } from './github-token.ts';

test.each([
  ['ghu_abc', 'auto', 'exchanged'],
  ['gho_abc', 'auto', 'direct'],
  ['github_pat_abc', 'auto', 'direct'],
  ['ghs_abc', 'auto', 'direct'],
  ['anything', 'auto', 'exchanged'],
  ['gho_abc', 'exchanged', 'exchanged'],
  ['ghu_abc', 'direct', 'direct'],
] as const)('%s with %s is %s', (token, configured, road) => {
  expect(resolveRoad(token, configured)).toBe(road);
});

test.each([
  [null, /no GitHub token/],
  ['', /no GitHub token/],
  ['ghp_abc', /classic/],
  ['gho_abc\r\nx: y', /line breaks/],
  ['gho_ä', /ASCII/],
])('%j is refused with the reason', (token, reason) => {
  const refusal = resolveRoad(token, 'direct');
  expect(refusal).toBeInstanceOf(ProxyError);
  expect(refusal).toMatchObject({ code: 'upstream_sign_in_required' });
  expect(refusal instanceof ProxyError && refusal.message).toMatch(reason);
});

test('the kind is the prefix', () => {
  expect(tokenKindOf('github_pat_1')).toBe('github_pat_');
  expect(tokenKindOf('GHO_1')).toBe('other');
});
