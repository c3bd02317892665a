/**
 * `npm run bench [-- --quick] [--rounds N] [--only ID,…] [--no-crossfeed] [--program FILE] [--write] [--profile ID]`:
 * Crossfeed beside its yardsticks, in interleaved rounds on loopback. CPU time of the subject is the figure. `--only` takes
 * beginnings of ids, so that `messages-responses` is a whole pair; `spend` is pacing, budgets and the ledger alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startChild, type Child } from './child-program.ts';
import { tableRows } from './figures.ts';
import { createLoad, measure, measureMemory, type Load, type Measurement, type MemoryFigures } from './measure.ts';
import { profileSubject } from './profile.ts';
import { markdownTable, writeBetweenMarks, type TableName } from './report.ts';
import { fullSizes, quickSizes, scenarios, type Scenario } from './scenarios.ts';
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

async function measureScenarios(load: Load, subjects: readonly Subject[], upstream: Subject['port']) {
  const results = new Map<string, Map<SubjectName | 'direct', Measurement[]>>();
  const record = (scenario: Scenario, name: SubjectName | 'direct', round: Measurement) =>
    take(
      take(results, scenario.id, () => new Map()),
      name,
      () => [],
    ).push(round);
  for (let round = 0; round <= rounds; round += 1) {
    for (const scenario of chosen) {
      // The order turns with each round, so that no subject always comes first or last.
      const wantedSubjects = subjects.filter(({ name }) => scenario.subjects.includes(name));
      const first = round % wantedSubjects.length;
      for (const subject of [...wantedSubjects.slice(first), ...wantedSubjects.slice(0, first)]) {
        const figures = await measure(load, subject, scenario);
        if (subject.name === 'crossfeed' && figures.lane !== null && figures.lane !== scenario.lane)
          say(`${scenario.id}: Crossfeed took the lane ${figures.lane}, not ${scenario.lane}`);
        // Round 0 warms the compilers up.
        if (round > 0) record(scenario, subject.name, figures);
      }
      if (round > 0 && scenario.figure === 'added-ms') {
        const { path, body, concurrency, total } = scenario;
        const job = { kind: 'requests', path, body, concurrency, total } as const;
        const report = await load.run({ port: upstream, key: '' }, job);
        record(scenario, 'direct', { ...report, cpu: Number.NaN, perSecond: Number.NaN });
      }
    }
    say(round === 0 ? 'warmed up' : `round ${round} of ${rounds} done`);
  }
  return results;
}

/** Those whose memory and start-up are compared. */
const compared = (['pipe', 'dispatch', 'crossfeed'] as const).filter((name) => names.includes(name));

async function measureStarts(load: Load, starter: SubjectStarter) {
  const memory = new Map<SubjectName, MemoryFigures[]>();
  for (let round = 0; round < Math.min(rounds, 3); round += 1) {
    for (const name of compared) {
      const subject = await starter.start(name);
      try {
        take(memory, name, () => []).push(await measureMemory(load, subject, sizes.heldStreams));
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
        if (name !== 'copilot-api') throw error;
        notRun.push(`not run: ${name}, ${(error as Error).message.split('\n')[0]}`);
      }
    }
    const results = await measureScenarios(load, subjects, port);
    for (const { child } of subjects) await child.stop();
    const memory = wanted === undefined ? await measureStarts(load, starter) : new Map<SubjectName, MemoryFigures[]>();
    const costsSpend = wanted?.some((begin) => 'spend'.startsWith(begin)) ?? true;
    const where = `Node ${process.versions.node}, ${cpus().length} cores, ${rounds} interleaved rounds, medians.`;
    const tell = (table: TableName, lines: readonly string[]) => {
      const text = lines.join('\n\n');
      console.log(text);
      if (options.write) writeBetweenMarks(new URL('../docs/performance.md', import.meta.url).pathname, table, text);
    };
    if (sameProtocol.length > 0) {
      const rows = tableRows(sameProtocol, results, memory).filter((row) => !Number.isNaN(row.pipe));
      tell('bench', [where, markdownTable(rows)]);
    }
    if (translated.length > 0) tell('translated', [where, translatedTable(translated, results), ...notRun]);
    if (costsSpend) tell('spend', [where, await spendCostTable(folder, rounds)]);
  } finally {
    for (const child of started.toReversed()) await child.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main().catch((error: Error) => {
  say(error.message);
  process.exitCode = 1;
});
