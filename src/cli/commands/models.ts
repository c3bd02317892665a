/** `crossfeed models`: what this seat can use; `models enable` accepts a model's terms in the user's name. */
import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import type { Model } from '../../canonical/model.ts';
import { parseAliases } from '../../config/alias-field.ts';
import { resolveHome } from '../../config/home.ts';
import { loadConfig } from '../../config/load-config.ts';
import { nearestName } from '../../config/nearest-name.ts';
import { createRedactor } from '../../observability/redact.ts';
import { keyState } from '../../store/caller-key-store.ts';
import { aliasRows } from '../alias-rows.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { addExamples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { modelRows } from '../model-rows.ts';
import { priceCells, priceHeadings, priceRows } from '../price-rows.ts';
import { withSeats } from '../seats.ts';
import { writeJson, writeTable } from '../table.ts';
import { withStore } from '../with-store.ts';
import { askYesOrNo } from '../yes-or-no.ts';

interface ModelsOptions {
  readonly account?: string;
  readonly json?: true;
  readonly aliases?: true;
  readonly prices?: true;
}

interface EnableOptions extends ModelsOptions {
  readonly yes?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--account <name>', 'the account whose models are meant; the default one without it')
    .option('--aliases', 'names of your own and shipped ones, and what each means now')
    .option('--prices', 'what each model costs: credits for a million tokens, in both price tiers')
    .option('--json', 'print JSON')
    .action((options: ModelsOptions) => {
      const show = options.aliases ? listAliases : options.prices ? listPrices : list;
      return run(show(context, options));
    });
  command
    .command('enable <id>')
    .description("show a model's terms and accept them in your name")
    .option('-y, --yes', 'accept them without being asked (or CROSSFEED_YES=1)')
    .option('--account <name>', 'the account that accepts; the default one without it')
    .option('--json', 'print JSON')
    .action((id: string, _options: EnableOptions, own: Command) => run(enable(context, id, own.optsWithGlobals())));
  addExamples(command, [
    [
      'crossfeed models',
      'a table: id, vendor, kind, endpoints, context, output, policy, price (credits for a million tokens)',
    ],
    ['crossfeed models | cut -f1', 'the ids alone'],
    ['crossfeed models --json', 'for scripts, with every limit'],
    ['crossfeed models --aliases', 'what `background` and your own names mean now'],
    ['crossfeed models --prices', 'input, cache read, cache write and output, the dearest first'],
    ['crossfeed models enable claude-opus-5.5', 'read the terms of a model, and accept them'],
    ['crossfeed models enable claude-opus-5.5 --yes', 'accept them without being asked'],
  ]);
};

async function list(context: CliContext, { account, json }: ModelsOptions): Promise<void> {
  const models = await withSeats(context, (seats) => seats.models({ account }));
  if (json) return writeJson(context, models);
  const redactor = createRedactor();
  const rows = modelRows(models, context.isTty.stdout).map((row) => row.map((cell) => redactor.redact(cell)));
  const headings = ['id', 'vendor', 'kind', 'endpoints', 'context', 'output', 'policy', 'price'];
  writeTable(context, rows, { headings });
  if (context.isTty.stdout && models.some(({ policyState }) => policyState !== 'enabled'))
    context.stdout.write('\nWhat is not enabled: `crossfeed models enable ID` shows the terms.\n');
}

async function listPrices(context: CliContext, { account, json }: ModelsOptions): Promise<void> {
  const models = await withSeats(context, (seats) => seats.models({ account }));
  const rows = priceRows(models);
  if (json) return writeJson(context, rows);
  const redactor = createRedactor();
  const cells = priceCells(rows, context.isTty.stdout).map((row) => row.map((cell) => redactor.redact(cell)));
  writeTable(context, cells, { headings: priceHeadings });
}

async function listAliases(context: CliContext, { account, json }: ModelsOptions): Promise<void> {
  const home = resolveHome(context.env, context.homedir);
  const { config } = await loadConfig({ home, env: context.env, flags: {} });
  const keys = await withStore(context, { change: false }, async (store) =>
    store.callerKeys.list().filter((key) => keyState(key, systemClock) === 'valid'),
  );
  const models = await withSeats(context, (seats) => seats.models({ account }));
  const rows = aliasRows(models, {
    config: parseAliases(config.models.aliases),
    keys,
    shippedOff: config.models.shippedAliasesOff,
  });
  if (json) return writeJson(context, rows);
  const redactor = createRedactor();
  const cells = rows.map(({ name, from, target, means }) =>
    [name, target, means.join(', ') || 'nothing of this seat', from].map((cell) => redactor.redact(cell)),
  );
  writeTable(context, cells, { headings: ['alias', 'for', 'means now', 'from'] });
}

async function enable(context: CliContext, id: string, options: EnableOptions): Promise<ExitCode> {
  const { account, json } = options;
  const yes = options.yes === true || isSet(context.env['CROSSFEED_YES']);
  return withSeats(context, async (seats) => {
    const model = findModel(await seats.models({ account }), id);
    if (model.policyState === 'enabled') {
      if (json) writeJson(context, { id: model.id, enabled: true, changed: false });
      else context.stdout.write(`${model.id} is enabled already.\n`);
      return exitCode.ok;
    }
    const { terms } = await seats.modelTerms({ account, model: model.id });
    context.stderr.write(`${createRedactor().redact(model.name)}: ${termsText(terms)}\n`);
    const question = {
      text: `Accept the terms of ${model.id} in your name?`,
      otherwise: '--yes, or CROSSFEED_YES=1',
    };
    if (!yes && !(await askYesOrNo(context, question))) {
      context.stderr.write(`crossfeed: ${model.id} stays as it is.\n`);
      return exitCode.failure;
    }
    await seats.enableModel({ account, model: model.id });
    if (json) writeJson(context, { id: model.id, enabled: true, changed: true });
    else context.stdout.write(`${model.id} is enabled.\n`);
    return exitCode.ok;
  });
}

function findModel(models: readonly Model[], id: string): Model {
  const found = models.find((model) => model.id === id);
  if (found !== undefined) return found;
  const near = nearestName(
    id,
    models.map((model) => model.id),
  );
  throw new CliError(
    exitCode.usage,
    `This seat has no model "${id}"${near === undefined ? '.' : `; did you mean ${near}?`} \`crossfeed models\` lists them.`,
  );
}

/** GitHub's own words, on a terminal: several lines, but nothing that moves the cursor. */
function termsText(terms: string | null): string {
  if (terms === null || terms.trim() === '') return 'GitHub shows no terms for this model.';
  const redactor = createRedactor();
  return terms
    .trim()
    .split(/\r?\n/)
    .map((line) => redactor.redact(line))
    .join('\n');
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no'].includes(value.toLowerCase());
}
