/** Puts one subject through one scenario and says what it cost. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Child } from './child-program.ts';
import type { Job, JobReport } from './programs/load-job.ts';
import { isPeer, peers } from './peers/peers.ts';
import { heldStreams, type Scenario } from './scenarios.ts';
import type { Subject, SubjectName } from './subjects.ts';

/** Figures of one round; what a scenario does not yield is absent. */
export interface Measurement {
  /** In the scenario's own unit: CPU µs for a request, CPU s for a million events. */
  readonly cpu: number;
  readonly lane: string | null;
  /** Requests or events in a wall-clock second: for orientation only, the machine is shared. */
  readonly perSecond: number;
  readonly firstByteUs: readonly number[];
  readonly wholeUs: readonly number[];
}

export type Target = Pick<Subject, 'port' | 'key' | 'headers'> & { readonly name: string };

export interface Load {
  run(target: Target, job: Pick<Job, 'kind'> & Partial<Job>): Promise<JobReport>;
}

const noJob = { path: '', body: '', concurrency: 0, total: 0 };

export function createLoad(child: Child): Load {
  return {
    async run(target, job) {
      const { port, key, headers } = target;
      const reply = await child.ask({ ...noJob, ...job, port, key, headers });
      const { report, failure } = reply as { report?: JobReport; failure?: string };
      if (report === undefined) throw new Error(`${job.kind} of ${job.total} to ${target.name} failed: ${failure}`);
      if (report.failed > 0) throw new Error(`${report.failed} answers of ${target.name} failed`);
      return report;
    },
  };
}

function asked({ name }: Subject, { same, path, body }: Scenario): { readonly path: string; readonly body: string } {
  return name === 'same' && same !== undefined ? same : { path, body };
}

/** Peers that think about what they forward take ten times what a proxy takes, so a quarter of the load says as much. */
export function isGateway(name: SubjectName): boolean {
  return isPeer(name) && name !== 'nginx';
}

async function measureHeld(load: Load, subject: Subject, scenario: Scenario): Promise<Measurement> {
  const { concurrency } = scenario;
  const { path, body } = asked(subject, scenario);
  const { lane } = await load.run(subject, { kind: 'hold', path, body, concurrency });
  // The opening of a thousand streams is not what this scenario asks about.
  await wait(500);
  const before = { ...(await subject.child.usage()), events: (await load.run(subject, { kind: 'count' })).events };
  await wait(scenario.total);
  const after = { ...(await subject.child.usage()), events: (await load.run(subject, { kind: 'count' })).events };
  await load.run(subject, { kind: 'release' });
  await wait(300);
  const events = after.events - before.events;
  const cpu = ((after.cpuMs - before.cpuMs) / events) * 1000;
  return { cpu, lane, perSecond: (events / scenario.total) * 1000, firstByteUs: [], wholeUs: [] };
}

export async function measure(load: Load, subject: Subject, scenario: Scenario): Promise<Measurement> {
  if (scenario.hold) return measureHeld(load, subject, scenario);
  const { concurrency } = scenario;
  const total = isGateway(subject.name) ? Math.max(concurrency, Math.ceil(scenario.total / 4)) : scenario.total;
  const { path, body } = asked(subject, scenario);
  const before = await subject.child.usage();
  const report = await load.run(subject, { kind: 'requests', path, body, concurrency, total });
  const usedMs = (await subject.child.usage()).cpuMs - before.cpuMs;
  const streaming = scenario.figure === 's-per-million-events';
  const count = streaming ? report.events : total;
  return {
    cpu: (usedMs / count) * 1000,
    lane: report.lane,
    perSecond: (count / report.elapsedMs) * 1000,
    firstByteUs: report.firstByteUs,
    wholeUs: report.wholeUs,
  };
}

export interface MemoryFigures {
  readonly idleMb: number;
  readonly perStreamKb: number;
  readonly startCpuMs: number;
}

/** Memory of a process that has just started: at rest, and with `streams` open beside its warmed-up self. */
export async function measureMemory(load: Load, subject: Subject, streams: number): Promise<MemoryFigures> {
  const job = heldStreams[isPeer(subject.name) ? peers[subject.name].speaks : 'chat'];
  await wait(1000);
  const idleMb = (await subject.child.usage()).rssMb;
  await load.run(subject, { kind: 'hold', ...job, concurrency: 40 });
  await load.run(subject, { kind: 'release' });
  await wait(500);
  const warmMb = (await subject.child.usage()).rssMb;
  await load.run(subject, { kind: 'hold', ...job, concurrency: streams });
  await wait(2000);
  const openMb = (await subject.child.usage()).rssMb;
  await load.run(subject, { kind: 'release' });
  return { idleMb, perStreamKb: ((openMb - warmMb) / streams) * 1024, startCpuMs: subject.startCpuMs };
}
