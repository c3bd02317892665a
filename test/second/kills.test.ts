/** A ledger whose program is killed again and again: never corrupt, no reservation lost, of rows the last moment alone. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { keepFigures } from '../support/keep-figures.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** `npm run kills` is the long form. */
const kills = Number(process.env['KILLS'] ?? 30);
const program = new URL('../support/ledger-child.ts', import.meta.url).pathname;

interface Life {
  readonly reserved: readonly string[];
  readonly ended: readonly { readonly id: string; readonly atMs: number }[];
  readonly faults: readonly string[];
}

/** One process from its start to its death, and what it said by then. */
async function liveAndDie(path: string, run: number, lifeMs: number): Promise<Life> {
  const child = spawn(process.execPath, [program, path, String(run)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('ready\n')) resolve();
    });
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  await Promise.race([ready, closed]);
  await wait(lifeMs);
  child.kill('SIGKILL');
  await closed;
  const lines = said.split('\n').slice(0, -1);
  const of = (word: string) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.split(' '));
  return {
    reserved: of('reserved').map(([, id = '']) => id),
    ended: of('ended').map(([, id = '', at]) => ({ id, atMs: Number(at) })),
    faults: lines.filter((line) => line.startsWith('fault')),
  };
}

function look(path: string) {
  const database = new DatabaseSync(path);
  const all = (sql: string) => database.prepare(sql).all();
  const facts = {
    integrity: all('pragma integrity_check')[0]?.['integrity_check'],
    rows: new Map(all('select id, outcome, cost_source from exchange').map((row) => [String(row['id']), row])),
    held: new Set(all('select exchange_id from reservation').map((row) => String(row['exchange_id']))),
    booked: Number(all('select coalesce(sum(calls), 0) as calls from spend_day')[0]?.['calls']),
    inSessions: Number(all('select coalesce(sum(calls), 0) as calls from session')[0]?.['calls']),
  };
  database.close();
  return facts;
}

test(
  `after ${kills} kills nothing is corrupt and no reservation is lost`,
  async () => {
    const folder = temporaryFolder();
    let path = join(folder, 'crossfeed.db');
    let longestMs = 0;
    let reservations = 0;
    let leftBefore = new Set<string>();
    for (let run = 0; run < kills; run++) {
      // A file that only grows would make a thousand looks a matter of hours.
      if (run % 50 === 0) {
        path = join(folder, `crossfeed-${run}.db`);
        leftBefore = new Set();
      }
      // At any moment of the 250 ms between two writes, also right at the start.
      const life = await liveAndDie(path, run, (run * 37) % 331);
      const { integrity, rows, held, booked, inSessions } = look(path);
      expect({ run, integrity, faults: life.faults }).toEqual({ run, integrity: 'ok', faults: [] });
      expect([booked, inSessions]).toEqual([rows.size, rows.size]);
      reservations += life.reserved.length;
      expect(life.reserved.filter((id) => !rows.has(id) && !held.has(id))).toEqual([]);
      // A row and its reservation change places in one step.
      expect([...held].filter((id) => rows.has(id))).toEqual([]);
      // What the one before left is booked by now.
      expect([...leftBefore].filter((id) => rows.get(id)?.['cost_source'] !== 'unknown')).toEqual([]);
      leftBefore = held;
      const firstLost = life.ended.findIndex(({ id }) => !rows.has(id));
      if (firstLost < 0) continue;
      expect(life.ended.slice(firstLost).filter(({ id }) => rows.has(id))).toEqual([]);
      longestMs = Math.max(longestMs, (life.ended.at(-1)?.atMs ?? 0) - (life.ended[firstLost]?.atMs ?? 0));
    }
    keepFigures('kills', { kills, reservations, longestMs });
    expect(reservations).toBeGreaterThan(kills);
  },
  30_000 + kills * 3_000,
);
