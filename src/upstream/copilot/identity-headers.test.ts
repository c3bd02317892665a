import { expect, test } from 'vitest';
import { defaultConfig } from '../../config/config.ts';
import { tokenKindOf } from './github-token.ts';
import { identityOf } from './identity-headers.ts';

const { identity } = defaultConfig;

test.each([
  ['ghu_a', 'vscode-chat'],
  ['gho_a', 'vscode-chat'],
  ['github_pat_a', 'copilot-developer-cli'],
  ['ghs_a', 'copilot-developer-cli'],
])('a token %s goes up under %s', (token, integrationId) => {
  expect(identityOf(identity, tokenKindOf(token))).toEqual({ ...identity, integrationId });
});

test('the integration for such tokens is a setting', () => {
  const chosen = { ...identity, tokenIntegrationId: 'my-own' };
  expect(identityOf(chosen, 'github_pat_').integrationId).toBe('my-own');
});
