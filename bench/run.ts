/**
 * `npm run bench [-- --quick] [--rounds N] [--only ID,…] [--no-crossfeed] [--program FILE] [--write] [--profile ID]`:
 * Crossfeed beside its yardsticks, in interleaved rounds on loopback. CPU time of the subject is the figure. `--only` takes
 * beginnings of ids, so that `messages-responses` is a whole pair; `spend` is pacing, budgets and the ledger alone, `history`
 * a ledger with a million exchanges, `session` a conversation of 2,000 turns, `footprint` what lies on disk and how long
 * `run` takes, `memory` what programs hold at rest and with streams open.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startChild, type Child } from './child-program.ts';
import { tableRows } from './figures.ts';
import { footprintTable, runSentence } from './footprint.ts';
import { historyCostTable } from './history-cost.ts';
import {
  createLoad,
  isGateway,
  measure,
  measureMemory,
  type Load,
  type Measurement,
  type MemoryFigures,
} from './measure.ts';
import { isPeer, peerNames, peers } from './peers/peers.ts';
import { profileSubject } from './profile.ts';
import { markdownTable, peerTable, writeBetweenMarks, type TableName } from './report.ts';
import { fullSizes, quickSizes, scenarios, type Scenario } from './scenarios.ts';
import { sessionCostTable } from './session-cost.ts';
import { spendCostTable } from './spend-cost.ts';
import { builtProgram, createSubjects, type Subject, type SubjectName, type SubjectStarter } from './subjects.ts';
import { translatedScenarios } from './translated-scenarios.ts';
import { translatedTable } from './translated-table.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string' },
    'no-crossfeed': { type: 'boolean', default: false },
    program: { type: 'string', default: builtProgram },
    write: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});

const sizes = options.quick ? quickSizes : fullSizes;
const rounds = Number(options.rounds ?? (options.quick ? 2 : 5));
const wanted = options.only?.split(',');
/** Between the last answer and the question of what memory is still held. */
const restMs = 3000;
const sameProtocol = scenarios(sizes).filter(isWanted);
const translated = translatedScenarios(sizes).filter(isWanted);
const chosen = [...sameProtocol, ...translated];
/** The subjects of the chosen scenarios, each a program of its own. */
const names = [...new Set(chosen.flatMap(({ subjects }) => subjects))].filter(
  (name) => !(options['no-crossfeed'] && (name === 'crossfeed' || name === 'same')),
);

function isWanted({ id }: Scenario): boolean {
  return wanted?.some((begin) => id.startsWith(begin)) ?? true;
}

function take<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key) ?? create();
  map.set(key, known);
  return known;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Some peers go on asking the upstream for what their callers have left, so what they hold is held in a program of its own,
 * that nothing measured later has to carry.
 */
async function measureApart(load: Load, starter: SubjectStarter, { name }: Subject, scenario: Scenario) {
  const fresh = await starter.start(name);
  try {
    const { path, warmUp: body } = scenario;
    if (body !== undefined) await load.run(fresh, { kind: 'requests', path, body, concurrency: 16, total: 16 });
    return await measure(load, fresh, scenario);
  } finally {
    await fresh.child.stop();
  }
}

async function measureScenarios(load: Load, subjects: readonly Subject[], starter: SubjectStarter, upstream: number) {
  const results = new Map<string, Map<SubjectName | 'direct', Measurement[]>>();
  /** A peer that cannot do a scenario is left out of it from then on: the reason, by scenario and peer. */
  const failures = new Map<string, string>();
  const record = (scenario: Scenario, name: SubjectName | 'direct', round: Measurement) =>
    take(
      take(results, scenario.id, () => new Map()),
      name,
      () => [],
    ).push(round);
  const measureSubject = async (scenario: Scenario, subject: Subject, round: number) => {
    const isApart = scenario.hold && isGateway(subject.name);
    // Round 0 warms the compilers up; what is measured apart warms itself up.
    if (isApart && round === 0) return;
    const figures = await (isApart ? measureApart(load, starter, subject, scenario) : measure(load, subject, scenario));
    if (subject.name === 'crossfeed' && figures.lane !== null && figures.lane !== scenario.lane)
      say(`${scenario.id}: Crossfeed took the lane ${figures.lane}, not ${scenario.lane}`);
    if (round > 0) record(scenario, subject.name, figures);
  };
  for (let round = 0; round <= rounds; round += 1) {
    for (const scenario of chosen) {
      // The order turns with each round, so that no subject always comes first or last.
      const wantedSubjects = subjects.filter(({ name }) => scenario.subjects.includes(name));
      const first = round % wantedSubjects.length;
      for (const subject of [...wantedSubjects.slice(first), ...wantedSubjects.slice(0, first)]) {
        const failure = `${scenario.id} ${subject.name}`;
        if (failures.has(failure)) continue;
        try {
          await measureSubject(scenario, subject, round);
        } catch (error) {
          if (!isGateway(subject.name)) throw error;
          failures.set(failure, `${scenario.title}: ${(error as Error).message.split('\n')[0]}`);
        }
      }
      if (round > 0 && scenario.figure === 'added-ms') {
        const { path, body, concurrency, total } = scenario;
        const job = { kind: 'requests', path, body, concurrency, total } as const;
        const report = await load.run({ name: 'upstream', port: upstream, key: '', headers: {} }, job);
        record(scenario, 'direct', { ...report, cpu: Number.NaN, perSecond: Number.NaN });
      }
    }
    say(round === 0 ? 'warmed up' : `round ${round} of ${rounds} done`);
  }
  return { results, failures: [...failures.values()] };
}

/** Those of the subjects that ran whose memory and start-up are compared. */
const compared = ['pipe', 'dispatch', 'crossfeed', ...peerNames] as const;

async function measureStarts(load: Load, starter: SubjectStarter, subjects: readonly Subject[]) {
  const memory = new Map<SubjectName, MemoryFigures[]>();
  const ran = compared.filter((name) => subjects.some((subject) => subject.name === name));
  for (let round = 0; round < Math.min(rounds, 3); round += 1) {
    for (const name of ran) {
      const subject = await starter.start(name);
      try {
        take(memory, name, () => []).push(await measureMemory(load, subject, sizes.heldStreams));
      } catch (error) {
        if (!isGateway(name)) throw error;
        say(`not run: memory of ${name}: ${(error as Error).message}`);
      } finally {
        await subject.child.stop();
      }
    }
  }
  return memory;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'crossfeed-bench-'));
  const started: Child[] = [];
  const program = (file: string) => {
    const child = startChild({ script: new URL(`programs/${file}`, import.meta.url).pathname });
    started.push(child);
    return child;
  };
  try {
    const upstream = program('fake-upstream.ts');
    const { port } = (await upstream.next()) as { port: number };
    const loader = program('load.ts');
    await loader.next();
    const load = createLoad(loader);
    const starter = createSubjects(folder, port, options.program);
    if (options.profile !== undefined) {
      const known = [...scenarios(sizes), ...translatedScenarios(sizes)];
      const scenario = known.find(({ id }) => id === options.profile);
      if (scenario === undefined) throw new Error(`no scenario is called ${options.profile}`);
      console.log(await profileSubject(load, starter, scenario, folder));
      return;
    }
    const subjects: Subject[] = [];
    const notRun: string[] = [];
    for (const name of names) {
      try {
        const subject = await starter.start(name);
        subjects.push(subject);
        started.push(subject.child);
      } catch (error) {
        if (!isPeer(name)) throw error;
        notRun.push(`not run: ${peers[name].title}, ${(error as Error).message.split('\n')[0]}`);
      }
    }
    for (const line of notRun) say(line);
    const { results, failures } = await measureScenarios(load, subjects, starter, port);
    notRun.push(...failures.map((failure) => `not run: ${failure}`));
    await wait(restMs);
    const afterRoundsMb = new Map<SubjectName, number>();
    for (const { name, child } of subjects) {
      afterRoundsMb.set(name, (await child.usage()).rssMb);
      await child.stop();
    }
    const isAsked = (name: string) => wanted?.some((begin) => name.startsWith(begin)) ?? true;
    const memory = isAsked('memory')
      ? await measureStarts(load, starter, subjects)
      : new Map<SubjectName, MemoryFigures[]>();
    const where = `Node ${process.versions.node}, ${cpus().length} cores, ${rounds} interleaved rounds, medians.`;
    const tell = (table: TableName, lines: readonly string[]) => {
      const text = lines.join('\n\n');
      console.log(text);
      if (options.write) writeBetweenMarks(new URL('../docs/performance.md', import.meta.url).pathname, table, text);
    };
    const rows = tableRows(sameProtocol, results, memory, afterRoundsMb);
    const translatedRows = tableRows(translated, results, new Map(), new Map());
    const besidePeers = subjects.some(({ name }) => isGateway(name));
    if (rows.length > 0) tell('bench', [where, markdownTable(rows), ...(besidePeers ? [] : notRun)]);
    if (besidePeers) tell('peers', [where, peerTable([...rows, ...translatedRows]), ...notRun]);
    if (translated.length > 0) tell('translated', [where, translatedTable(translated, results)]);
    if (isAsked('spend')) tell('spend', [where, await spendCostTable(folder, rounds)]);
    if (isAsked('footprint')) {
      const upstreamUrl = `http://127.0.0.1:${port}`;
      tell('footprint', [await footprintTable(folder), await runSentence(options.program, upstreamUrl, folder)]);
    }
    if (isAsked('session'))
      tell('session', [await sessionCostTable(starter, options.quick ? [100, 500] : [100, 2_000])]);
    if (isAsked('history')) tell('history', [await historyCostTable(folder, [1_000, 1_000_000])]);
  } finally {
    for (const child of started.toReversed()) await child.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main().catch((error: Error) => {
  say(error.message);
  process.exitCode = 1;
});
