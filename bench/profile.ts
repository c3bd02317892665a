/** Where Crossfeed spends its CPU in one scenario, by Node's own sampling profiler. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure, type Load } from './measure.ts';
import type { Scenario } from './scenarios.ts';
import type { SubjectStarter } from './subjects.ts';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const shown = 30;

/** `dist/gateway/x.js` from a file URL, `undici/lib/y.js` from a dependency; Node's own names stay. */
function shortUrl(url: string): string {
  return url.replace(/^file:\/\/.*\/node_modules\//, '').replace(/^file:\/\/.*\/(dist|src|bench)\//, '$1/');
}

/** The functions with the most time of their own, as lines of `share  function  place`. */
export function hottest(profile: CpuProfile): string[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const spent = new Map<string, number>();
  let total = 0;
  for (const [index, id] of profile.samples.entries()) {
    const node = nodes.get(id);
    if (node === undefined || node.callFrame.functionName === '(idle)') continue;
    const { functionName, url, lineNumber } = node.callFrame;
    const place = `${functionName || '(anonymous)'}  ${shortUrl(url)}${url === '' ? '' : `:${lineNumber + 1}`}`;
    const deltaUs = profile.timeDeltas[index] ?? 0;
    spent.set(place, (spent.get(place) ?? 0) + deltaUs);
    total += deltaUs;
  }
  return [...spent]
    .sort(([, a], [, b]) => b - a)
    .slice(0, shown)
    .map(([place, us]) => `${((us / total) * 100).toFixed(1).padStart(5)} %  ${place}`);
}

/** Three rounds of `scenario` on a fresh Crossfeed under the profiler, and its hottest functions. */
export async function profileSubject(
  load: Load,
  starter: SubjectStarter,
  scenario: Scenario,
  folder: string,
): Promise<string> {
  const flags = ['--cpu-prof', '--cpu-prof-dir', folder];
  const subject = await starter.start('crossfeed', flags);
  try {
    for (let round = 0; round < 3; round += 1) await measure(load, subject, scenario);
  } finally {
    await subject.child.stop();
  }
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error('the profiler wrote nothing: did the program end by itself?');
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
  return [`CPU of Crossfeed in ${scenario.title}`, ...hottest(profile)].join('\n');
}
