/** Real tools started by `crossfeed run`, in a home that knows nothing of Crossfeed: they create a file, and nothing stays. */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { resolveTool } from '../../src/connect/tools.ts';
import { createSimulator, simulatedGithubToken } from '../../src/simulator/index.ts';
import { installClient } from '../clients/client-cache.ts';
import { connectedToolCases } from '../clients/connected-tools.ts';
import { runClient } from '../clients/run-client.ts';
import { openShutDoor } from '../clients/shut-door.ts';
import type { ShutDoor } from '../clients/shut-door.ts';
import { clientTasks } from '../clients/tasks.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let door: ShutDoor;

beforeAll(async () => {
  door = await openShutDoor();
});
afterAll(() => door.close());

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const task = clientTasks.find(({ id }) => id === 'create');

test.for(connectedToolCases)('$tool works by `crossfeed run` alone', async (one, context) => {
  const installed = await installClient(one.package, one.version);
  if (!installed.ok) {
    context.skip(`not run: ${installed.why}`);
    return;
  }
  const simulator = createSimulator();
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const home = temporaryFolder();
  const cwd = temporaryFolder();
  const bin = join(home, 'bin');
  mkdirSync(bin);
  const launch = one.launch(installed.folder, task?.turns[0]?.prompt ?? '');
  // As npm would link it.
  const start = /\.[cm]?js$/.test(launch.program) ? `"${process.execPath}" "${launch.program}"` : `"${launch.program}"`;
  const [binary = one.tool] = resolveTool(one.tool)?.binaries ?? [];
  writeFileSync(join(bin, binary), `#!/bin/sh\nexec ${start} "$@"\n`);
  chmodSync(join(bin, binary), 0o755);
  if (one.tool === 'gemini-cli') {
    // No variable can choose it, once the address is not Google's: the user has, in their own settings.
    mkdirSync(join(home, '.gemini'));
    const chosen = { security: { auth: { selectedType: 'gemini-api-key' } } };
    writeFileSync(join(home, '.gemini', 'settings.json'), JSON.stringify(chosen));
  }
  const crossfeedHome = join(home, '.crossfeed');
  const run = await runClient(
    {
      program: process.execPath,
      args: [main, 'run', '--verbose', one.tool, ...launch.args],
      env: {
        ...launch.env,
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        CROSSFEED_HOME: crossfeedHome,
        CROSSFEED_GITHUB_URL: url,
        CROSSFEED_GITHUB_API_URL: url,
        CROSSFEED_COPILOT_API_URL: url,
        CROSSFEED_GITHUB_TOKEN: simulatedGithubToken,
      },
    },
    { packages: installed.folder, home, cwd, url: '', key: '', ollamaUrl: '' },
    { outsideUrl: door.url },
  );
  expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: 0, timedOut: false });
  expect(existsSync(join(cwd, 'hello.txt')), run.stdout + run.stderr).toBe(true);
  expect(readFileSync(join(cwd, 'hello.txt'), 'utf8').trimEnd()).toBe('hello from crossfeed');
  expect(readdirSync(join(crossfeedHome, 'runs'))).toEqual([]);
});
