/** Steps between versions: all of them or none. */
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import type { StoreTables } from './database-schema.ts';
import { migrate, migrations } from './migrate.ts';
import type { Migration } from './migrations/migration.ts';
import { createSqliteDialect } from './sqlite-dialect.ts';

const raw = (name: string, statement: string): Migration => ({
  name,
  up: (queries) => [{ compile: () => sql.raw(statement).compile(queries) }],
});

function createDatabase() {
  const database = new DatabaseSync(':memory:');
  const queries = new Kysely<StoreTables>({ dialect: createSqliteDialect(database) });
  const tables = () =>
    database
      .prepare("select name from sqlite_schema where type = 'table'")
      .all()
      .map((row) => row['name']);
  const step = (...steps: Migration[]) => migrate({ database, queries, path: 'x.db', appliedAt: 5, migrations: steps });
  return { database, queries, tables, step };
}

const one = raw('001-one', 'create table one (a integer)');
const two = raw('002-two', 'create table two (a integer)');

test('a step runs once and is recorded, a later version adds its own', () => {
  const { database, tables, step } = createDatabase();
  step(one);
  step(one);
  step(one, two);
  expect(tables()).toEqual(['migration', 'one', 'two']);
  expect(
    database
      .prepare('select name, applied_at from migration')
      .all()
      .map((row) => ({ ...row })),
  ).toEqual([
    { name: '001-one', applied_at: 5 },
    { name: '002-two', applied_at: 5 },
  ]);
});

test('a step that fails undoes those before it', () => {
  const { tables, step } = createDatabase();
  expect(() => step(one, raw('002-bad', 'create nonsense'))).toThrow(/syntax error/);
  expect(tables()).toEqual([]);
  step(one, two);
  expect(tables()).toEqual(['migration', 'one', 'two']);
});

test('a database that knows more steps is refused by name, in one sentence', () => {
  const { step } = createDatabase();
  step(one, two);
  expect(() => step(one)).toThrow(/^x\.db was written by a newer version of Crossfeed \(002-two\): .*\.$/);
});

test('the released steps have the names of their files, in order', () => {
  expect(migrations.map(({ name }) => name)).toEqual([
    '001-exchanges-and-facts',
    '002-accounts-and-keys',
    '003-key-aliases',
    '004-responses',
    '005-costs',
    '006-ledger',
    '007-cache-findings',
    '008-capture',
    '009-exchange-times',
    '010-metrics-keys',
  ]);
});
