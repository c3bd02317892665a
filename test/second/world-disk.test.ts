/** What happens to the ledger's file (`faults.md` §5, row 37) while the program serves: told, survived, and nothing lost. */
import { execFileSync } from 'node:child_process';
import { openSync, closeSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { ServerStatus } from '../../src/control/contract.ts';
import { keepRow, roundsOf } from '../support/keep-figures.ts';
import { createRandom } from '../fuzz/random.ts';
import { runToEnd, startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { askWorld, expectServed, startGithub, worldEnvironment } from '../support/world-program.ts';

async function start(more: Readonly<Record<string, string>> = {}) {
  const github = await startGithub();
  const home = temporaryFolder();
  const environment = { ...worldEnvironment(github.port), ...more };
  const program = await startProgram(home, [], environment);
  return {
    home,
    program,
    file: path.join(home, 'crossfeed.db'),
    serve: () => expectServed(program.url),
    async health() {
      const { out } = await runToEnd(home, ['status', '--json'], environment);
      return (JSON.parse(out) as ServerStatus).store;
    },
    async end() {
      program.kill('SIGTERM');
      expect(await program.exited).toBe(0);
    },
  };
}

type Started = Awaited<ReturnType<typeof start>>;

/** Takes the room from every file that the program writes to, and gives it back: soft, so that it may be raised again. */
const room = ({ program }: Started, bytes: number | 'unlimited') =>
  void execFileSync('prlimit', ['--pid', String(program.pid), `--fsize=${bytes}:`]);

const warningsOf = ({ program }: Pick<Started, 'program'>) =>
  program
    .out()
    .split('\n')
    .filter((line) => line.startsWith('{"level":"warn"'))
    .join('\n');

function countRows({ file }: Started): number {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  const row = database.prepare('select count(*) as count from exchange').get();
  database.close();
  return Number(row?.['count']);
}

const seeds = Array.from({ length: roundsOf(2, 12) }, (_, at) => at + 1);

/** Over all seeds. */
const played = new Map<string, { readonly rounds: number; readonly calls: number }>();
function keep(id: string, what: string, calls: number) {
  const before = played.get(id) ?? { rounds: 0, calls: 0 };
  const now = { rounds: before.rounds + 1, calls: before.calls + calls };
  played.set(id, now);
  keepRow(id, what, now.rounds, `${now.calls} calls, all served`);
}

test.skipIf(process.platform !== 'linux').each(seeds)(
  'W-037 a disk that is full for a while: all is served, told, and in the ledger afterwards (seed %i)',
  async (seed) => {
    const random = createRandom(37, seed);
    const [before, meanwhile, after] = [1 + random.below(5), 1 + random.below(30), 1 + random.below(5)];
    const started = await start();
    for (let call = 0; call < before; call++) await started.serve();
    // In the middle of a page, of the first ones, of none.
    room(started, random.pick([0, 1000, 4096, 30_000]));
    for (let call = 0; call < meanwhile; call++) await started.serve();
    await vi.waitFor(async () => expect((await started.health()).fault).not.toBeNull(), { timeout: 20_000 });
    expect((await started.health()).waitingRows).toBeGreaterThan(0);
    room(started, 'unlimited');
    for (let call = 0; call < after; call++) await started.serve();
    const all = before + meanwhile + after;
    await vi.waitFor(() => expect(countRows(started)).toBe(all), { timeout: 20_000, interval: 200 });
    expect(await started.health()).toEqual({ fault: null, waitingRows: 0, droppedRows: 0, droppedNanoAiu: 0 });
    expect(warningsOf(started)).toContain('it can be used again after');
    await started.end();
    keep('W-037 full', 'a disk that is full for a while', all);
  },
);

test.skipIf(process.platform !== 'linux')(
  'W-037 a full disk under a hard budget: calls are refused in words, and go on when there is room',
  async () => {
    const started = await start({ CROSSFEED_BUDGETS: '500 per month' });
    await started.serve();
    room(started, 1000);
    const refused = await askWorld(started.program.url);
    expect(refused.status).toBe(529);
    expect(refused.text).toContain('cannot be written to the ledger');
    room(started, 'unlimited');
    await started.serve();
    await started.end();
    expect(countRows(started)).toBe(3);
    keepRow('W-037 budget', 'a full disk under a hard budget: refused, then served', 1);
  },
);

test.each(seeds)(
  'W-037 another program holds the file: all is served, and in the ledger afterwards (seed %i)',
  async (seed) => {
    const random = createRandom(37, seed);
    const started = await start();
    await started.serve();
    let calls = 1;
    for (let hold = 0; hold < 3; hold++) {
      const other = new DatabaseSync(started.file, { timeout: 5000 });
      other.exec(random.pick(['begin immediate', 'begin exclusive']));
      const during = 1 + random.below(10);
      for (let call = 0; call < during; call++) await started.serve();
      await wait(random.below(1501));
      other.exec(random.pick(['commit', 'rollback']));
      other.close();
      calls += during;
    }
    await vi.waitFor(() => expect(countRows(started)).toBe(calls), { timeout: 20_000, interval: 200 });
    await started.end();
    keep('W-037 locked', 'another program holds the file', calls);
  },
);

test.each(seeds)(
  'W-037 a file that is overwritten under the program: it serves on, says so, and ends well (seed %i)',
  async (seed) => {
    const random = createRandom(37, seed);
    const started = await start();
    for (let call = 0; call < 5; call++) await started.serve();
    await wait(400);
    // What is in the journal alone cannot be damaged in the file.
    const other = new DatabaseSync(started.file, { timeout: 5000 });
    other.exec('pragma wal_checkpoint(truncate)');
    other.close();
    const pages = Math.max(1, Math.floor(statSync(started.file).size / 4096));
    const file = openSync(started.file, 'r+');
    const garbage = Buffer.alloc(4096, 1 + random.below(255));
    for (let page = 0; page < pages; page++)
      if (page === 0 || random.once(2)) writeSync(file, garbage, 0, 4096, page * 4096);
    closeSync(file);
    for (let call = 0; call < 10; call++) await started.serve();
    await started.end();
    // The next start says what is wrong with it, and serves.
    const again = await startProgram(started.home, [], worldEnvironment((await startGithub()).port));
    await expectServed(again.url);
    expect(warningsOf(started) + warningsOf({ program: again })).toMatch(/is damaged|refused|cannot be read/);
    keep('W-037 overwritten', 'a file that is overwritten under the program', 15);
  },
);
