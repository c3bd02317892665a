/** Budgets and approval as people meet them: the whole program, its commands, and a death in the middle of a call. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSimulator, simulatedOauthToken, type Simulator } from '../../src/simulator/index.ts';
import { runProgram, runToEnd, startProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const key = 'my-own-keyring';

/** Each command is a process of its own, and the machine may be busy. */
vi.setConfig({ testTimeout: 90_000 });

async function rig(): Promise<{
  readonly simulator: Simulator;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
}> {
  const simulator = createSimulator();
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const env = {
    CROSSFEED_API_KEY: key,
    CROSSFEED_GITHUB_TOKEN: simulatedOauthToken,
    CROSSFEED_GITHUB_URL: url,
    CROSSFEED_GITHUB_API_URL: url,
    CROSSFEED_COPILOT_API_URL: url,
  };
  return { simulator, home: temporaryFolder(), env };
}

function ask(url: string, headers: Readonly<Record<string, string>> = {}) {
  return fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      model: 'claude-haiku-5.5',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hello.' }],
    }),
  });
}

interface Listed {
  readonly budget: { readonly id: string; readonly nanoAiu: number };
  readonly spentNanoAiu: number;
  readonly reservedNanoAiu: number;
}

test('set while it runs it holds at once; the refusal names the command, and the command lets go on', async () => {
  const { home, env } = await rig();
  const crossfeed = (...args: string[]) => runToEnd(home, args, env);
  const program = await startProgram(home, [], env);
  expect((await ask(program.url)).status).toBe(200);
  expect(await crossfeed('budget', 'set', '0.000001', '--per', 'month')).toMatchObject({
    code: 0,
    out: 'Budget month refuses what goes beyond 0.000001 credits per month.\n',
  });
  const refused = await ask(program.url);
  expect(refused.status).toBe(402);
  const { error } = (await refused.json()) as { error: { message: string } };
  const [, command = ''] = /To go on: `crossfeed (.+)`$/.exec(error.message) ?? [];
  expect(command).toBe('budget raise month 1');
  expect((await crossfeed(...command.split(' '))).code).toBe(0);
  expect((await ask(program.url)).status).toBe(200);
  const [state] = JSON.parse((await crossfeed('budget', '--json')).out) as Listed[];
  expect(state).toMatchObject({ budget: { id: 'month', nanoAiu: 1_000_001_000 }, reservedNanoAiu: 0 });
  program.kill('SIGTERM');
  await program.exited;
  // Without a server the ledger says the same.
  expect(JSON.parse((await crossfeed('budget', '--json')).out)).toEqual([state]);
  expect((await crossfeed('budget')).out.split('\t')[0]).toBe('month');
  expect((await crossfeed('budget', 'remove', 'month')).code).toBe(0);
  expect((await crossfeed('budget', 'list', '--json')).out).toBe('[]\n');
});

test('a key of its own budget, made in one step', async () => {
  const { home, env } = await rig();
  const added = await runToEnd(home, ['keys', 'add', 'ci', '--budget', '0.000001/month', '--json'], env);
  expect(added).toMatchObject({ code: 0 });
  const { key: secret } = JSON.parse(added.out) as { key: string };
  const program = await startProgram(home, [], env);
  expect((await ask(program.url)).status).toBe(200);
  const refused = await ask(program.url, { 'x-api-key': secret });
  expect(refused.status).toBe(402);
  expect(await refused.text()).toContain('crossfeed budget raise month-key-ci ');
});

test.each([
  [['budget', 'set', 'much', '--per', 'month'], 2, /no number of credits/],
  [['budget', 'set', '5', '--per', 'week'], 2, /--per is request, session, day, month or ever/],
  [['budget', 'set', '5', '--per', 'day key=ci'], 2, /not "day key=ci"; --key, --project/],
  [['budget', 'set', '5', '--per', 'day soft'], 2, /not "day soft"/],
  [['budget', 'set', '5', '--per', 'day', '--soft', '--ask'], 2, /choose one/],
  [['budget', 'set', '5', '--per', 'day', '--key', 'nobody'], 2, /no key "nobody"/],
  [['budget', 'raise', 'month', '5'], 2, /no budget "month": there is none yet/],
  [['keys', 'add', 'ci', '--budget', '5'], 2, /--budget takes/],
] as const)('%j ends with %i', async (args, code, message) => {
  const ended = await runToEnd(temporaryFolder(), args);
  expect(ended.code).toBe(code);
  expect(ended.err).toMatch(message);
});

test('budgets of the settings: a wrong one ends with 78, a right one is not changed by command', async () => {
  const home = temporaryFolder();
  const wrong = await runToEnd(home, ['start', '--simulate'], { CROSSFEED_BUDGETS: '5 per moon' });
  expect(wrong.code).toBe(78);
  expect(wrong.err).toContain('CROSSFEED_BUDGETS: "5 per moon" is no budget; allowed is a list of budgets like');
  const env = { CROSSFEED_BUDGETS: '5 per day' };
  const raised = await runToEnd(home, ['budget', 'raise', 'day', '5'], env);
  expect([raised.code, raised.err]).toEqual([2, expect.stringContaining('The settings say "5 per day"')]);
  expect((await runToEnd(home, ['budget'], env)).out).toMatch(/^day\t0\t0\t5\t5\tday\thard\tall\t.*\tsettings\n$/);
});

test('a proxy that dies in the middle of a call has spent what it reserved, after its next start', async () => {
  const { simulator, home, env: known } = await rig();
  const env = { ...known, CROSSFEED_BUDGETS: '100 per month' };
  const program = await startProgram(home, [], env);
  simulator.addFault({ on: '/v1/messages', do: { kind: 'slow-first-byte', delayMs: 60_000 } });
  const asked = ask(program.url).catch(() => undefined);
  await vi.waitFor(() => expect(simulator.requestsTo('/v1/messages')).toHaveLength(1), { timeout: 5_000 });
  const listed = async () => {
    const [state] = JSON.parse((await runToEnd(home, ['budget', '--json'], env)).out) as Listed[];
    return state ?? expect.fail('no budget');
  };
  const { reservedNanoAiu } = await listed();
  expect(reservedNanoAiu).toBeGreaterThan(0);
  // A second proxy on the same home is refused, and takes nothing for left behind.
  expect((await runToEnd(home, ['start', '--port', '0'], env)).code).toBe(1);
  expect(await listed()).toMatchObject({ spentNanoAiu: 0, reservedNanoAiu });
  process.kill(program.pid, 'SIGKILL');
  await program.exited;
  await asked;
  // Nothing runs, and what the dead one held is still held.
  expect(await listed()).toMatchObject({ spentNanoAiu: 0, reservedNanoAiu });
  await startProgram(home, [], env);
  await vi.waitFor(
    async () => expect(await listed()).toMatchObject({ spentNanoAiu: reservedNanoAiu, reservedNanoAiu: 0 }),
    { timeout: 10_000 },
  );
});

test('--manual: the owner allows and denies from another terminal; a caller key cannot', async () => {
  const { simulator, home, env } = await rig();
  const crossfeed = (...args: string[]) => runToEnd(home, args, env);
  const program = await startProgram(home, ['--manual'], env);
  const first = ask(program.url);
  const waiting = async (count: number) => {
    let calls: { id: string }[] = [];
    await vi.waitFor(
      async () => {
        calls = JSON.parse((await crossfeed('approvals', '--json')).out) as { id: string }[];
        expect(calls).toHaveLength(count);
      },
      { timeout: 10_000 },
    );
    return calls;
  };
  await waiting(1);
  expect((await crossfeed('approvals')).out).toMatch(
    /^#1 claude-haiku-5\.5, about [\d.]+ (?:to [\d.]+ )?credits; key default, session [0-9a-f]{16}.*; every call is asked about\n$/,
  );
  const byKey = await fetch(`${program.url}/crossfeed/v1/approvals`, { headers: { 'x-api-key': key } });
  expect(byKey.status).toBe(404);
  expect(simulator.requestsTo('/v1/messages')).toEqual([]);
  expect((await crossfeed('approvals', 'allow', '1')).out).toBe('Call #1 may go up.\n');
  expect((await first).status).toBe(200);
  const second = ask(program.url);
  await waiting(1);
  expect((await crossfeed('approvals', 'deny', '#2')).code).toBe(0);
  expect((await second).status).toBe(403);
  expect((await crossfeed('approvals', 'allow', '2')).err).toContain('No call #2 waits');
  const watching = runProgram(home, ['approvals', 'watch'], env);
  const third = ask(program.url);
  await watching.says('#3 claude-haiku-5.5');
  watching.kill('SIGINT');
  expect(await watching.exited).toBe(0);
  expect((await crossfeed('approvals', 'allow', '3', '--session')).code).toBe(0);
  expect((await third).status).toBe(200);
  expect((await ask(program.url)).status).toBe(200);
});
