/** Medians, and the table of what was measured beside its targets. */
import type { MemoryFigures, Measurement } from './measure.ts';
import type { Scenario } from './scenarios.ts';
import type { SubjectName } from './subjects.ts';

export type Results = ReadonlyMap<string, ReadonlyMap<SubjectName | 'direct', readonly Measurement[]>>;
export type MemoryResults = ReadonlyMap<SubjectName, readonly MemoryFigures[]>;

export interface Row {
  readonly figure: string;
  readonly unit: string;
  readonly pipe: number;
  readonly dispatch: number;
  /** NaN where Crossfeed was not measured. */
  readonly crossfeed: number;
  readonly lane: string;
  /** What Crossfeed should reach, as a bound in the row's unit; null where no target is stated. */
  readonly bound: number | null;
  readonly target: string;
}

/** The value below which `share` of the sorted list lies; NaN for an empty list. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle value, or the mean of the two middle ones; NaN for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + high) / 2 : high;
}

type Bound = (yardsticks: { readonly pipe: number; readonly dispatch: number }) => number;

/** The targets of this project for the figures below, everything switched on. Ratios are to this run's yardsticks. */
const targets: Readonly<Record<string, { readonly text: string; readonly bound: Bound }>> = {
  small: { text: '≤ 1.0 × pipe', bound: ({ pipe }) => pipe },
  'burst-chat-raw': { text: '≤ 0.7 × pipe', bound: ({ pipe }) => 0.7 * pipe },
  'burst-messages-raw': { text: '≤ 0.7 × pipe', bound: ({ pipe }) => 0.7 * pipe },
  'lone-chat-raw': { text: '≤ 1.15 × pipe', bound: ({ pipe }) => 1.15 * pipe },
  'first-byte p10': { text: '≤ 0.25 ms', bound: () => 0.25 },
  'large p50': { text: '≤ 2.5 ms', bound: () => 2.5 },
  idle: { text: '≤ 1.5 × dispatch', bound: ({ dispatch }) => 1.5 * dispatch },
  'per-stream': { text: '≤ 60 KB', bound: () => 60 },
  start: { text: '≤ 1.5 × dispatch', bound: ({ dispatch }) => 1.5 * dispatch },
};

type Compared = 'pipe' | 'dispatch' | 'crossfeed';
type Figures = Readonly<Record<Compared, number>>;

function row(id: string, figure: string, unit: string, figures: Figures, lane = ''): Row {
  const target = targets[id];
  return { figure, unit, ...figures, lane, target: target?.text ?? '', bound: target?.bound(figures) ?? null };
}

function scenarioRows(scenario: Scenario, results: Results): Row[] {
  const of = (name: Compared | 'direct') => results.get(scenario.id)?.get(name) ?? [];
  const lane = of('crossfeed').find((round) => round.lane !== null)?.lane ?? '';
  const cpu = (name: Compared) => median(of(name).map((round) => round.cpu));
  const cpuOf = () => ({ pipe: cpu('pipe'), dispatch: cpu('dispatch'), crossfeed: cpu('crossfeed') });
  if (scenario.figure !== 'added-ms') {
    const unit = scenario.figure === 'us-per-request' ? 'CPU µs' : 'CPU s / 1M';
    return [row(scenario.id, scenario.title, unit, cpuOf(), lane)];
  }
  const field = scenario.id === 'first-byte' ? 'firstByteUs' : 'wholeUs';
  const added = (share: number): Figures => {
    const at = (name: Compared | 'direct') => median(of(name).map((round) => quantile(round[field], share))) / 1000;
    const direct = at('direct');
    return { pipe: at('pipe') - direct, dispatch: at('dispatch') - direct, crossfeed: at('crossfeed') - direct };
  };
  const rows = [
    row(`${scenario.id} p10`, `${scenario.title}, p10`, 'ms', added(0.1), lane),
    row(`${scenario.id} p50`, `${scenario.title}, p50`, 'ms', added(0.5), lane),
  ];
  if (scenario.id === 'large') {
    const { pipe, dispatch, crossfeed } = cpuOf();
    const inMs = { pipe: pipe / 1000, dispatch: dispatch / 1000, crossfeed: crossfeed / 1000 };
    rows.push(row('large cpu', '1 MB request', 'CPU ms', inMs, lane));
  }
  return rows;
}

export function tableRows(scenarios: readonly Scenario[], results: Results, memory: MemoryResults): Row[] {
  const memoryOf = (field: keyof MemoryFigures): Figures => {
    const of = (name: Compared) => median((memory.get(name) ?? []).map((figures) => figures[field]));
    return { pipe: of('pipe'), dispatch: of('dispatch'), crossfeed: of('crossfeed') };
  };
  return [
    ...scenarios.flatMap((scenario) => scenarioRows(scenario, results)),
    row('idle', 'memory at rest', 'MB', memoryOf('idleMb')),
    row('per-stream', 'memory for an open stream', 'KB', memoryOf('perStreamKb')),
    row('start', 'CPU to listening', 'ms', memoryOf('startCpuMs')),
  ];
}
