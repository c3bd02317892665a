/** The account that tests sign in with, and others like it. */
import type { Account } from '../../src/canonical/account.ts';

export const testAccount: Account = {
  name: 'octo',
  login: 'octo',
  host: 'github.com',
  tokenKind: 'ghu_',
  secretStore: 'file',
  source: 'environment',
  createdAt: 0,
};
