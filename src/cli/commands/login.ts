/** `crossfeed login` (also `auth`): signs in to GitHub and keeps the account. */
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { resolveHome } from '../../config/home.ts';
import type { SecretStoreOptions } from '../../store/secret-store.ts';
import { githubPlace } from '../account-host.ts';
import type { GithubPlace } from '../account-host.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { deviceSignIn } from '../device-sign-in.ts';
import { exitCode } from '../exit-code.ts';
import { readGhToken } from '../gh-token.ts';
import { findGithubToken, unusableReason } from '../github-token.ts';
import { checkAccountName, keepLogin } from '../keep-login.ts';
import { readTokenLine } from '../read-token-line.ts';
import { writeJson } from '../table.ts';
import { readToolLogin } from '../tool-logins.ts';
import { tellServer, withStore } from '../with-store.ts';

interface LoginOptions {
  readonly host?: string;
  readonly name?: string;
  readonly store?: string;
  readonly browser: boolean;
  readonly githubTokenStdin?: true;
  readonly from?: string;
  readonly fromTools?: true;
  readonly json?: true;
  readonly showToken?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--host <host>', 'github.com, or a tenant like octocorp.ghe.com')
    .option('--name <name>', 'what to call the account; your GitHub login without it')
    .option('--store <where>', 'keychain or file; the keychain if it answers without it')
    .option('--no-browser', 'print address and code, open nothing (or CROSSFEED_NO_BROWSER=1)')
    .option('--github-token-stdin', 'take a token from standard input instead of signing in')
    .option('--from <program>', 'take the login of another program: gh')
    .option('--from-tools', "take the login in another Copilot tool's file (apps.json, hosts.json)")
    .option('--json', 'print the account as JSON')
    .option('-v, --verbose', 'not needed: what happens is said anyway')
    .option('--show-token', 'says where the token is; it is never printed')
    .addHelpText(
      'after',
      examples([
        ['crossfeed login', 'shows an address and a code; the token never leaves this machine'],
        ['crossfeed login --host octocorp.ghe.com --name work', 'a second account, of a tenant'],
        ['crossfeed login --github-token-stdin < token.txt', 'a fine-grained token with "Copilot Requests"'],
        ['crossfeed login --from gh', 'what `gh auth login` left'],
        ['crossfeed login --no-browser --store file', 'on a server, over SSH'],
      ]),
    )
    .action((options: LoginOptions) => run(login(context, options)));
};

async function login(context: CliContext, options: LoginOptions): Promise<void> {
  const name = options.name === undefined ? null : checkAccountName(options.name);
  const home = resolveHome(context.env, context.homedir);
  const { config } = await loadConfig({ home, env: context.env, flags: {} });
  if (options.showToken)
    context.stderr.write('crossfeed: --show-token prints no token; where it is kept is said below.\n');
  const storeChoice = readStoreChoice(options.store) ?? config.credentials.store;
  const place = githubPlace(options.host, config);
  const { token, source } = await readToken(context, config, place, options);
  const reason = unusableReason(token);
  if (reason !== null) {
    throw new CliError(
      exitCode.configuration,
      `That is ${reason}: use a fine-grained token with the permission "Copilot Requests". Nothing was stored.`,
    );
  }
  const { kept, isDefault } = await withStore(context, { change: true }, async (store) => {
    const kept = await keepLogin(context, config, store, { token, source, place, name, storeChoice });
    return { kept, isDefault: store.accounts.defaultName() === kept.account.name };
  });
  const { account, plan } = kept;
  const { from } = await findGithubToken(context.env).catch(() => ({ from: null }));
  const notices = from === null ? kept.notices : [...kept.notices, `${from} is set and goes before this login.`];
  for (const notice of notices) context.stderr.write(`crossfeed: ${notice}\n`);
  const running = await tellServer(context);
  if (options.json) return writeJson(context, { ...account, plan, default: isDefault });
  const where = account.secretStore === 'keychain' ? 'the keychain' : 'a file that only you can read';
  const who = account.login === null || account.login === account.name ? '' : ` (${account.login} on ${account.host})`;
  context.stdout.write(
    [
      `Signed in as ${account.name}${who}${plan === null ? '' : `, plan ${plan}`}; the token is in ${where}.`,
      ...(isDefault ? [] : [`New keys belong to another account: \`crossfeed use ${account.name}\` changes that.`]),
      running ? 'The running proxy knows.' : 'Now: `crossfeed start`.',
      '',
    ].join('\n'),
  );
}

function readStoreChoice(choice: string | undefined): SecretStoreOptions['choice'] | undefined {
  if (choice === undefined || choice === 'keychain' || choice === 'file') return choice;
  throw new CliError(exitCode.usage, `--store takes keychain or file, not "${choice}".`);
}

async function readToken(
  context: CliContext,
  config: Config,
  place: GithubPlace,
  options: LoginOptions,
): Promise<{ token: string; source: string }> {
  const ways = [options.githubTokenStdin, options.from, options.fromTools].filter((way) => way !== undefined);
  if (ways.length > 1) {
    throw new CliError(exitCode.usage, 'Choose one of --github-token-stdin, --from and --from-tools.');
  }
  if (options.githubTokenStdin) return { token: await readTokenLine(context), source: 'stdin' };
  if (options.from !== undefined && options.from !== 'gh') {
    throw new CliError(exitCode.usage, `--from takes gh, not "${options.from}".`);
  }
  if (options.from === 'gh') {
    const token = await readGhToken(context.env, place.host);
    if (token !== null) return { token, source: 'gh' };
    throw new CliError(exitCode.configuration, `gh has no login for ${place.host}: run \`gh auth login\` first.`);
  }
  if (options.fromTools) {
    const found = await readToolLogin(context.env, context.homedir, place.host);
    if (found !== null) return { token: found.token, source: found.file };
    throw new CliError(exitCode.configuration, `No other Copilot tool has left a login for ${place.host} here.`);
  }
  // What GitHub itself documents for this use comes first, though most people will rather type a code.
  context.stderr.write(
    'GitHub documents fine-grained tokens with the permission "Copilot Requests" for this use:\n`crossfeed login --github-token-stdin` takes one. Or sign in here:\n',
  );
  const browser = options.browser ? 'ask' : 'never';
  return { token: await deviceSignIn({ context, config, place, browser }), source: 'device' };
}
