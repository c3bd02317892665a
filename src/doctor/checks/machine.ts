/** Checks of the machine: Node, settings, the folder, the database, the disk. */
import { ConfigError } from '../../config/config-error.ts';
import { check } from '../check.ts';

const oldestNode = [22, 19] as const;
const leastFreeBytes = 200 * 1024 * 1024;

export const nodeCheck = check(
  'node',
  'Node',
  {
    'too-old': {
      state: 'problem',
      cause: 'This Node is older than 22.19.',
      cure: 'Install Node 24 (or 22.19 and later), and start again.',
    },
  },
  async ({ nodeVersion }) => {
    const [major = 0, minor = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number);
    const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
    return [{ ...(isOld && { kind: 'too-old' as const }), seen: nodeVersion }];
  },
);

export const configCheck = check(
  'config',
  'Settings',
  {
    broken: {
      state: 'problem',
      cause: 'A setting does not fit, in the file, a variable or a flag: the proxy will not start.',
      cure: 'Correct what is named; `crossfeed config check` looks again, `crossfeed config unset NAME` takes a setting back.',
    },
    suspicious: {
      state: 'warning',
      cause: 'A variable looks like a misspelling of ours, and is ignored.',
      cure: 'Correct its name, or unset it.',
    },
  },
  async (world) => {
    try {
      const { file, warnings } = await world.config();
      const suspicious = warnings.map((seen) => ({ kind: 'suspicious' as const, seen }));
      return suspicious.length > 0 ? suspicious : [{ seen: file ?? 'as shipped' }];
    } catch (thrown) {
      if (!(thrown instanceof ConfigError)) throw thrown;
      return thrown.problems.map((seen) => ({ kind: 'broken' as const, seen }));
    }
  },
);

export const homeCheck = check(
  'home',
  'Folder',
  {
    open: {
      state: 'warning',
      cause: 'Other users of this machine may read or change files of ours.',
      cure: 'Take their rights away: `chmod -R go= FOLDER`.',
    },
  },
  async (world) => {
    const { path, isThere, open } = await world.home();
    if (open.length > 0) return [{ kind: 'open', seen: open.slice(0, 5).join(', ') }];
    return [{ seen: isThere ? path : `${path}, not made yet` }];
  },
);

export const storeCheck = check(
  'store',
  'Database',
  {
    damaged: {
      state: 'problem',
      cause: 'The database does not pass the check of SQLite itself: accounts, keys or figures may be lost.',
      cure: 'Stop the proxy, move crossfeed.db away (keep it), and sign in again with `crossfeed login`.',
    },
    unwritten: {
      state: 'problem',
      cause:
        'The running proxy cannot write to its database: what calls cost is kept in memory, hard budgets refuse calls.',
      cure: 'Do what is said there; it goes on by itself; where the file is damaged, start again.',
    },
    incomplete: {
      state: 'warning',
      cause:
        'The database could not be written for so long that exchanges were given up: their cost is not in the ledger.',
      cure: '`crossfeed status` says what they cost; the next start forgets it.',
    },
  },
  async (world) => {
    const server = await world.server().catch(() => null);
    if (server?.store.fault) return [{ kind: 'unwritten', seen: server.store.fault.message }];
    if (server && server.store.droppedRows > 0)
      return [{ kind: 'incomplete', seen: `${server.store.droppedRows} exchanges since the start` }];
    const said = await world.store();
    if (said === null) return [{ seen: 'none yet' }];
    return [said === 'ok' ? { seen: 'whole' } : { kind: 'damaged', seen: said }];
  },
);

export const diskCheck = check(
  'disk',
  'Disk',
  {
    full: {
      state: 'warning',
      cause: 'There is little room left: when it is gone, costs and changes are kept in memory alone.',
      cure: 'Make room on that disk; `crossfeed capture delete` frees kept prompts.',
    },
  },
  async (world) => {
    const { freeBytes } = await world.home();
    if (freeBytes === null) return [{ seen: 'free space unknown' }];
    const seen = `${Math.round(freeBytes / (1024 * 1024))} MB free`;
    return [freeBytes < leastFreeBytes ? { kind: 'full', seen } : { seen }];
  },
);
