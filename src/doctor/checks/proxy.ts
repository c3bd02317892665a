/** Checks of our own proxy: whether it runs, its address, the key of callers, budgets, what was learned. */
import { check } from '../check.ts';

export const serverCheck = check(
  'server',
  'Proxy',
  {
    'other-version': {
      state: 'warning',
      cause: 'The proxy that runs is of another version than this command.',
      cure: 'Start it anew: `crossfeed stop`, then `crossfeed start`.',
    },
    ending: {
      state: 'warning',
      cause: 'The proxy is shutting down: running answers end, new calls are refused.',
      cure: 'Wait until it is gone, or end it with `crossfeed stop --now`; then start it.',
    },
  },
  async (world) => {
    const server = await world.server();
    if (server === null) return [{ seen: 'none runs: `crossfeed start`' }];
    if (server.draining) return [{ kind: 'ending', seen: server.url }];
    if (server.version !== world.version)
      return [{ kind: 'other-version', seen: `it is ${server.version}, this is ${world.version}` }];
    return [{ seen: server.url }];
  },
);

export const portCheck = check(
  'port',
  'Address',
  {
    taken: {
      state: 'problem',
      cause: 'Another program has the address that the proxy would listen on.',
      cure: 'End that program, or choose another port: `crossfeed config set server.port 4142`, or `crossfeed start -p 4142`.',
    },
  },
  async (world) => {
    const { host, port } = (await world.config()).config.server;
    const seen = `${host}:${port}`;
    const owner = await world.port();
    return [owner === 'other' ? { kind: 'taken', seen } : { seen: owner === 'free' ? `${seen} is free` : seen }];
  },
);

export const keyCheck = check(
  'key',
  'Key of callers',
  {
    unreadable: {
      state: 'problem',
      cause: 'The key that tools show cannot be read or is none.',
      cure: 'Correct what is named; `crossfeed keys show` prints the key, and makes one where there is none.',
    },
    none: {
      state: 'warning',
      cause: 'No key is needed: every program of this machine can spend your seat.',
      cure: 'Take `server.requireKey` back (`crossfeed config unset server.requireKey`, no `--no-key`).',
    },
  },
  async (world) => {
    if (!(await world.config()).config.server.requireKey) return [{ kind: 'none', seen: 'server.requireKey is false' }];
    try {
      return [{ seen: await world.key() }];
    } catch (thrown) {
      return [{ kind: 'unreadable', seen: thrown instanceof Error ? thrown.message : 'unknown' }];
    }
  },
);

interface BudgetFinding {
  readonly kind: 'unknown' | 'reached' | 'near';
  readonly seen: string;
}

export const budgetCheck = check(
  'budget',
  'Budgets',
  {
    reached: {
      state: 'problem',
      cause: 'A hard budget is used up: calls that it counts are refused.',
      cure: 'Raise it (`crossfeed budget set CREDITS --per PERIOD`), remove it, or wait until it begins anew.',
    },
    unknown: {
      state: 'problem',
      cause:
        'What was spent of a budget is not known, because the ledger cannot be read; a hard one refuses its calls.',
      cure: 'Look at what is said of the database and the disk.',
    },
    near: {
      state: 'warning',
      cause: 'A budget is nearly used up.',
      cure: '`crossfeed budget` shows how far each is; `crossfeed usage --by model` shows on what it went.',
    },
  },
  async (world) => {
    const states = await world.budgets();
    const found = states.flatMap(({ budget, spentNanoAiu, reservedNanoAiu }): BudgetFinding[] => {
      if (spentNanoAiu === null) return [{ kind: 'unknown', seen: budget.id }];
      const share = (spentNanoAiu + reservedNanoAiu) / budget.nanoAiu;
      const seen = `${Math.round(share * 100)} % of ${budget.nanoAiu / 1e9} credits per ${budget.per}`;
      if (share >= 1 && budget.mode === 'hard') return [{ kind: 'reached', seen }];
      return share >= 0.9 ? [{ kind: 'near', seen }] : [];
    });
    return found.length > 0 ? found : [{ seen: states.length === 0 ? 'none set' : `${states.length} set` }];
  },
);

export const learnedCheck = check('learned', 'What was learned', {}, async (world) => {
  const learned = await world.learned();
  return [{ seen: learned.length === 0 ? 'nothing' : `${learned.join('; ')} (\`crossfeed forget\` forgets)` }];
});
