/** What each takes on disk once it is installed, and how long `crossfeed run` takes to its tool's start. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { median } from './figures.ts';
import { installPeer } from './peers/install-peer.ts';
import { peerNames, peers } from './peers/peers.ts';
import { markdownRows } from './report.ts';

const run = promisify(execFile);
const root = new URL('..', import.meta.url).pathname;
const runRounds = 5;
const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];

interface Footprint {
  readonly megabytes: number;
  readonly packages: number;
  readonly files: number;
}

function footprintOf(folder: string): Footprint {
  let [bytes, packages, files] = [0, 0, 0];
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const stats = statSync(join(folder, name), { throwIfNoEntry: false });
    if (stats === undefined || !stats.isFile()) continue;
    bytes += stats.size;
    files += 1;
    if (/^(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+\/package\.json$/.test(name)) packages += 1;
  }
  return { megabytes: bytes / 1024 / 1024, packages, files };
}

/** As `npm install crossfeed` leaves it, without the optional parts. */
async function installOurs(folder: string): Promise<string> {
  const place = mkdtempSync(join(folder, 'install-'));
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', place], {
    cwd: root,
  });
  const tarball = join(place, stdout.trim().split('\n').at(-1) ?? '');
  await run('npm', ['install', '--prefix', place, '--omit=optional', ...quiet, tarball]);
  return join(place, 'node_modules');
}

/** In ms of wall time. */
interface RunStart {
  /** From the command to the tool's first instruction, each time with a proxy of its own. */
  readonly toolMs: number;
  /** The same in a home folder that is not there yet: it is made, and nothing is compiled. */
  readonly firstMs: number;
  /** What Node takes for nothing, in the same rounds. */
  readonly nodeMs: number;
}

async function measureRun(program: string, upstreamUrl: string, folder: string): Promise<RunStart> {
  const bin = mkdtempSync(join(folder, 'tool-'));
  const started = join(bin, 'started');
  writeFileSync(join(bin, 'claude'), `#!/bin/sh\n[ "$1" = begin ] && date +%s%3N > ${started}\nexit 0\n`, {
    mode: 0o755,
  });
  const rounds: RunStart[] = [];
  for (let round = 0; round < runRounds; round += 1) {
    const env = {
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
      CROSSFEED_HOME: mkdtempSync(join(folder, 'home-')),
      CROSSFEED_GITHUB_TOKEN: 'ghu_bench0123456789',
      CROSSFEED_GITHUB_URL: upstreamUrl,
      CROSSFEED_GITHUB_API_URL: upstreamUrl,
      CROSSFEED_COPILOT_API_URL: upstreamUrl,
    };
    const emptyMs = Date.now();
    await run(process.execPath, ['--eval', '0']);
    const nodeMs = Date.now() - emptyMs;
    const start = async () => {
      const beforeMs = Date.now();
      await run(process.execPath, [program, 'run', 'claude-code', 'begin'], { env, timeout: 60_000 });
      return Number(readFileSync(started, 'utf8')) - beforeMs;
    };
    rounds.push({ firstMs: await start(), toolMs: await start(), nodeMs });
  }
  const medianOf = (figure: keyof RunStart) => median(rounds.map((round) => round[figure]));
  return { toolMs: medianOf('toolMs'), firstMs: medianOf('firstMs'), nodeMs: medianOf('nodeMs') };
}

/** What a person waits for, as a sentence. */
export async function runSentence(program: string, upstreamUrl: string, folder: string): Promise<string> {
  const { toolMs, firstMs, nodeMs } = await measureRun(program, upstreamUrl, folder);
  return `\`crossfeed run\` took ${toolMs.toFixed(0)} ms to its tool's start, a proxy of its own included (${firstMs.toFixed(0)} ms the first time, when the home folder is made and nothing is compiled yet): ${(toolMs / nodeMs).toFixed(1)} times what Node took for nothing (${nodeMs.toFixed(0)} ms), medians of ${runRounds} runs. Target: ≤ 400 ms.`;
}

export async function footprintTable(folder: string): Promise<string> {
  const rows: (readonly [string, Footprint])[] = [['Crossfeed', footprintOf(await installOurs(folder))]];
  for (const name of peerNames) {
    const { package: from, title } = peers[name];
    if (from === null || name === 'copilot-api-bun') continue;
    const installed = await installPeer(from).catch(() => null);
    if (installed !== null)
      rows.push([title, footprintOf(installed.slice(0, installed.indexOf('node_modules') + 'node_modules'.length))]);
  }
  return markdownRows(
    ['installed', 'MB', 'packages', 'files'],
    rows.map(([title, { megabytes, packages, files }]) => [
      title,
      megabytes.toFixed(1),
      String(packages),
      String(files),
    ]),
    (name) => name !== 'installed',
  );
}
