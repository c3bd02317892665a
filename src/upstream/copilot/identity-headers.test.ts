import { expect, test } from 'vitest';
import { defaultConfig } from '../../config/config.ts';
import { identityFor } from './identity-headers.ts';

const { identity } = defaultConfig;

test.each([
  ['ghu_a', 'vscode-chat'],
  ['gho_a', 'vscode-chat'],
  ['github_pat_a', 'copilot-developer-cli'],
  ['ghs_a', 'copilot-developer-cli'],
])('a token %s goes up under %s', (token, integrationId) => {
  expect(identityFor(token, identity)).toEqual({ ...identity, integrationId });
});

test('an integration that the operator chose stays', () => {
  const chosen = { ...identity, integrationId: 'my-own' };
  expect(identityFor('github_pat_a', chosen)).toBe(chosen);
});
