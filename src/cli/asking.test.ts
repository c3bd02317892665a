/** `status`, `logs` and `stop` against a control socket whose answers the test chooses. */
import { expect, onTestFinished, test } from 'vitest';
import { fakeCliContext } from '../../test/support/fake-cli-context.ts';
import { idleOperations } from '../../test/support/idle-operations.ts';
import { sampleRecord } from '../../test/support/sample-record.ts';
import { sampleStatus } from '../../test/support/sample-status.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { systemClock } from '../base/clock.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { Quota } from '../canonical/quota.ts';
import type { ControlOperations, ServerStatus } from '../control/contract.ts';
import { createControlServer } from '../control/control-server.ts';
import { runProgram } from './program.ts';

async function served(over: Partial<ControlOperations>) {
  const home = temporaryFolder();
  const server = await createControlServer({
    home,
    env: {},
    onFault: () => undefined,
    clock: systemClock,
    operations: {
      ...idleOperations,
      status: () => sampleStatus,
      quota: () => Promise.reject(new Error('GitHub is not asked here')),
      ...over,
    },
  });
  onTestFinished(() => server.close());
  const run = async (args: readonly string[], { tty, colors = false }: { tty: boolean; colors?: boolean }) => {
    const isTty = { stdin: tty, stdout: tty, stderr: tty };
    const context = fakeCliContext({ env: { CROSSFEED_HOME: home }, isTty, colors });
    const code = await runProgram(args, context);
    return { code, out: context.out(), err: context.err() };
  };
  return { server, run };
}

const blocked: ServerStatus = {
  ...sampleStatus,
  accounts: sampleStatus.accounts.map(({ account, upstream }) => ({
    account,
    upstream: {
      ...upstream,
      ready: false,
      blockedSince: sampleStatus.startedAt,
      problem: { code: 'upstream_forbidden', message: 'No seat.\u001b[2J' },
    },
  })),
};

test('status: a table for a person, columns for a pipe, and nothing that moves the cursor', async () => {
  const { run } = await served({ status: () => blocked });
  const table = await run(['status'], { tty: true });
  expect(table.code).toBe(0);
  expect(table.out).toContain('state        running\n');
  expect(table.out).toContain('account      octo on github.com, from device, in the keychain\n');
  expect(table.out).toContain('plan         not known\n');
  expect(table.out).toContain('upstream     not ready: No seat.\\u{1b}[2J\n');
  expect(table.out).toMatch(/^latch {8}holds every call back since .*`crossfeed resume octo`/m);
  expect(table.out).toContain('exchanges    12 (1 failed, 3 canceled)\n');
  expect((await run(['status'], { tty: false })).out).toContain('open\t2\n');
});

test('status --json: the server, and each account with plan and login', async () => {
  const quota: Quota = {
    login: 'octo',
    plan: 'individual_pro',
    sku: 'yearly_subscriber_quota',
    tokenBasedBilling: true,
    resetDate: null,
    snapshots: [],
  };
  const asked: unknown[] = [];
  const { run } = await served({
    quota(args) {
      asked.push(args);
      return quota;
    },
    otherRoadModels: () => ({ models: ['gpt-x'] }),
  });
  const { out } = await run(['debug', '--json', '--roads'], { tty: false });
  expect(JSON.parse(out)).toMatchObject({
    running: true,
    pid: 77,
    counters: sampleStatus.counters,
    upstream: sampleStatus.upstream,
    identity: sampleStatus.identity,
    accounts: [
      {
        account: { name: 'octo', tokenKind: 'ghu_' },
        isDefault: true,
        plan: 'individual_pro (yearly_subscriber_quota)',
        otherRoadModels: ['gpt-x'],
      },
    ],
  });
  expect(asked).toEqual([{ account: 'octo', maxAgeMs: 300_000 }]);
});

const hostile: ExchangeRecord = {
  ...sampleRecord,
  outcome: 'failed',
  status: 400,
  errorCode: 'invalid_request',
  errorMessage: 'bad \u001b]0;owned\u0007 \u202e',
  askedModel: 'x\r\ny\tz',
  model: null,
};

test('logs: words that a caller chose stay words, on a terminal and in a pipe', async () => {
  const { run } = await served({ exchanges: ({ limit }) => [hostile, sampleRecord].slice(0, limit) });
  for (const options of [{ tty: true }, { tty: true, colors: true }, { tty: false }]) {
    const { out } = await run(['logs'], options);
    expect(out.trimEnd().split('\n')).toHaveLength(2);
    expect(out.replaceAll(/\u001b\[\d+m/g, '')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
  }
  const { out } = await run(['logs'], { tty: false });
  const rows = out
    .replace(/\n$/, '')
    .split('\n')
    .map((row) => row.split('\t'));
  expect(rows[0]?.slice(1)).toEqual([
    'x1',
    '200',
    'finished',
    '/v1/messages',
    'claude-opus-5.5',
    'raw',
    '12412',
    '1234',
    '18432',
    '356',
    '0.42',
    '',
    '',
    's1',
  ]);
  expect(rows[1]).toHaveLength(15);
});

test('logs -n asks for so many, and --json has the records whole', async () => {
  const { run } = await served({ exchanges: ({ limit }) => [hostile, sampleRecord].slice(0, limit) });
  expect(JSON.parse((await run(['logs', '-n', '1', '--json'], { tty: false })).out)).toEqual([hostile]);
});

test('logs --session asks for one session, and refuses what is no id', async () => {
  const asked: unknown[] = [];
  const { run } = await served({
    exchanges(args) {
      asked.push(args);
      return [{ ...sampleRecord, session: 'abcd0123abcd0123' }];
    },
  });
  expect((await run(['logs', '--session', 'abcd'], { tty: true })).out).toContain('  abcd0123  ');
  expect(asked).toEqual([{ limit: 20, session: 'abcd' }]);
  expect(await run(['logs', '--session', 'my session'], { tty: true })).toMatchObject({ code: 2 });
});

test('logs --follow: what ends while the past is read comes once, after it', async () => {
  const late = { ...sampleRecord, id: 'late' };
  const both = { ...sampleRecord, id: 'both' };
  const asked = Promise.withResolvers<void>();
  const { run, server } = await served({
    async exchanges() {
      await asked.promise;
      // The answer goes out first: closing finishes what is under way.
      setImmediate(() => void server.close());
      return [both, sampleRecord];
    },
    events(send) {
      send(both);
      send(late);
      asked.resolve();
      return () => undefined;
    },
  });
  const { out } = await run(['logs', '--follow'], { tty: false });
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t')[1]),
  ).toEqual(['x1', 'both', 'late']);
});

test('stop --now says so to the server, and waits until it is gone', async () => {
  const asked: unknown[] = [];
  const { run, server } = await served({
    stop(args) {
      asked.push(args);
      setImmediate(() => void server.close());
      return {};
    },
  });
  expect(await run(['stop', '--now', '--json'], { tty: false })).toMatchObject({
    code: 0,
    out: '{\n  "stopped": true\n}\n',
  });
  expect(asked).toEqual([{ now: true }]);
});

test('a server that fails to answer is told as it said it', async () => {
  const { run } = await served({
    status() {
      throw new Error('the store is gone');
    },
  });
  expect(await run(['status'], { tty: false })).toMatchObject({ code: 1, err: 'crossfeed: the store is gone\n' });
});
