/** Holds the sources to the drawing of the house, and shows that each rule catches an offender. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { rules } from './rules.ts';
import { scanSource } from './source-scan.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.ts'))
  .map((path) => scanSource(path, readFileSync(join(root, path), 'utf8')));

type RuleName = keyof typeof rules;
const ruleNames = Object.keys(rules) as RuleName[];

test('there is a house to look at', () => {
  expect(sources.length).toBeGreaterThan(20);
  expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(20);
});

test.each(ruleNames)('%s', (name) => {
  expect(rules[name](sources)).toEqual([]);
});

const offenders: [rule: RuleName, path: string, source: string][] = [
  ['arrows point down the drawing', 'src/base/x.ts', `import { y } from '../errors/y.ts';`],
  ['arrows point down the drawing', 'src/canonical/x.ts', `import type { Y } from '../config/config.ts';`],
  ['arrows point down the drawing', 'src/framing/x.ts', `export * from '../errors/proxy-error.ts';`],
  ['arrows point down the drawing', 'src/http/x.ts', `const { y } = await import('../cli/main.ts');`],
  ['arrows point down the drawing', 'src/gateway/x.ts', `import '../http/app.ts';`],
  ['arrows point down the drawing', 'src/attic/x.ts', `import '../base/clock.ts';`],
  ['one wire format never knows another', 'src/protocols/gemini/x.ts', `import type { Y } from '../ollama/wire.ts';`],
  ['rooms side by side do not know each other', 'src/store/x.ts', `import { y } from '../limits/y.ts';`],
  [
    'the simulator learns nothing from the code it tests',
    'src/simulator/x.ts',
    `import { errors } from '../upstream/copilot/errors.ts';`,
  ],
  ['no circle, not even of types', 'src/base/x.ts', `import type { X } from './x.ts';`],
  ['codecs are pure', 'src/protocols/gemini/x.ts', `import { Buffer } from 'node:buffer';`],
  ['codecs are pure', 'src/canonical/x.ts', `export const at = new Date();`],
  ['codecs are pure', 'src/translation/x.ts', `export const id = () => Math.random();`],
  ['codecs are pure', 'src/protocols/x.ts', `export const later = (f: () => void) => setTimeout(f, 1);`],
  ['codecs are pure', 'src/protocols/x.ts', `export const get = () => fetch('x');`],
  ['framing knows bytes and nothing else of Node', 'src/framing/x.ts', `import { connect } from 'node:net';`],
  ['each library and each door to the machine has its place', 'src/http/x.ts', `import { Hono } from 'hono';`],
  ['each library and each door to the machine has its place', 'src/gateway/x.ts', `import { z } from 'zod';`],
  [
    'each library and each door to the machine has its place',
    'src/http/x.ts',
    `import { open } from 'node:fs/promises';`,
  ],
  ['each library and each door to the machine has its place', 'src/proxy.ts', 'export const e = `${process.env.X}`;'],
  ['each library and each door to the machine has its place', 'src/store/x.ts', `console.log('x');`],
  ['each library and each door to the machine has its place', 'src/upstream/x.ts', `import p from 'node:process';`],
  ['the schema library is loaded only when needed', 'src/index.ts', `import { z } from 'zod';`],
  ['relative imports name an existing file with its ending', 'src/base/x.ts', `import { y } from './y';`],
  ['files stay short enough to read', 'src/base/x.ts', 'let x = 1;\n'.repeat(401)],
  ['every file opens with one sentence that says what lives there', 'src/base/x.ts', '// What lives here.'],
  ['file names are kebab-case and say what is inside', 'src/base/stringUtils.ts', ''],
  ['file names are kebab-case and say what is inside', 'src/base/string-util.ts', ''],
  ['file names are kebab-case and say what is inside', 'src/gateway/process-request.ts', ''],
];

test.each(offenders)('%s: caught in %s', (rule, path, source) => {
  expect(rules[rule]([scanSource(path, source)])).not.toEqual([]);
});

test('every rule has an offender above', () => {
  expect(new Set(offenders.map(([rule]) => rule))).toEqual(new Set(ruleNames));
});

test('a circle over three files is named whole', () => {
  const circle = [
    scanSource('src/base/a.ts', `import './b.ts';`),
    scanSource('src/base/b.ts', `import './c.ts';`),
    scanSource('src/base/c.ts', `import './a.ts';`),
  ];
  expect(rules['no circle, not even of types'](circle)).toEqual([
    'src/base/a.ts → src/base/b.ts → src/base/c.ts → src/base/a.ts',
  ]);
});

test('the schema library is caught behind a chain of static imports, and not behind a dynamic one', () => {
  const schema = scanSource('src/config/schema.ts', `import { z } from 'zod';`);
  const chain = (link: string) => [scanSource('src/cli/main.ts', link), schema];
  const rule = rules['the schema library is loaded only when needed'];
  expect(rule(chain(`import '../config/schema.ts';`))).toHaveLength(1);
  expect(rule(chain(`const schema = () => import('../config/schema.ts');`))).toEqual([]);
  expect(rule(chain(`import type { Schema } from '../config/schema.ts';`))).toEqual([]);
});

test.each([
  ['a comment', `// import x from 'hono'\n/* process.exit() */`],
  ['a string', `const text = "import x from 'hono'; process.exit()";`],
  ['a template', 'const text = `import x from "hono"; process.exit() ${1 + 1} console.log()`;'],
  ['a regular expression', String.raw`const pattern = /['"\x60] import x from "hono" [/'] process.exit/;`],
  ['a property of that name', `const pid = host.process.pid; const o = { process: 1 }; o.console?.log();`],
  ['a division', `const half = (a + b) / 2; const text = 'process.exit()'; const x = c / d;`],
])('a word inside %s is no use of it', (_place, source) => {
  expect(
    rules['each library and each door to the machine has its place']([scanSource('src/base/x.ts', source)]),
  ).toEqual([]);
});

test('all forms of import are seen', () => {
  const { imports } = scanSource(
    'src/x.ts',
    [
      `import a from 'a';`,
      `import type { B } from 'b';`,
      `import {\n  c,\n  type D,\n} from 'c';`,
      `export * from 'd';`,
      `export type { E } from 'e';`,
      `import 'f';`,
      'const g = await import(`g`);',
      `type H = import('h').H;`,
      'const text = `${await import("i")}`;',
      `const from = 'j'; export { from };`,
      `const meta = import.meta.url;`,
    ].join('\n'),
  );
  expect(imports.filter(({ typeOnly }) => !typeOnly).map(({ specifier }) => specifier)).toEqual([
    'a',
    'c',
    'd',
    'f',
    'g',
    'h',
    'i',
  ]);
  expect(imports.filter(({ typeOnly }) => typeOnly).map(({ specifier }) => specifier)).toEqual(['b', 'e']);
});
