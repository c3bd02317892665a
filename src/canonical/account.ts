/** One GitHub login that the proxy may use. Accounts are never pooled: a key belongs to exactly one. */

export interface Account {
  /** The name people use: the login (`octo`), `octo@tenant.ghe.com` off github.com, or what `login --name` said. */
  readonly name: string;
  /** GitHub's own login; null until it was asked. */
  readonly login: string | null;
  /** `github.com`, or the tenant's host (`tenant.ghe.com`). A tenant's token goes to that tenant's hosts alone. */
  readonly host: string;
  /** The token's kind by its prefix, e.g. `ghu_`. The token itself is in the secret store, under the account's name. */
  readonly tokenKind: string;
  readonly secretStore: 'keychain' | 'file';
  /** Where the token came from: `device`, `stdin`, `gh`, `environment`, or the path-less name of another tool's file. */
  readonly source: string;
  /** When the login was stored, in ms since the epoch. */
  readonly createdAt: number;
}
