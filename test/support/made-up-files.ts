/** Settings files as people have them, made up by fast-check: comments, odd formatting, every style of the format. */
import fc from 'fast-check';

export interface MadeUpFile {
  readonly text: string;
}

/** Each comment is one of a kind, so that none can be lost unseen. */
let count = 0;
const note = () => `note${(count += 1)}!`;

const eol = fc.constantFrom('\n', '\r\n');
const key = fc.constantFrom('a', 'b', 'c', 'deep', 'x-y', 'model', 'providers', 'models', 'theme');
const word = fc.constantFrom('', 'plain', 'a b', 'it\'s "so"', '# none', '// none', '{', ']', 'ü', 'true', '1');
const gap = fc.constantFrom('', '', ' ', '  ', '\t');

type Json = { readonly kind: 'plain'; readonly text: string } | Branch;
interface Branch {
  readonly kind: 'object' | 'array';
  readonly members: readonly (readonly [string, Json])[];
  readonly style: 'line' | 'lines';
  readonly trailing: boolean;
  readonly gap: string;
  readonly notes: readonly number[];
}

const plainJson = fc.oneof(
  word.map((text) => JSON.stringify(text)),
  fc.constantFrom('0', '-1.50', '1e3', 'true', 'null', '[]', '{}', '{ }', '[1,2 , 3]'),
);

const { node } = fc.letrec<{ node: Json; branch: Json }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    plainJson.map((text): Json => ({ kind: 'plain', text })),
    tie('branch'),
  ),
  branch: fc.record({
    kind: fc.constantFrom('object' as const, 'array' as const),
    members: fc.uniqueArray(fc.tuple(key, tie('node')), { selector: ([name]) => name, maxLength: 4 }),
    style: fc.constantFrom('line' as const, 'lines' as const),
    trailing: fc.boolean(),
    gap,
    notes: fc.array(fc.nat(3), { maxLength: 3 }),
  }),
}));

export const jsoncFile: fc.Arbitrary<MadeUpFile> = fc
  .record({
    root: fc.record({
      kind: fc.constant('object' as const),
      // Ours must find a place: what stands where we need a folder is another test's matter.
      members: fc.uniqueArray(fc.tuple(key, node), { selector: ([name]) => name, maxLength: 5 }),
      style: fc.constantFrom('line' as const, 'lines' as const, 'lines' as const),
      trailing: fc.boolean(),
      gap,
      notes: fc.array(fc.nat(3), { maxLength: 3 }),
    }),
    eol,
    head: fc.constantFrom('', '', '// ', '/* '),
    final: fc.boolean(),
    unit: fc.constantFrom('  ', '    ', '\t', ''),
  })
  .map(({ root, eol: end, head, final, unit }) => {
    const members = root.members.filter(([name, held]) => fitting(name, held));
    const first = head === '' ? '' : `${head}${note()}${head.startsWith('/*') ? ' */' : ''}${end}`;
    return { text: `${first}${jsonText({ ...root, members }, '', unit, end)}${final ? end : ''}` };
  });

/** In the place of a folder of ours only a folder, of a list only a list. */
function fitting(name: string, held: Json): boolean {
  const isEmptyObject = held.kind === 'plain' && /^\{ ?\}$/.test(held.text);
  if (name === 'models') return held.kind === 'array' || (held.kind === 'plain' && held.text === '[]');
  // A value that is replaced takes the comments inside it along, until it comes back.
  if (name === 'model') return held.kind === 'plain';
  if (name === 'providers' || name === 'a') return held.kind === 'object' || isEmptyObject;
  return true;
}

function jsonText(json: Json, indent: string, unit: string, end: string): string {
  if (json.kind === 'plain') return json.text;
  const { kind, members, style, trailing, gap: space, notes } = json;
  const [open, close] = kind === 'object' ? ['{', '}'] : ['[', ']'];
  const inner = indent + unit;
  const parts = members.map(([name, held]) => {
    const value = jsonText(held, style === 'lines' ? inner : indent, unit, end);
    return kind === 'object' ? `${JSON.stringify(name)}${space}:${space}${value}` : value;
  });
  const comma = (index: number) => (index < parts.length - 1 || (trailing && parts.length > 0) ? ',' : '');
  if (style === 'line') {
    const text = parts.map((part, index) => `${space}${part}${space}${comma(index)}`).join('');
    return `${open}${notes.includes(0) ? `/* ${note()} */` : ''}${text}${space}${close}`;
  }
  const lines = parts.map((part, index) => {
    const above = notes.includes(1) ? `${inner}// ${note()}${end}` : '';
    const between = notes.includes(2) ? ` /* ${note()} */` : '';
    const behind = notes.includes(3) ? ` // ${note()}` : '';
    return `${above}${inner}${part}${between}${comma(index)}${behind}${end}`;
  });
  const last = notes.includes(0) ? `${inner}// ${note()}${end}` : '';
  return `${open}${end}${lines.join('')}${last}${indent}${close}`;
}

const bareKey = fc.constantFrom('a', 'b', 'c', 'deep', 'x-y', 'model', 'theme', '"quoted key"', "'lit'");
const tomlPlain = fc.constantFrom(
  '"plain"',
  String.raw`"esc \" \\ \u00fc # no"`,
  "'lit # \\'",
  '"""\nlong "two" # no\n  text"""',
  "'''\nlit'\n'''",
  '1979-05-27T07:32:00Z',
  '07:32:00',
  '1.5',
  '0x1F',
  '1_000',
  'true',
  '-7',
  '[]',
  '[ 1, 2, 3, ]',
  '[\n  "a", # in a list\n  "b" ]',
  '{ q = 1, r.s = "t" }',
  '{}',
  '[ { q = 1 }, { q = "2", n = { m = [1] } } ]',
);

export const tomlFile: fc.Arbitrary<MadeUpFile> = fc
  .record({
    root: fc.uniqueArray(fc.tuple(bareKey, tomlPlain), { selector: ([name]) => name, maxLength: 4 }),
    tables: fc.uniqueArray(
      fc.tuple(
        fc.constantFrom('t', 'u.v', 'providers', 'providers.other', 'providers.crossfeed', '"w x".y', ' z '),
        fc.uniqueArray(fc.tuple(bareKey, tomlPlain), { selector: ([name]) => name, maxLength: 3 }),
      ),
      { selector: ([name]) => name, maxLength: 3 },
    ),
    lists: fc.nat(2),
    models: fc.constantFrom(
      '',
      'models = []',
      'models = [ { name = "mine" } ]',
      'models = [\n  { name = "mine" }, # x\n]',
    ),
    dotted: fc.boolean(),
    eol,
    final: fc.boolean(),
    notes: fc.array(fc.nat(3), { maxLength: 4 }),
    gap,
  })
  .map(({ root, tables, lists, models, dotted, eol: end, final, notes, gap: space }) => {
    const entry = ([name, value]: readonly [string, string]) =>
      `${notes.includes(1) ? `# ${note()}\n` : ''}${space}${name}${space}=${space}${value}${notes.includes(2) ? ` # ${note()}` : ''}`;
    const text = [
      ...(notes.includes(0) ? [`#:schema ${note()}`, ''] : []),
      // A folder of ours that is a value is refused: another test's matter.
      ...root.filter(([name]) => name !== 'a').map(entry),
      ...(dotted ? ['a.first = 1', `a . "second" = 2 # ${note()}`] : []),
      ...(models === '' ? [] : [models]),
      ...tables.flatMap(([name, entries]) => [
        '',
        `[${name}]${notes.includes(3) ? ` # ${note()}` : ''}`,
        ...entries.map(entry),
      ]),
      ...Array.from({ length: lists }, (_one, index) => `[[rows]]\nn = ${index}\n[rows.sub]\nm = ${index}`),
    ].join('\n');
    return { text: `${text}${final ? '\n' : ''}`.replaceAll('\n', end) };
  });

const yamlPlain = fc.constantFrom(
  'plain',
  '"quoted # no"',
  "'it''s'",
  '1',
  'true',
  '~',
  '',
  '|\n  text\n  # no comment',
  '>-\n  folded\n\n  text',
  '[1, 2 ]',
  '{ q: 1, r: [x] }',
  '{}',
  '\n  q: 1\n  r:\n    - s\n    - t: 1\n      u: 2',
  '\n- p\n- q',
);

export const yamlFile: fc.Arbitrary<MadeUpFile> = fc
  .record({
    root: fc.uniqueArray(fc.tuple(fc.constantFrom('b', 'c', 'deep', 'model', 'theme', '"x y"'), yamlPlain), {
      selector: ([name]) => name,
      maxLength: 4,
    }),
    models: fc.constantFrom(
      '',
      'models: []',
      'models:',
      'models:\n  - name: mine # n\n    size: 1\n  - name: other',
      'models:\n- name: mine\n  text: |\n    long\n',
      'models: [ { name: mine } ]',
    ),
    folder: fc.constantFrom(
      '',
      'providers:\n  other:\n    url: x',
      'providers: { other: { url: x } }',
      'providers:',
      'a:\n    deep: 1\n    # inside',
    ),
    eol,
    final: fc.boolean(),
    start: fc.constantFrom('', '', '---', '%YAML 1.2\n---'),
    notes: fc.array(fc.nat(2), { maxLength: 3 }),
    order: fc.boolean(),
  })
  .map(({ root, models, folder, eol: end, final, start, notes, order }) => {
    const behind = (value: string) => (notes.includes(2) && !/[|>\n]/.test(value) ? ` # ${note()}` : '');
    const entries = root.map(
      ([name, value]) => `${notes.includes(1) ? `# ${note()}\n` : ''}${name}: ${value}${behind(value)}`,
    );
    const parts = [models, folder].filter((part) => part !== '');
    const all = order ? [...parts, ...entries] : [...entries, ...parts];
    const head = [...(start === '' ? [] : [start]), ...(notes.includes(0) ? [`# ${note()}`, ''] : [])];
    return { text: `${[...head, ...all].join('\n')}${final ? '\n' : ''}`.replaceAll('\n', end) };
  });

const envPlain = fc.constantFrom(
  'plain',
  '',
  '"two words # no"',
  "'single'",
  '`back`',
  'http://x/#a',
  'a=b',
  '"multi\nline"',
);

export const envFile: fc.Arbitrary<MadeUpFile> = fc
  .record({
    lines: fc.array(fc.tuple(fc.constantFrom('A', 'B_2', 'MODEL', 'TITLE', 'x.y'), envPlain, fc.nat(5)), {
      maxLength: 5,
    }),
    eol,
    final: fc.boolean(),
  })
  .map(({ lines, eol: end, final }) => {
    const text = lines
      .map(([name, value, style]) => {
        // Node takes `export` without a value for a name.
        const head = style === 1 && value !== '' ? 'export ' : style === 2 ? '  ' : '';
        const above = style === 3 ? `# ${note()}\n\n` : '';
        return `${above}${head}${name}=${value}${style === 4 && value !== '' ? ` # ${note()}` : ''}`;
      })
      .join('\n');
    return { text: `${text}${final && text !== '' ? '\n' : ''}`.replaceAll('\n', end) };
  });
