/** `crossfeed budget`: what calls may cost, how far that is, and how it is changed; it holds at once. */
import { systemClock } from '../../base/clock.ts';
import { counts, type Budget, type BudgetState, type Reservation } from '../../canonical/budget.ts';
import { budgetIdOf, exactCredits, parseBudget, parseCredits } from '../../config/budget-field.ts';
import { resolveHome } from '../../config/home.ts';
import { loadConfig } from '../../config/load-config.ts';
import type { Config } from '../../config/config.ts';
import { ControlError } from '../../control/control-error.ts';
import { createSpending } from '../../limits/create-spending.ts';
import type { Store } from '../../store/open-store.ts';
import { askProxy } from '../ask-proxy.ts';
import { writeBudgets } from '../budget-view.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { addExamples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { findKey } from '../find-account.ts';
import { writeJson } from '../table.ts';
import { tellServer, withStore } from '../with-store.ts';

interface JsonFlag {
  readonly json?: true;
}

interface SetOptions extends JsonFlag {
  readonly per: string;
  readonly key?: string;
  readonly project?: string;
  readonly soft?: true;
  readonly ask?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .command('list', { isDefault: true })
    .description('show every budget: what was spent, what calls under way hold, what is left')
    .option('--json', 'print JSON')
    .action((options: JsonFlag) => run(list(context, options)));
  command
    .command('set <credits>')
    .description('let calls spend so many credits; beyond it they are refused')
    .requiredOption('--per <period>', 'request, session, day, month, or ever')
    .option('--key <key>', "this key's calls alone (id or label)")
    .option('--project <name>', 'the calls of this project alone')
    .option('--soft', 'warn instead of refusing')
    .option('--ask', 'ask you instead of refusing (`crossfeed approvals`)')
    .option('--json', 'print JSON')
    .action((credits: string, options: SetOptions) => run(set(context, credits, options)));
  command
    .command('raise <budget> <credits>')
    .description('let a budget spend so many credits more')
    .option('--json', 'print JSON')
    .action((id: string, credits: string, options: JsonFlag) => run(raise(context, id, credits, options)));
  command
    .command('remove <budget>')
    .description('let calls spend without it')
    .option('--json', 'print JSON')
    .action((id: string, options: JsonFlag) => run(remove(context, id, options)));
  addExamples(command, [
    ['crossfeed budget', 'what is left'],
    ['crossfeed budget set 500 --per month', 'refuse what would cost more in a month'],
    ['crossfeed budget set 20 --per session --ask', 'ask me before a session goes beyond 20 credits'],
    ['crossfeed budget set 100 --per day --key ci', "a key's own limit"],
    ['crossfeed budget raise month 100', 'go on after a refusal'],
    ['crossfeed budget remove session-ask', 'no such limit any more'],
  ]);
};

async function list(context: CliContext, { json }: JsonFlag): Promise<void> {
  const states = await statesOf(context);
  if (json) return writeJson(context, states);
  const labels = await withStore(
    context,
    { change: false },
    async (store) => new Map(store.callerKeys.list().map(({ id, label }) => [id, label])),
  );
  writeBudgets(context, states, labels);
}

/** By the running proxy, which knows what is under way; else by the ledger. */
async function statesOf(context: CliContext): Promise<readonly BudgetState[]> {
  try {
    return await askProxy(context, 'budgets', {});
  } catch (thrown) {
    if (!(thrown instanceof ControlError) || thrown.code !== 'not_running') throw thrown;
  }
  const config = await settings(context);
  return withStore(context, { change: false }, async (store) => {
    const warn = (message: string) => void context.stderr.write(`crossfeed: ${message}\n`);
    const { budgets } = createSpending({ config: config.limits, store, clock: systemClock, warn });
    const left = store.spend.leftOver();
    return budgets.states().map((state) => withLeftOver(state, left));
  });
}

/** What a proxy that died held is booked by the next one; until then it is held. */
function withLeftOver(state: BudgetState, left: readonly Reservation[]): BudgetState {
  const { of, per } = state.budget;
  if (per === 'request' || per === 'session') return state;
  const held = left.filter((reservation) => counts(of, reservation));
  return { ...state, reservedNanoAiu: held.reduce((sum, { nanoAiu }) => sum + nanoAiu, state.reservedNanoAiu) };
}

async function settings(context: CliContext): Promise<Config> {
  const home = resolveHome(context.env, context.homedir);
  return (await loadConfig({ home, env: context.env, flags: {} })).config;
}

async function set(context: CliContext, credits: string, options: SetOptions): Promise<void> {
  const { per, key, project, soft, ask } = options;
  if (soft && ask) throw usage('--soft warns and --ask asks: choose one.');
  if (key !== undefined && project !== undefined) throw usage('A budget is of a --key or of a --project, not of both.');
  const nanoAiu = creditsOf(credits);
  const mode = soft ? 'soft' : ask ? 'ask' : 'hard';
  const line = parseBudget(`${exactCredits(nanoAiu)} per ${per} ${mode}`);
  // A budget in the words of the settings: without its key it would count everybody's calls.
  if (!/^\w+$/.test(per) || line === undefined)
    throw usage(
      `--per is request, session, day, month or ever, not "${per}"; --key, --project, --soft and --ask say the rest.`,
    );
  const id = budgetIdOf({
    ...line,
    ...(key === undefined ? {} : { key }),
    ...(project === undefined ? {} : { project }),
  });
  await refuseSettings(context, id);
  const budget = await withStore(context, { change: true }, async (store) => {
    const of: Budget['of'] =
      key !== undefined
        ? { kind: 'key', keyId: keyIdOf(store, key) }
        : project === undefined
          ? { kind: 'all' }
          : { kind: 'project', project };
    const made: Budget = { id, of, per: line.per, nanoAiu, mode, source: 'command' };
    store.spend.budgets.put(made);
    return made;
  });
  await tell(context, budget, options);
}

async function raise(context: CliContext, id: string, credits: string, options: JsonFlag): Promise<void> {
  const more = creditsOf(credits);
  await refuseSettings(context, id);
  const budget = await withStore(context, { change: true }, async (store) => {
    const found = findBudget(store, id);
    const raised = { ...found, nanoAiu: found.nanoAiu + more };
    store.spend.budgets.put(raised);
    return raised;
  });
  await tell(context, budget, options);
}

async function tell(context: CliContext, budget: Budget, { json }: JsonFlag): Promise<void> {
  await tellServer(context);
  if (json) return writeJson(context, budget);
  const does = { hard: 'refuses', ask: 'asks about', soft: 'warns of' }[budget.mode];
  const per = budget.per === 'ever' ? 'in all' : `per ${budget.per}`;
  context.stdout.write(
    `Budget ${budget.id} ${does} what goes beyond ${exactCredits(budget.nanoAiu)} credits ${per}.\n`,
  );
}

async function remove(context: CliContext, id: string, { json }: JsonFlag): Promise<void> {
  await refuseSettings(context, id);
  await withStore(context, { change: true }, async (store) => {
    findBudget(store, id);
    store.spend.budgets.remove(id);
  });
  await tellServer(context);
  if (json) return writeJson(context, { removed: id });
  context.stdout.write(`Budget ${id} is removed.\n`);
}

/** What the settings say, only they can change. */
async function refuseSettings(context: CliContext, id: string): Promise<void> {
  const { budgets } = (await settings(context)).limits;
  const line = budgets.find((one) => {
    const parsed = parseBudget(one);
    return parsed !== undefined && budgetIdOf(parsed) === id;
  });
  if (line === undefined) return;
  throw usage(`The settings say "${line}" (limits.budgets, CROSSFEED_BUDGETS): change it there, and start again.`);
}

function findBudget({ spend }: Store, id: string): Budget {
  const budgets = spend.budgets.list();
  const found = budgets.find((budget) => budget.id === id);
  if (found !== undefined) return found;
  const known = budgets.length === 0 ? 'there is none yet' : `there are ${budgets.map((one) => one.id).join(', ')}`;
  throw usage(`There is no budget "${id}": ${known}.`);
}

function keyIdOf(store: Store, key: string): string {
  return key === 'default' || key === 'no-key' ? key : findKey(store, key).id;
}

function creditsOf(text: string): number {
  const nanoAiu = parseCredits(text);
  if (nanoAiu !== undefined) return nanoAiu;
  throw usage(`"${text}" is no number of credits, like 500 or 0.25.`);
}

function usage(message: string): CliError {
  return new CliError(exitCode.usage, message);
}
