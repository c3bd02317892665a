/** The law of every tool's own changes, on made-up files: ours are read, all others and every comment stay, and they go back. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { envFile, jsoncFile, tomlFile, yamlFile } from '../../test/support/made-up-files.ts';
import { namedModel } from './choose-models.ts';
import { applyChanges, digestOf, driftOf, takeBack } from './text/apply-changes.ts';
import { editorOf } from './text/editors.ts';
import { EditProblem, valueAt } from './text/text-editor.ts';
import { tools } from './tools.ts';

const sized = { contextTokens: 264_000, promptTokens: 200_000, outputTokens: 64_000, vision: true, reasoning: true };
const big = { ...namedModel('claude-opus-5.5'), ...sized };
const small = { ...namedModel('gpt-6-luna'), ...sized };
const background = namedModel('gpt-5-mini');

const rows = tools.flatMap((tool) =>
  tool
    .plan({
      url: 'http://127.0.0.1:4141',
      key: 'cf_key-of-this-test',
      models: { big, small, background, list: [small, big, background] },
      homedir: '/home/somebody',
      env: { HTTPS_PROXY: 'http://proxy:3128' },
      platform: 'linux',
      projectDir: null,
      scratchDir: null,
      statusLine: true,
      codexCatalogue: '{}',
      exists: () => true,
    })
    .files.flatMap((edit) =>
      edit.format === 'own' ? [] : [{ id: tool.id, name: edit.file.split('/').at(-1) ?? '', ...edit }],
    ),
);

const made = { json: jsoncFile, jsonc: jsoncFile, toml: tomlFile, yaml: yamlFile, env: envFile } as const;

const commentsIn = (text: string) => (text.match(/note\d+!/g) ?? []).toSorted();

test.each(rows)('$id: $name, whatever stood there', ({ format, changes }) => {
  const editor = editorOf(format);
  let taken = 0;
  fc.assert(
    fc.property(made[format], ({ text }) => {
      const connected = applied(text);
      if (connected === undefined) return;
      taken += 1;
      const now: unknown = editor.read(connected.text);
      for (const change of changes) {
        const held = valueAt(now, change.path);
        if (change.op === 'append') expect(held).toContainEqual(change.value);
        else if (change.unlessThere !== true) expect(held).toEqual(change.value);
      }
      expect(driftOf(editor, connected.text, connected.undo)).toEqual([]);
      expect(commentsIn(connected.text)).toEqual(commentsIn(text));
      expect(applyChanges(editor, connected.text, changes).text).toBe(connected.text);
      const back = takeBack(editor, connected.text, connected.undo);
      expect(back.kept).toEqual([]);
      expect(commentsIn(back.text)).toEqual(commentsIn(text));
      expect(digestOf(full(editor.read(back.text) ?? {}))).toBe(digestOf(full(editor.read(text) ?? {})));
    }),
    { numRuns: Number(process.env['FUZZ_RUNS'] ?? 25) },
  );
  expect(taken).toBeGreaterThan(10);

  /** Undefined where the file has something else in the place of ours: that is refused, never mended. */
  function applied(text: string) {
    try {
      return applyChanges(editor, text, changes);
    } catch (thrown) {
      if (!(thrown instanceof EditProblem)) throw thrown;
      return undefined;
    }
  }
});

/** What says nothing counts as nothing: a key without a value, or a list or folder that is empty. */
function full(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  if (Array.isArray(value)) return value.map(full);
  const members = Object.entries(value).map(([name, held]) => [name, full(held)] as const);
  return Object.fromEntries(members.filter(([, held]) => !['{}', '[]', undefined].includes(JSON.stringify(held))));
}
