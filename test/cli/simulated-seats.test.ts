/** `simulate --scenario` and `start --simulate NAME`: seats by name, and breaches told as they happen. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { simulatedOauthToken } from '../../src/simulator/index.ts';
import { runProgram, runToEnd, startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a named seat is played, and what a client does wrong is said at once', async () => {
  const home = temporaryFolder();
  const readyFile = path.join(home, 'simulator.json');
  const args = ['simulate', '--scenario', 'quota-gone', '--port', '0', '--ready-file', readyFile];
  const simulator = runProgram(home, args);
  while (!existsSync(readyFile)) await wait(10);
  const { url } = JSON.parse(readFileSync(readyFile, 'utf8')) as { url: string };
  const reply = await fetch(`${url}/responses`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${simulatedOauthToken}`,
      'content-type': 'application/json',
      'x-initiator': 'agent',
    },
    body: JSON.stringify({ model: 'gpt-6-luna', input: 'Hi' }),
  });
  expect([reply.status, await reply.text()]).toEqual([402, expect.stringContaining('quota_exceeded')]);
  while (!simulator.err().includes('initiator-forged')) await wait(10);
  expect(simulator.err()).toContain('breach: request 1, /responses: initiator-forged: said agent');
});

test('a proxy starts on a named seat in its own process', async () => {
  const home = temporaryFolder();
  const program = await startProgram(home, ['--simulate', 'quota-gone'], { CROSSFEED_API_KEY: 'my-own-keyring' });
  const reply = await fetch(`${program.url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: 'Bearer my-own-keyring', 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-6-luna', input: 'Hi' }),
  });
  expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining('insufficient_quota')]);
});

test.each([[['simulate', '--scenario', 'rich']], [['start', '--simulate', 'rich']]])(
  '%j: a seat that there is none of',
  async (args) => {
    const { code, err } = await runToEnd(temporaryFolder(), args);
    expect([code, err]).toEqual([2, expect.stringContaining('there is no scenario "rich"; there are business-host,')]);
  },
);
