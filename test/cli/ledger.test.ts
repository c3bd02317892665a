/** What was spent, as people and scripts ask for it, read from the file of a home where nothing runs. */
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { csvLine, exportNames, exportRow } from '../../src/cli/export-rows.ts';
import { runProgram } from '../../src/cli/program.ts';
import { parseSince } from '../../src/cli/since-text.ts';
import type { ExchangeRecord } from '../../src/canonical/exchange-record.ts';
import type { Reconciliation } from '../../src/canonical/reconciliation.ts';
import { createSimulator, simulatedGithubToken } from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/open-store.ts';
import { fakeCliContext } from '../support/fake-cli-context.ts';
import { startProgram } from '../support/run-program.ts';
import { sampleEstimate, sampleRecord } from '../support/sample-record.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const session = '3fa9c1ab00000000';
const rows: readonly Partial<ExchangeRecord>[] = [
  { id: 'a', session },
  { id: 'b', session, model: 'gpt-5.2', kind: 'conversation-compaction', client: '=cmd()', program: 'codex' },
  {
    id: 'c',
    session: '77aa000000000000',
    outcome: 'canceled',
    usage: null,
    cost: { nanoAiu: null, source: 'unknown', tier: null },
    estimate: sampleEstimate,
  },
];

async function home() {
  const path = temporaryFolder();
  const store = await openStore({ path: join(path, 'crossfeed.db'), clock: systemClock, onFault: () => undefined });
  const startedAt = systemClock.now() - 60_000;
  for (const row of rows) store.exchanges.record({ ...sampleRecord, startedAt, ...row });
  store.close();
  return async (args: readonly string[], tty = false) => {
    const isTty = { stdin: false, stdout: tty, stderr: tty };
    const context = fakeCliContext({ env: { CROSSFEED_HOME: path }, isTty });
    const code = await runProgram(args, context);
    return { code, out: context.out(), err: context.err() };
  };
}

test('usage by something, as a table, in a pipe and as JSON', async () => {
  const run = await home();
  const table = await run(['usage', '--by', 'model'], true);
  expect(table.out).toMatch(/^MODEL +CALLS +CREDITS +UNKNOWN +PROMPT +CACHED +OUTPUT\n/);
  expect(table.out).toMatch(/\nclaude-opus-5\.5 +2 +0\.42 +1 \(about 0\.50\) +20k +94 % +356\n/);
  expect(table.out).toMatch(/\nall +3 +0\.84 +1 \(about 0\.50\) +39k +94 % +712\n$/);
  expect((await run(['usage', '--by', 'client', '--since', '7d'])).out).toContain(
    'codex\t1\t0.42\t-\t20k\t94 %\t356\n',
  );
  const json = JSON.parse((await run(['usage', '--by', 'session', '--json'])).out) as object;
  expect(json).toMatchObject({ quota: null, ledger: { by: 'session', total: { calls: 3, costNanoAiu: 840_000_000 } } });
  expect(JSON.parse((await run(['usage', '--by', 'day', '--since', '1m', '--json'])).out)).toMatchObject({
    ledger: { rows: [{ calls: 3 }] },
  });
});

test('sessions, and the calls of one by the beginning of its id', async () => {
  const run = await home();
  expect((await run(['sessions'])).out.split('\n').map((line) => line.split('\t')[0])).toEqual(
    expect.arrayContaining([session, '77aa000000000000']),
  );
  const { out } = await run(['session', 'show', '3fa9']);
  expect(out.split('\n')[0]).toMatch(/\tclaude-opus-5\.5\t0\.42\t20k\t94 %\t356\t-$/);
  expect(out.split('\n')[1]).toMatch(/\tgpt-5\.2\t0\.42\t.*conversation-compaction; other model than before$/);
  expect((await run(['session', 'show', '77aa'])).out).toMatch(/\tunknown \(about 0\.50\)\t-\t-\t-\tclient left\n$/);
  expect(await run(['session', 'show', 'ffff'])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/no session ffff/),
  });
});

test('an exchange a row, for a spreadsheet and for a script', async () => {
  const run = await home();
  const csv = (await run(['export', '--csv'])).out.split('\r\n');
  expect(csv[0]).toBe(exportNames.join(','));
  expect(csv).toHaveLength(5);
  expect(csv[2]).toContain(",'=cmd(),");
  const lines = (await run(['export', '--since', '1h'])).out.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    {
      id: 'a',
      inputTokens: 1234,
      cacheReadTokens: 18_432,
      cacheWriteTokens: null,
      reasoningTokens: 100,
      costNanoAiu: 420_000_000,
    },
    { id: 'b', program: 'codex', costSource: 'reported' },
    { id: 'c', inputTokens: null, costNanoAiu: null, costSource: 'unknown', estimatedNanoAiu: sampleEstimate.nanoAiu },
  ]);
  expect((await run(['export', '--until', '2020-01-01'])).out).toBe('');
  expect(Object.keys(exportRow(sampleRecord))).toEqual(exportNames);
});

test.each([
  [['usage', '--by', 'colour'], /--by takes model, session/],
  [['usage', '--by', 'day', '--since', 'yesterday'], /--since takes 7d, 12h or a day/],
  [['sessions', '-n', '0'], /--lines takes a number/],
  [['session', 'show', 'xyz'], /session's id/],
  [['export', '--csv', '--jsonl'], /not both/],
])('%j is refused in one sentence', async (args, words) => {
  const run = await home();
  expect(await run(args)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(words) });
});

test('a day begins at its midnight here', () => {
  vi.stubEnv('TZ', 'Asia/Tokyo');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(parseSince('2026-11-01', 0, '--since')).toBe(Date.parse('2026-10-31T15:00:00Z'));
  expect(parseSince('2026-11-01T08:00Z', 0, '--since')).toBe(Date.parse('2026-11-01T08:00:00Z'));
  expect(parseSince('2h', 10_000_000, '--since')).toBe(2_800_000);
});

test.each([
  [['a', 1, null, true], 'a,1,,true\r\n'],
  [['a "b", c', 'd\ne'], '"a ""b"", c","d\ne"\r\n'],
  [['-1', '@x', '=1+1'], "'-1,'@x,'=1+1\r\n"],
])('%j as a line of CSV', (values, line) => {
  expect(csvLine(values)).toBe(line);
});

test('through a running proxy: spent, sessions, and the balance set against the ledger', async () => {
  const simulator = createSimulator({ scenario: { spentCredits: 0 } });
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  const path = temporaryFolder();
  const env = {
    CROSSFEED_HOME: path,
    CROSSFEED_GITHUB_URL: url,
    CROSSFEED_GITHUB_API_URL: url,
    CROSSFEED_COPILOT_API_URL: url,
    CROSSFEED_API_KEY: 'my-own-keyring',
    CROSSFEED_GITHUB_TOKEN: simulatedGithubToken,
  };
  const run = async (args: readonly string[]) => {
    const context = fakeCliContext({ env });
    const code = await runProgram(args, context);
    return { code, out: context.out(), err: context.err() };
  };
  const program = await startProgram(path, [], env);
  const spend = async () => {
    const reply = await fetch(`${program.url}/v1/responses`, {
      method: 'POST',
      headers: { authorization: 'Bearer my-own-keyring', 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-6.1-sol', input: `Speak. ${'All of it. '.repeat(2000)}` }),
    });
    expect(reply.status).toBe(200);
    await reply.text();
  };
  await run(['usage']);
  await spend();
  const bill = Number(simulator.state.ledger['spentNanoAiu']);
  await vi.waitFor(async () =>
    expect(JSON.parse((await run(['usage', '--by', 'model', '--json'])).out)).toMatchObject({
      ledger: { rows: [{ name: 'gpt-6.1-sol', calls: 1, costNanoAiu: bill }] },
    }),
  );
  expect(JSON.parse((await run(['sessions', '--json'])).out)).toMatchObject([{ calls: 1, costNanoAiu: bill }]);
  const found = JSON.parse((await run(['usage', '--reconcile', '--json'])).out) as Reconciliation;
  expect(found).toMatchObject({ unit: 'credits', ledgerNanoAiu: bill, unknownCalls: 0 });
  expect(Math.abs(found.balanceUsed - bill / 1e9)).toBeLessThanOrEqual(2 * found.step);
  expect((await run(['usage', '--reconcile'])).out).toMatch(/\nelsewhere\t.*within a step of the balance\n/);
});
