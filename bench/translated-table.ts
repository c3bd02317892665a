/** The table of translation: Crossfeed beside itself untranslated, and a pair made by hand. */
import { median, type Results } from './figures.ts';
import { digits, markdownRows, ratio } from './report.ts';
import type { Scenario } from './scenarios.ts';
import type { SubjectName } from './subjects.ts';

/** What the project wants of translated text, in CPU seconds for a million events. */
const textBound = 2;

const beside: readonly (readonly [SubjectName, string])[] = [
  ['same', 'same protocol'],
  ['pair', 'by hand'],
];

export function translatedTable(scenarios: readonly Scenario[], results: Results): string {
  const head = [
    'figure',
    'unit',
    'Crossfeed',
    ...beside.map(([, title]) => title),
    ...beside.map(([, title]) => `× ${title}`),
    'target',
    'result',
  ];
  const rows = scenarios.map((scenario) => {
    const cpu = (name: SubjectName) => median((results.get(scenario.id)?.get(name) ?? []).map((round) => round.cpu));
    const crossfeed = cpu('crossfeed');
    const isText = scenario.id.endsWith('-text');
    return [
      scenario.title,
      scenario.figure === 'us-per-request' ? 'CPU µs' : 'CPU s / 1M',
      digits(crossfeed),
      ...beside.map(([name]) => digits(cpu(name))),
      ...beside.map(([name]) => ratio(crossfeed, cpu(name))),
      isText ? `≤ ${textBound}` : '',
      isText ? (crossfeed <= textBound ? 'met' : 'missed') : '',
    ];
  });
  return markdownRows(head, rows, (name) => !['figure', 'unit', 'target', 'result'].includes(name));
}
