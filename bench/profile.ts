/** Where Crossfeed spends its CPU in one scenario, by Node's own sampling profiler. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure, type Load } from './measure.ts';
import type { Scenario } from './scenarios.ts';
import { atSources } from './source-places.ts';
import type { SubjectStarter } from './subjects.ts';

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    /** From 0, as the profiler counts. */
    readonly lineNumber: number;
    readonly columnNumber?: number;
  };
  readonly children?: readonly number[];
}

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const shown = 25;
/** Enough that start-up and the compilers' first steps are a small part. */
const profiledRounds = 10;
const sampleIntervalUs = 200;

/** `src/gateway/x.ts` from a file URL, `undici/lib/y.js` from a dependency; Node's own names stay. */
function shortUrl(url: string): string {
  return url.replace(/^file:\/\/.*\/node_modules\//, '').replace(/^file:\/\/.*\/(dist|src|bench)\//, '$1/');
}

function placeOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): string {
  return `${functionName || '(anonymous)'}  ${shortUrl(url)}${url === '' ? '' : `:${lineNumber + 1}`}`;
}

/** A room of ours (`src/gateway`), a dependency (`undici`), a module of Node (`node:net`), or `native`. */
function roomOf({ callFrame: { functionName, url } }: ProfileNode): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native';
  const [first = '', second = ''] = shortUrl(url).split('/');
  return first === 'src' || first.startsWith('@') ? `${first}/${second}` : first;
}

type Spent = Map<string, number>;

function add(spent: Spent, name: string, us: number): void {
  spent.set(name, (spent.get(name) ?? 0) + us);
}

function lines(spent: Spent, totalUs: number): string[] {
  return [...spent]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, shown)
    .map(([name, us]) => `${((us / totalUs) * 100).toFixed(1).padStart(5)} %  ${name}`);
}

export interface ProfileSummary {
  /** Time of their own, by room, dependency or module. */
  readonly rooms: readonly string[];
  /** Time of their own, by function. */
  readonly functions: readonly string[];
  /** Time with everything they called, for functions of ours. */
  readonly ours: readonly string[];
}

/** Shares of the time in which the program was not idle, the largest first, as `share  name`. */
export function summarize(profile: CpuProfile): ProfileSummary {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children }) => (children ?? []).map((child) => [child, id])));
  const rooms: Spent = new Map();
  const functions: Spent = new Map();
  const ours: Spent = new Map();
  let totalUs = 0;
  for (const [index, id] of profile.samples.entries()) {
    const node = nodes.get(id);
    if (node === undefined || node.callFrame.functionName === '(idle)') continue;
    const deltaUs = profile.timeDeltas[index] ?? 0;
    totalUs += deltaUs;
    add(rooms, roomOf(node), deltaUs);
    add(functions, placeOf(node), deltaUs);
    const callers = new Set<string>();
    for (let at: ProfileNode | undefined = node; at !== undefined; at = nodes.get(parents.get(at.id) ?? -1))
      if (roomOf(at).startsWith('src/')) callers.add(placeOf(at));
    for (const caller of callers) add(ours, caller, deltaUs);
  }
  return { rooms: lines(rooms, totalUs), functions: lines(functions, totalUs), ours: lines(ours, totalUs) };
}

/** Some rounds of `scenario` on a fresh Crossfeed under the profiler, and what took its time. */
export async function profileSubject(
  load: Load,
  starter: SubjectStarter,
  scenario: Scenario,
  folder: string,
): Promise<string> {
  const flags = ['--cpu-prof', '--cpu-prof-dir', folder, '--cpu-prof-interval', String(sampleIntervalUs)];
  const subject = await starter.start('crossfeed', flags);
  try {
    for (let round = 0; round < profiledRounds; round += 1) await measure(load, subject, scenario);
  } finally {
    await subject.child.stop();
  }
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error('the profiler wrote nothing: did the program end by itself?');
  const { rooms, functions, ours } = summarize(
    atSources(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile),
  );
  const parts: readonly (readonly [string, readonly string[]])[] = [
    [`CPU of Crossfeed in ${scenario.title}: own time by room`, rooms],
    ['own time by function', functions],
    ['time with all they called', ours],
  ];
  return parts.map(([head, rows]) => [head, ...rows].join('\n')).join('\n\n');
}
