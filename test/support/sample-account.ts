/** One GitHub login, as the store keeps it. */
import type { Account } from '../../src/canonical/account.ts';

export const sampleAccount: Account = {
  name: 'octo',
  login: 'octo',
  host: 'github.com',
  tokenKind: 'ghu_',
  secretStore: 'file',
  source: 'device',
  createdAt: 1_700_000_000_000,
};
