/** The law of every editor, on made-up files: our values are read, all others and every comment stay, and it goes back. */
import { parse as parseJsonc } from 'jsonc-parser';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { envFile, jsoncFile, tomlFile, yamlFile } from '../../../test/support/made-up-files.ts';
import type { FileChange } from '../tool-knowledge.ts';
import { applyChanges, digestOf, takeBack } from './apply-changes.ts';
import { editorOf } from './editors.ts';
import { EditProblem } from './text-editor.ts';

const runs = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 100) };

const tree: readonly FileChange[] = [
  { op: 'set', path: ['model'], value: 'gpt-6.1-sol' },
  { op: 'set', path: ['providers', 'crossfeed', 'url'], value: 'http://127.0.0.1:4141/v1' },
  { op: 'set', path: ['providers', 'crossfeed', 'key'], value: 'cf_"quoted" \\ ü' },
  { op: 'set', path: ['a', 'limit'], value: 12 },
];
const list: FileChange = {
  op: 'append',
  path: ['models'],
  value: { name: 'Crossfeed', size: 3, on: true },
  by: 'name',
};
const lines: readonly FileChange[] = [
  { op: 'set', path: ['MODEL'], value: 'gpt-6.1-sol' },
  { op: 'set', path: ['GATEWAY_URL'], value: 'http://127.0.0.1:4141/v1' },
  { op: 'set', path: ['TITLE'], value: 'a b # c' },
];

const rows = [
  {
    format: 'jsonc',
    made: jsoncFile,
    oracle: (text: string) => (parseJsonc(text) ?? {}) as object,
    changes: [...tree, list],
  },
  { format: 'toml', made: tomlFile, oracle: (text: string) => parseToml(text), changes: [...tree, list] },
  {
    format: 'yaml',
    made: yamlFile,
    oracle: (text: string) => (parseYaml(text) ?? {}) as object,
    changes: [...tree, list],
  },
  { format: 'env', made: envFile, oracle: (text: string) => parseEnv(text), changes: lines },
] as const;

function valueIn(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], root);
}

/** A value without what the changes name: these may have stood there before. */
function others(root: unknown, changes: readonly FileChange[]): unknown {
  const copy = structuredClone(root) as Record<string, unknown>;
  for (const { path, op } of changes) {
    const parent = valueIn(copy, path.slice(0, -1)) as Record<string, unknown> | undefined;
    const last = path.at(-1) ?? '';
    const held = parent?.[last];
    if (parent === undefined) continue;
    if (op === 'set' || !Array.isArray(held)) delete parent[last];
    else parent[last] = held.filter((one) => valueIn(one, ['name']) !== 'Crossfeed');
  }
  return without(copy);
}

/** Empty tables and lists, and folders of ours that said nothing, count as nothing. */
function without(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(without);
  const kept = Object.entries(value).map(([key, held]) => [key, without(held)] as const);
  return Object.fromEntries(
    kept.filter(
      ([key, held]) =>
        !['{}', '[]'].includes(JSON.stringify(held) ?? '') &&
        !(held === null && ['providers', 'models', 'a'].includes(key)),
    ),
  );
}

function commentsIn(text: string): readonly string[] {
  return (text.match(/note\d+!/g) ?? []).toSorted();
}

describe.each(rows)('$format', ({ format, made, oracle, changes }) => {
  const editor = editorOf(format);

  test('connected: ours are read, the others stay, no comment is lost; disconnected: every byte is as it was', () => {
    fc.assert(
      fc.property(made, ({ text }) => {
        const connected = applied(text);
        if (connected === undefined) return;
        const now = oracle(connected.text);
        for (const { op, path, value } of changes) {
          const held = valueIn(now, path);
          if (op === 'set') expect(held).toEqual(value);
          else expect(held).toContainEqual(value);
        }
        expect(others(now, changes)).toEqual(others(oracle(text), changes));
        expect(commentsIn(connected.text)).toEqual(commentsIn(text));
        const back = takeBack(editor, connected.text, connected.undo);
        expect(back.kept).toEqual([]);
        expect(without(oracle(back.text))).toEqual(without(oracle(text)));
        expect(commentsIn(back.text)).toEqual(commentsIn(text));
      }),
      runs,
    );
  });

  test('with an edit of the user in between only ours is gone', () => {
    const edit: FileChange = { op: 'set', path: [format === 'env' ? 'MINE' : 'mine'], value: 'yes' };
    fc.assert(
      fc.property(made, ({ text }) => {
        const connected = applied(text);
        if (connected === undefined) return;
        const edited = applyChanges(editor, connected.text, [edit]).text;
        const back = takeBack(editor, edited, connected.undo);
        expect(without(oracle(back.text))).toEqual(without({ ...oracle(text), [edit.path[0] ?? '']: 'yes' }));
        expect(commentsIn(back.text)).toEqual(commentsIn(text));
      }),
      runs,
    );
  });

  test('what the user changed of ours stays, and is told', () => {
    const [first] = changes;
    const theirs: FileChange = { op: 'set', path: first?.path ?? [], value: 'theirs' };
    fc.assert(
      fc.property(made, ({ text }) => {
        const connected = applied(text);
        if (connected === undefined) return;
        const edited = applyChanges(editor, connected.text, [theirs]).text;
        const back = takeBack(editor, edited, connected.undo);
        expect(back.kept).toEqual([theirs.path.join('.')]);
        expect(valueIn(oracle(back.text), theirs.path)).toBe('theirs');
      }),
      runs,
    );
  });

  test('connecting twice changes nothing', () => {
    fc.assert(
      fc.property(made, ({ text }) => {
        const connected = applied(text);
        if (connected === undefined) return;
        expect(applyChanges(editor, connected.text, changes).text).toBe(connected.text);
      }),
      runs,
    );
  });

  /** Undefined where the file has something else in the place of ours: that is refused, never mended. */
  function applied(text: string) {
    try {
      return applyChanges(editor, text, changes);
    } catch (thrown) {
      if (!(thrown instanceof EditProblem)) throw thrown;
      refused += 1;
      return undefined;
    }
  }
  let refused = 0;
  test('few of them are refused', () => {
    refused = 0;
    const samples = fc.sample(made, 200);
    samples.forEach(({ text }) => applied(text));
    expect(refused).toBeLessThan(20);
  });

  test('what the editor reads is what the oracle reads', () => {
    fc.assert(
      fc.property(made, ({ text }) => {
        const read = plain(editor.read(text) ?? {});
        expect(digestOf(read)).toBe(digestOf(plain(oracle(text))));
      }),
      runs,
    );
  });
});

/** Dates and floats of TOML are compared by their text in the editor, and by value in the oracle: left out here. */
function plain(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isInteger(value)) return 'odd';
  if (value instanceof Date) return 'odd';
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.keys(value).join() === 'toml') return 'odd';
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, plain(held)]));
}
