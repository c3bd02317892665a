/** The arithmetic of the bench: wrong medians would make every figure in the docs wrong. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { median, quantile, tableRows } from '../../bench/figures.ts';
import type { MemoryFigures, Measurement } from '../../bench/measure.ts';
import { summarize } from '../../bench/profile.ts';
import { markdownTable, peerTable } from '../../bench/report.ts';
import { quickSizes, scenarios } from '../../bench/scenarios.ts';
import { atSources } from '../../bench/source-places.ts';
import { translatedScenarios } from '../../bench/translated-scenarios.ts';
import { translatedTable } from '../../bench/translated-table.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[7], 7],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test.each([
  [0.1, 2],
  [0.5, 6],
  [1, 10],
])('the %d quantile of 1 to 10 is %d', (share, expected) => {
  expect(quantile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share)).toBe(expected);
});

const round = (cpu: number, firstByteUs: readonly number[] = []): Measurement => ({
  cpu,
  lane: 'raw',
  perSecond: 0,
  firstByteUs,
  wholeUs: [],
});
const memory = (idleMb: number): MemoryFigures => ({ idleMb, perStreamKb: 50, startCpuMs: 100 });

test('a row says the ratio to both yardsticks, and whether the target is met', () => {
  const chosen = scenarios(quickSizes).filter(({ id }) => id === 'small' || id === 'first-byte');
  const results = new Map([
    [
      'small',
      new Map([
        ['pipe' as const, [round(100)]],
        ['dispatch' as const, [round(50)]],
        ['crossfeed' as const, [round(120)]],
      ]),
    ],
    [
      'first-byte',
      new Map([
        ['direct' as const, [round(1, [100])]],
        ['pipe' as const, [round(1, [200])]],
        ['dispatch' as const, [round(1, [250])]],
        ['crossfeed' as const, [round(1, [300])]],
      ]),
    ],
  ]);
  const starts = new Map([
    ['pipe' as const, [memory(40)]],
    ['dispatch' as const, [memory(50)]],
    ['crossfeed' as const, [memory(70)]],
  ]);
  const [head, , ...lines] = markdownTable(tableRows(chosen, results, starts, new Map())).split('\n');
  expect(head).toContain('| figure | unit | pipe | dispatch | nginx | Crossfeed |');
  const small = lines.find((line) => line.includes('small request'));
  expect(small).toBe(
    '| small request, c=64 | CPU µs | 100 | 50.0 | – | 120 | 1.20× | 2.40× | – | raw | ≤ 1.0 × pipe | missed (100) |',
  );
  const firstByte = lines.find((line) => line.includes('first byte added, c=1, p10'));
  expect(firstByte).toContain('| 0.10 | 0.15 | – | 0.20 |');
  expect(firstByte).toContain('| met |');
  expect(lines.find((line) => line.includes('memory at rest'))).toContain(
    '| 70.0 | 1.75× | 1.40× | – |  | ≤ 1.5 × dispatch | met |',
  );
});

test('a peer has its own figure, and what Crossfeed took of it; who could not do a thing has a dash there', () => {
  const chosen = scenarios(quickSizes).filter(({ id }) => id === 'small' || id === 'burst-chat-raw');
  const results = new Map([
    [
      'small',
      new Map([
        ['crossfeed' as const, [round(120)]],
        ['copilot-api' as const, [round(1000), round(960), round(960)]],
        ['portkey' as const, [round(1200)]],
      ]),
    ],
    [
      'burst-chat-raw',
      new Map([
        ['crossfeed' as const, [round(2)]],
        ['copilot-api' as const, [round(16)]],
      ]),
    ],
  ]);
  const lines = peerTable(tableRows(chosen, results, new Map(), new Map())).split('\n');
  expect(lines[0]).toBe('| figure | unit | Crossfeed | copilot-api | Portkey |');
  expect(lines.slice(2)).toEqual([
    '| small request, c=64 | CPU µs | 120 | 960 (0.13×) | 1200 (0.10×) |',
    '| burst, chat raw | CPU s / 1M | 2.00 | 16.0 (0.13×) | – |',
  ]);
});

test('a row of translation says the ratio to what else was measured, and nothing where nothing was', () => {
  const chosen = translatedScenarios(quickSizes).filter(({ id }) => id === 'messages-responses-text');
  const measured = new Map([
    ['same' as const, [round(2)]],
    ['pair' as const, [round(1), round(0.5), round(0.25)]],
    ['crossfeed' as const, [round(1)]],
  ]);
  const lines = translatedTable(chosen, new Map([['messages-responses-text', measured]])).split('\n');
  expect(lines[2]).toBe(
    '| Messages → /responses: text burst | CPU s / 1M | 1.00 | 2.00 | 0.50 | 0.50× | 2.00× | ≤ 2 | met |',
  );
});

test('every pair is asked for a long history of the same size, by the caller and without translation', () => {
  const long = translatedScenarios(quickSizes).filter(({ id }) => id.endsWith('-large'));
  expect(long).toHaveLength(4);
  for (const { body, same } of long)
    for (const bytes of [body, same?.body ?? ''].map((text) => Buffer.byteLength(text)))
      expect(Math.abs(bytes - 300_000)).toBeLessThan(15_000);
});

test('a profile is summed by room and by function, without the idle time', () => {
  const frame = (functionName: string, url: string) => ({ functionName, url, lineNumber: 9 });
  const { rooms, functions, ours } = summarize({
    nodes: [
      { id: 1, callFrame: frame('(idle)', '') },
      { id: 2, callFrame: frame('push', 'file:///x/src/framing/frames.ts'), children: [3] },
      { id: 3, callFrame: frame('parse', 'file:///x/node_modules/undici/lib/a.js') },
    ],
    samples: [1, 2, 3, 2],
    timeDeltas: [1000, 30, 40, 30],
  });
  expect(rooms).toEqual([' 60.0 %  src/framing', ' 40.0 %  undici']);
  expect(functions).toEqual([' 60.0 %  push  src/framing/frames.ts:10', ' 40.0 %  parse  undici/lib/a.js:10']);
  expect(ours).toEqual(['100.0 %  push  src/framing/frames.ts:10']);
});

test('a profile of the built program names the sources', () => {
  const folder = temporaryFolder();
  const built = path.join(folder, 'dist/chunks/frames-1.js');
  mkdirSync(path.dirname(built), { recursive: true });
  // Line 2, column 1 of the built file is line 8 of the source.
  const map = { version: 3, names: [], sources: ['../../src/framing/frames.ts'], mappings: ';CAOA' };
  writeFileSync(`${built}.map`, JSON.stringify(map));
  const url = pathToFileURL(built).href;
  const other = { functionName: 'g', url: 'node:net', lineNumber: 3, columnNumber: 0 };
  const { nodes } = atSources({
    nodes: [
      { id: 1, callFrame: { functionName: 'f', url, lineNumber: 1, columnNumber: 4 } },
      { id: 2, callFrame: other },
    ],
    samples: [],
    timeDeltas: [],
  });
  expect(nodes.map(({ callFrame }) => callFrame)).toEqual([
    {
      functionName: 'f',
      url: pathToFileURL(path.join(folder, 'src/framing/frames.ts')).href,
      lineNumber: 7,
      columnNumber: 4,
    },
    other,
  ]);
});
