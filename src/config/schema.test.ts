/** The schema says the same as the types and the defaults, and the published file says the same as the schema. */
import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import { valueAt } from './config-path.ts';
import type { Config } from './config.ts';
import { defaultConfig } from './config.ts';
import { configPaths, fields } from './fields.ts';
import { configJsonSchema } from './json-schema.ts';
import { configSchema } from './schema.ts';

type Writable<T> = T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T;

test('the schema has the type of the config', () => {
  expectTypeOf<z.output<typeof configSchema>>().toEqualTypeOf<Writable<Config>>();
});

test('the schema has the defaults of the config', () => {
  expect(configSchema.parse({})).toEqual(defaultConfig);
});

test('the fields are the settings, all of them', () => {
  expect([...configPaths].sort()).toEqual(pathsIn(defaultConfig).sort());
});

function pathsIn(group: object): string[] {
  return Object.entries(group).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? pathsIn(value).map((path) => `${key}.${path}`)
      : [key],
  );
}

test.each(configPaths)('the default of %s is allowed and read as it stands', (path) => {
  expect(fields[path].parse(valueAt(defaultConfig, path))).toEqual({ ok: true, value: valueAt(defaultConfig, path) });
});

interface JsonSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

test.each(configPaths)('the JSON schema describes %s and names its default', (path) => {
  let schema: JsonSchema | undefined = JSON.parse(configJsonSchema()) as JsonSchema;
  for (const key of path.split('.')) schema = schema?.properties?.[key];
  expect(schema).toMatchObject({
    description: fields[path].description,
    default: valueAt(defaultConfig, path),
  });
});

test('schema file is up to date (else: node scripts/write-config-schema.ts)', () => {
  const published = readFileSync(new URL('../../schema/config.schema.json', import.meta.url), 'utf8');
  expect(published).toBe(configJsonSchema());
});
