/** `crossfeed keys`: the key that tools need, and further ones with a label, an end, models and an account. */
import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import { alias, aliasTexts, parseAliases } from '../../config/alias-field.ts';
import { budgetIdOf, parseBudget } from '../../config/budget-field.ts';
import { resolveHome } from '../../config/home.ts';
import { createRedactor } from '../../observability/redact.ts';
import { keyState } from '../../store/caller-key-store.ts';
import type { StoredKey } from '../../store/caller-key-store.ts';
import { openCredentialFile } from '../../store/credential-store.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { addExamples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { readDefaultKey } from '../default-key.ts';
import { parseEnd } from '../duration-text.ts';
import { exitCode } from '../exit-code.ts';
import { findKey, keyAccountName } from '../find-account.ts';
import { defaultLabel, makeKey } from '../key-maker.ts';
import { writeJson, writeTable } from '../table.ts';
import { timeText } from '../time-text.ts';
import { tellServer, withStore } from '../with-store.ts';

interface JsonFlag {
  readonly json?: true;
}

interface AddOptions extends JsonFlag {
  readonly account?: string;
  readonly models?: string;
  readonly project?: string;
  readonly expires?: string;
  readonly alias?: readonly string[];
  readonly contextTier?: string;
  readonly capture?: true;
  readonly metrics?: true;
  readonly budget?: string;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .command('show')
    .description('print the default key; it is made if there is none yet')
    .option('--json', 'print JSON')
    .action((options: JsonFlag) => run(show(context, options)));
  command
    .command('add <label>')
    .description('make a further key and print it, this once')
    .option('--account <name>', 'the account that answers; that of new keys without it')
    .option('--models <ids>', 'only these models, separated by commas')
    .option('--project <name>', 'what its calls are booked under')
    .option('--expires <when>', 'when it ends: 30d, 12h, 2027-01-31')
    .option(
      '--alias <name=model>',
      'a name of its own for a model, or several with commas: fast=gpt-6-luna,big=opus',
      commaList,
    )
    .option('--context-tier <tier>', 'default or long: whether its limits reach into the dearer price tier')
    .option('--capture', 'keep the prompts and answers of its calls (`crossfeed capture` shows them)')
    .option('--metrics', 'reads /metrics and opens nothing else: for Prometheus')
    .option('--budget <credits/period>', 'what its calls may cost: 100/month, 20/session, 5/day')
    .option('--json', 'print JSON')
    .action((label: string, options: AddOptions) => run(add(context, label, options)));
  command
    .command('list')
    .description('list the keys, without their secrets')
    .option('--json', 'print JSON')
    .action((options: JsonFlag, _own: Command) => run(list(context, options)));
  command
    .command('revoke <key>')
    .description('end a key (id or label) at once; `default` is replaced by a new one')
    .option('--json', 'print JSON')
    .action((key: string, options: JsonFlag) => run(revoke(context, key, options)));
  addExamples(command, [
    ['crossfeed keys show', 'print the default key'],
    ['export OPENAI_API_KEY="$(crossfeed keys show)"', 'hand it to a tool without showing it'],
    ['crossfeed keys add ci --expires 30d --models gpt-5-mini', 'a key for a job; shown once'],
    ['crossfeed keys add work --account work --project site', 'a key of another account, booked under a project'],
    ['crossfeed keys add editor --alias fast=gpt-6-luna', 'a key with a name of its own for a model'],
    ['crossfeed keys add nightly --budget 100/month', 'a key that may spend 100 credits a month'],
    ['crossfeed keys add prometheus --metrics', 'a key that reads /metrics alone'],
    ['crossfeed keys list', 'every key but its secret'],
    ['crossfeed keys revoke ci', 'from this moment on it opens nothing'],
  ]);
};

async function show(context: CliContext, options: JsonFlag): Promise<void> {
  const { key, source } = await readDefaultKey(context);
  if (options.json) return writeJson(context, { key, source });
  context.stdout.write(`${key}\n`);
}

async function add(context: CliContext, label: string, options: AddOptions): Promise<void> {
  const expiresAt = options.expires === undefined ? null : parseEnd(options.expires, systemClock.now());
  if (options.expires !== undefined && expiresAt === null) {
    throw usage(`--expires takes a time to come, like 30d, 12h or 2027-01-31, not "${options.expires}".`);
  }
  const models = options.models?.split(',').map((id) => id.trim()) ?? null;
  if (models?.some((id) => !/^[\w./:-]{1,200}$/.test(id))) {
    throw usage('--models takes model ids, separated by commas; `crossfeed models` lists them.');
  }
  const wrongAlias = options.alias?.find((entry) => !alias.parse(entry).ok);
  if (wrongAlias !== undefined) throw usage(`--alias takes ${alias.allowed}, not "${wrongAlias}".`);
  const { contextTier } = options;
  if (contextTier !== undefined && contextTier !== 'default' && contextTier !== 'long') {
    throw usage('--context-tier is default or long.');
  }
  const budget = options.budget === undefined ? undefined : parseKeyBudget(options.budget, label);
  const { key, stored: added } = await withStore(context, { change: true }, async (store) => {
    const made = makeKey(store, {
      label,
      account: options.account,
      models,
      project: options.project ?? null,
      expiresAt,
      aliases: parseAliases(options.alias ?? []),
      contextTier: contextTier ?? null,
      capture: options.capture === true,
      metricsOnly: options.metrics === true,
    });
    if (budget !== undefined) {
      const of = { kind: 'key', keyId: made.stored.id } as const;
      store.spend.budgets.put({ ...budget, of, source: 'command' });
    }
    return made;
  });
  await tellServer(context);
  if (options.json) return writeJson(context, { key, ...shown(added) });
  context.stdout.write(`${key}\n`);
  const ends = added.expiresAt === null ? '' : ` until ${timeText(added.expiresAt)}`;
  context.stderr.write(`This is the only time it is shown. It asks the account ${added.accountName}${ends}.\n`);
}

async function list(context: CliContext, options: JsonFlag): Promise<void> {
  const { keys, owner } = await withStore(context, { change: false }, async (store) => ({
    keys: store.callerKeys.list(),
    owner: keyAccountName(store, undefined),
  }));
  const listed = keys.map(shown);
  if (options.json) return writeJson(context, listed);
  const redactor = createRedactor();
  const time = (at: number | null) => (at === null ? '' : timeText(at));
  const rows = listed.map(
    ({ id, label, state, accountName, models, metricsOnly, project, expiresAt, lastUsedAt, aliases }) =>
      [
        id,
        label,
        state,
        accountName,
        metricsOnly ? 'none: reads /metrics' : (models?.join(' ') ?? 'all'),
        project ?? '',
        time(expiresAt),
        time(lastUsedAt),
        aliasTexts(aliases).join(' '),
      ].map((cell) => redactor.redact(cell)),
  );
  const headings = ['id', 'label', 'state', 'account', 'models', 'project', 'expires', 'last used', 'aliases'];
  writeTable(context, [[defaultLabel, defaultLabel, 'valid', owner, 'all', '', '', '', ''], ...rows], { headings });
}

async function revoke(context: CliContext, wanted: string, options: JsonFlag): Promise<void> {
  const id = wanted === defaultLabel ? await revokeDefault(context) : await revokeStored(context, wanted);
  await tellServer(context);
  if (options.json) return writeJson(context, { revoked: id });
  context.stdout.write(`The key ${wanted} is revoked.\n`);
  if (id === defaultLabel) context.stdout.write('`crossfeed keys show` prints the new one.\n');
}

async function revokeStored(context: CliContext, wanted: string): Promise<string> {
  return withStore(context, { change: false }, async (store) => {
    const { id } = findKey(store, wanted);
    store.callerKeys.revoke(id);
    return id;
  });
}

async function revokeDefault(context: CliContext): Promise<string> {
  const home = resolveHome(context.env, context.homedir);
  await openCredentialFile(home).forgetDefaultKey();
  return defaultLabel;
}

/** An option that may be given again, and each time with several values. */
function commaList(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(',').map((entry) => entry.trim())];
}

/** All of a key but its digest, which nobody needs. */
function shown({ digest: _digest, ...key }: StoredKey) {
  return { ...key, state: keyState(key, systemClock) };
}

/** A label that was revoked leaves its budget to the next key of that label. */
function parseKeyBudget(text: string, label: string) {
  const line = parseBudget(text.replace('/', ' per '));
  if (line === undefined || line.key !== undefined || line.project !== undefined) {
    throw usage(`--budget takes credits per request, session, day, month or ever, like 100/month, not "${text}".`);
  }
  const { per, mode, nanoAiu } = line;
  return { id: budgetIdOf({ ...line, key: label }), per, mode, nanoAiu };
}

function usage(message: string): CliError {
  return new CliError(exitCode.usage, message);
}
