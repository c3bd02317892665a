/** Real tools with nothing but what `connect` wrote: they create a file through the proxy, and are disconnected again. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installClient } from '../clients/client-cache.ts';
import { runClient } from '../clients/run-client.ts';
import { openShutDoor } from '../clients/shut-door.ts';
import type { ShutDoor } from '../clients/shut-door.ts';
import { clientTasks } from '../clients/tasks.ts';
import { connectedToolCases } from '../clients/connected-tools.ts';
import { runToEnd, startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let door: ShutDoor;

beforeAll(async () => {
  door = await openShutDoor();
});
afterAll(() => door.close());

const task = clientTasks.find(({ id }) => id === 'create');

test.for(connectedToolCases)(
  '$tool works with what connect wrote, and stands as before after disconnect',
  async (one, context) => {
    const installed = await installClient(one.package, one.version);
    if (!installed.ok) {
      context.skip(`not run: ${installed.why}`);
      return;
    }
    // A folder with a space: people have them.
    const home = join(temporaryFolder(), 'home of somebody');
    const cwd = temporaryFolder();
    mkdirSync(home);
    for (const [file, text] of Object.entries(one.files)) {
      mkdirSync(join(home, file, '..'), { recursive: true });
      writeFileSync(join(home, file), text);
    }
    const before = filesIn(home);
    const proxy = await startProgram(home, ['--simulate'], { CROSSFEED_HOME: join(home, '.crossfeed') });
    const cli = (...args: string[]) => runToEnd(home, args, { CROSSFEED_HOME: join(home, '.crossfeed') });
    const connected = await cli('connect', one.tool, '--yes');
    expect(connected).toMatchObject({ code: 0, out: expect.stringContaining('a call in its protocol was answered') });

    const prompt = task?.turns[0]?.prompt ?? '';
    const place = { packages: installed.folder, home, cwd, url: proxy.url, key: '', ollamaUrl: '' };
    const run = await runClient(one.launch(installed.folder, prompt), place, { outsideUrl: door.url });
    expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: 0, timedOut: false });
    expect(existsSync(join(cwd, 'hello.txt')), run.stdout + run.stderr).toBe(true);
    expect(readFileSync(join(cwd, 'hello.txt'), 'utf8').trimEnd()).toBe('hello from crossfeed');

    expect(await cli('disconnect', one.tool)).toMatchObject({
      code: 0,
      out: expect.stringContaining('is disconnected'),
    });
    const left = filesIn(home);
    for (const file of one.reads) expect([file, left[file]]).toEqual([file, before[file]]);
    proxy.kill('SIGTERM');
    await proxy.exited;
  },
);

function filesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(?:json|jsonc|toml|ya?ml|env)$/.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
