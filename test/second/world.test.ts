/** What happens to machine and disk (`faults.md` §5): the program itself goes on serving, and says what is wrong. */
import { rmSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createRandom } from '../fuzz/random.ts';
import { keepRow, roundsOf } from '../support/keep-figures.ts';
import { startProgram } from '../support/run-program.ts';
import { readStream } from '../support/stream-grammar.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  askWorld,
  callWorld,
  expectServed,
  startGithub,
  worldBody,
  worldEnvironment,
  worldKey,
} from '../support/world-program.ts';

const readiness = async (url: string) => (await fetch(`${url}/readyz`)).status;

test('W-015 offline at start: it starts, says that it is not ready, and recovers by itself', async () => {
  const github = await startGithub();
  await github.close();
  const program = await startProgram(temporaryFolder(), [], worldEnvironment(github.port));
  expect(await readiness(program.url)).toBe(503);
  const refused = await askWorld(program.url);
  expect(refused.status).toBe(502);
  expect(refused.text).toContain('refused');
  await startGithub(github.port);
  await vi.waitFor(async () => expect(await readiness(program.url)).toBe(200), { timeout: 10_000, interval: 100 });
  await expectServed(program.url);
  keepRow('W-015', 'offline at the start', 1);
});

test('W-028 GitHub dies in mid-stream and comes back: the streams of then fail, the next one does not', async () => {
  const rounds = roundsOf(3, 30);
  let github = await startGithub();
  const { port } = github;
  const program = await startProgram(temporaryFolder(), [], worldEnvironment(port));
  const openExchanges = async () => {
    const status = await fetch(`${program.url}/crossfeed/v1/status`, { headers: { 'x-api-key': worldKey } });
    return ((await status.json()) as { openExchanges: number }).openExchanges;
  };
  let streams = 0;
  for (let round = 0; round < rounds; round += 1) {
    const random = createRandom(28, round);
    await expectServed(program.url);
    github.hold(true);
    const cut = await Promise.all(Array.from({ length: 1 + random.below(8) }, () => callWorld(program.url)));
    expect(await openExchanges()).toBe(cut.length);
    await github.close();
    for (const reply of cut) {
      expect(reply.status).toBe(200);
      expect(readStream('messages', await reply.text())).toMatchObject({ ending: 'failed', breaches: [] });
    }
    streams += cut.length;
    await wait(random.below(300));
    github = await startGithub(port);
  }
  await expectServed(program.url);
  keepRow(
    'W-028',
    'GitHub dies in mid-stream and comes back',
    rounds,
    `${streams} streams failed in words, every next call was served`,
  );
}, 240_000);

// What a process may take is set by the shell, and this one by Linux alone.
test.skipIf(process.platform !== 'linux')(
  'W-032 few file descriptors: what is too much is shed, nothing ends',
  async () => {
    const github = await startGithub();
    const program = await startProgram(temporaryFolder(), [], worldEnvironment(github.port), 'ulimit -n 128');
    await expectServed(program.url);
    github.hold(true);
    const answers: string[] = [];
    const sockets = Array.from({ length: 300 }, (_, at) => {
      const socket = net.connect(program.port, '127.0.0.1');
      answers[at] = '';
      socket.on('error', () => undefined).on('data', (data) => (answers[at] += data.toString()));
      socket.write(
        `POST /v1/messages HTTP/1.1\r\nHost: localhost:${program.port}\r\nx-api-key: ${worldKey}\r\n` +
          `Content-Type: application/json\r\nConnection: close\r\nContent-Length: ${worldBody.length}\r\n\r\n${worldBody}`,
      );
      return new Promise((resolve) => socket.once('close', resolve));
    });
    await vi.waitFor(() => expect(answers.filter((answer) => answer !== '').length).toBeGreaterThan(10), {
      timeout: 10_000,
    });
    github.hold(false);
    await Promise.all(sockets);
    // Dropped, refused in words, or whole: nothing in between.
    for (const answer of answers)
      expect(answer).toMatch(/^$|^HTTP\/1\.1 (?:529|429|431) |^HTTP\/1\.1 200 [^]*event: message_stop\ndata: /);
    expect(answers.filter((answer) => answer.includes('message_stop')).length).toBeGreaterThan(10);
    expect(answers.filter((answer) => answer === '').length).toBeGreaterThan(100);
    await expectServed(program.url);
    program.kill('SIGTERM');
    expect(await program.exited).toBe(0);
    keepRow('W-032', 'callers at once on a program of 128 descriptors', sockets.length);
  },
);

test.skipIf(process.platform === 'win32').each([
  ['a disk that takes nothing more', 'ulimit -f 8', () => undefined],
  ['a home that somebody deletes', undefined, (home: string) => rmSync(home, { recursive: true })],
])('W-037 %s: it serves on and ends well', async (title, limits, happen) => {
  const github = await startGithub();
  const home = temporaryFolder();
  const program = await startProgram(home, [], worldEnvironment(github.port), limits);
  await expectServed(program.url);
  happen(home);
  for (let call = 0; call < 5; call += 1) await expectServed(program.url);
  // What is kept is written a moment later.
  await new Promise((resolve) => setTimeout(resolve, 400));
  await expectServed(program.url);
  if (limits !== undefined) expect(program.out() + program.err()).toMatch(/"level":"warn".*kept in memory only/);
  program.kill('SIGTERM');
  expect(await program.exited).toBe(0);
  keepRow(`W-037 ${title}`, title, 1);
});
