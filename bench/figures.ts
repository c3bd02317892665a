/** Medians, and the table of what was measured beside its targets. */
import type { MemoryFigures, Measurement } from './measure.ts';
import type { Scenario } from './scenarios.ts';
import type { SubjectName } from './subjects.ts';

export type Results = ReadonlyMap<string, ReadonlyMap<SubjectName | 'direct', readonly Measurement[]>>;
export type MemoryResults = ReadonlyMap<SubjectName, readonly MemoryFigures[]>;

export type Figures = Partial<Readonly<Record<SubjectName, number>>>;

export interface Row {
  readonly figure: string;
  readonly unit: string;
  /** Absent or NaN where a subject was not measured. */
  readonly figures: Figures;
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
  rounds: { text: '≤ 150 MB', bound: () => 150 },
  start: { text: '≤ 1.5 × dispatch', bound: ({ dispatch }) => 1.5 * dispatch },
};

function row(id: string, figure: string, unit: string, figures: Figures, lane = ''): Row {
  const target = targets[id];
  const { pipe = Number.NaN, dispatch = Number.NaN } = figures;
  return { figure, unit, figures, lane, target: target?.text ?? '', bound: target?.bound({ pipe, dispatch }) ?? null };
}

function figuresOf<T>(results: ReadonlyMap<SubjectName | 'direct', T> | undefined, figure: (of: T) => number): Figures {
  return Object.fromEntries([...(results ?? [])].map(([name, of]) => [name, figure(of)]));
}

function scenarioRows(scenario: Scenario, results: Results): Row[] {
  const of = results.get(scenario.id);
  const lane = of?.get('crossfeed')?.find((round) => round.lane !== null)?.lane ?? '';
  const cpu = (scale: number) => figuresOf(of, (rounds) => median(rounds.map((round) => round.cpu)) * scale);
  if (scenario.figure !== 'added-ms') {
    const unit = scenario.figure === 'us-per-request' ? 'CPU µs' : 'CPU s / 1M';
    return [row(scenario.id, scenario.title, unit, cpu(1), lane)];
  }
  const field = scenario.id === 'first-byte' ? 'firstByteUs' : 'wholeUs';
  const added = (share: number): Figures => {
    const at = (rounds: readonly Measurement[]) => median(rounds.map((round) => quantile(round[field], share))) / 1000;
    const direct = at(of?.get('direct') ?? []);
    return figuresOf(of, (rounds) => at(rounds) - direct);
  };
  const rows = [
    row(`${scenario.id} p10`, `${scenario.title}, p10`, 'ms', added(0.1), lane),
    row(`${scenario.id} p50`, `${scenario.title}, p50`, 'ms', added(0.5), lane),
  ];
  if (scenario.id === 'large') rows.push(row('large cpu', '1 MB request', 'CPU ms', cpu(1 / 1000), lane));
  return rows;
}

/** The rows of scenarios, and those of whole programs where these were measured. */
export function tableRows(
  scenarios: readonly Scenario[],
  results: Results,
  memory: MemoryResults,
  afterRoundsMb: ReadonlyMap<SubjectName, number>,
): Row[] {
  const memoryOf = (field: keyof MemoryFigures) =>
    figuresOf(memory, (of) => median(of.map((figures) => figures[field])));
  const ofPrograms = [
    row('idle', 'memory at rest', 'MB', memoryOf('idleMb')),
    row('per-stream', 'memory for an open stream', 'KB', memoryOf('perStreamKb')),
    row('rounds', 'memory after all rounds', 'MB', Object.fromEntries(afterRoundsMb)),
    row('start', 'CPU to listening', 'ms', memoryOf('startCpuMs')),
  ];
  return [
    ...scenarios.flatMap((scenario) => scenarioRows(scenario, results)),
    ...(memory.size === 0 ? [] : ofPrograms),
  ];
}
