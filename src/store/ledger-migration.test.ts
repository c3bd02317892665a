/** The sums of a home that was in use before there were any. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import type { StoreTables } from './database-schema.ts';
import { migrate, migrations } from './migrate.ts';
import { openStore } from './open-store.ts';
import { createSqliteDialect } from './sqlite-dialect.ts';

test('exchanges from before are added up once, by day and by session', async () => {
  const path = join(temporaryFolder(), 'crossfeed.db');
  const database = new DatabaseSync(path);
  const queries = new Kysely<StoreTables>({ dialect: createSqliteDialect(database) });
  const before = migrations.filter(({ name }) => name < '005');
  migrate({ database, queries, path, appliedAt: 1, migrations: before });
  const insert = database.prepare(
    `insert into exchange (id, started_at, duration_ms, protocol, operation, route, key_id, client, session, model, stream,
       edits, outcome, status, input_tokens, cache_read_tokens, output_tokens, cost_nano_aiu, request_bytes, response_bytes,
       heartbeats, synthesized_ending)
     values (?, ?, 500, 'anthropic-messages', 'generate', '/v1/messages', 'default', 'claude-cli/2', ?, ?, 1, '[]', ?, 200,
       10, 20, 5, ?, 1, 1, 0, 0)`,
  );
  const at = Date.parse('2026-11-01T12:00:00Z');
  insert.run('a', at, '11', 'm', 'finished', 7);
  insert.run('b', at + 1000, '11', 'n', 'finished', 8);
  insert.run('c', at + 2000, '22', null, 'failed', null);
  database.close();

  for (const start of [1, 2]) {
    const store = await openStore({ path, clock: createFakeClock(), onFault: (fault) => expect(fault).toBe(null) });
    onTestFinished(() => store.close());
    expect({ start, ...store.ledger.usage({ by: 'model' }) }).toMatchObject({
      start,
      total: { calls: 3, failed: 1, costNanoAiu: 15, unknownCalls: 1, inputTokens: 30, cacheReadTokens: 60 },
      rows: [
        { name: 'n', costNanoAiu: 8 },
        { name: 'm', costNanoAiu: 7 },
        { name: '', calls: 1, costNanoAiu: 0 },
      ],
    });
    const sessions = store.ledger.sessions({ limit: 5 });
    expect(sessions.map(({ id, calls }) => [id, calls])).toEqual([
      ['22', 1],
      ['11', 2],
    ]);
    expect(sessions[1]).toMatchObject({ firstAt: at, lastAt: at + 1500, costNanoAiu: 15, alarms: 0 });
    expect(sessions[1]?.models.toSorted()).toEqual(['m', 'n']);
    store.close();
  }
});
