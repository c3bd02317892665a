/** Server and client of the control socket, over a real socket. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { idleOperations } from '../../test/support/idle-operations.ts';
import { sampleRecord } from '../../test/support/sample-record.ts';
import { sampleStatus } from '../../test/support/sample-status.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { systemClock } from '../base/clock.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { ControlOperations } from './contract.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { callControl, watchEvents } from './control-client.ts';
import { createControlServer } from './control-server.ts';
import { parseQuestion } from './request-schema.ts';
import { prepareControlPath } from './socket-path.ts';

interface Started {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly asked: string[];
  readonly faults: Error[];
  readonly watchers: Set<(row: ExchangeRecord) => void>;
}

async function start(more: Partial<ControlOperations> = {}, place?: Pick<Started, 'home' | 'env'>) {
  const { home, env } = place ?? { home: temporaryFolder(), env: {} };
  const started: Started = { home, env, asked: [], faults: [], watchers: new Set() };
  const operations: ControlOperations = {
    ...idleOperations,
    status: () => sampleStatus,
    exchanges: ({ limit }) => Promise.resolve([sampleRecord, { ...sampleRecord, id: 'x2' }].slice(0, limit)),
    exchange: ({ id }) => (id === sampleRecord.id ? sampleRecord : null),
    stop: ({ now }) => {
      started.asked.push(now === true ? 'stop now' : 'stop');
      return {};
    },
    events(send) {
      started.watchers.add(send);
      return () => started.watchers.delete(send);
    },
    ...more,
  };
  const onFault = (error: Error) => void started.faults.push(error);
  const server = await createControlServer({ home, env, operations, onFault, clock: systemClock });
  onTestFinished(() => server.close());
  return { ...started, server };
}

/** Sends raw text and gives the first line that comes back, or '' if the server hangs up. */
function sendRaw(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(path, () => socket.write(text));
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('utf8');
      if (received.includes('\n')) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

test('every question gets its answer', async () => {
  const place = await start();
  expect(await callControl(place, 'status', {})).toEqual(sampleStatus);
  expect(await callControl(place, 'exchanges', { limit: 1 })).toEqual([sampleRecord]);
  expect(await callControl(place, 'exchange', { id: sampleRecord.id })).toEqual(sampleRecord);
  expect(await callControl(place, 'exchange', { id: 'nobody' })).toBeNull();
  expect(await callControl(place, 'stop', {})).toEqual({});
  expect(await callControl(place, 'stop', { now: true })).toEqual({});
  expect(place.asked).toEqual(['stop', 'stop now']);
});

test('a long answer arrives whole', async () => {
  const rows = Array.from({ length: 5000 }, (_, index) => ({ ...sampleRecord, id: `ü${index}` }));
  const place = await start({ exchanges: () => Promise.resolve(rows) });
  expect(await callControl(place, 'exchanges', { limit: 5000 })).toEqual(rows);
});

test('many questions on one connection are answered in their order, however they are cut', async () => {
  const { server } = await start({ exchange: ({ id }) => Promise.resolve({ ...sampleRecord, id }) });
  const line = (id: string) => `${JSON.stringify({ operation: 'exchange', args: { id } })}\n`;
  const ids = await new Promise<string[]>((resolve, reject) => {
    let received = '';
    const socket = connect(server.path, () => {
      for (const piece of (line('a') + line('ü') + line('c')).match(/[^]{1,7}/g) ?? []) socket.write(piece);
    });
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('utf8');
      const lines = received.trim().split('\n');
      if (lines.length < 3) return;
      socket.destroy();
      resolve(lines.map((one) => (JSON.parse(one) as { result: ExchangeRecord }).result.id));
    });
  });
  expect(ids).toEqual(['a', 'ü', 'c']);
});

test.each([
  ['no JSON', 'hello'],
  ['another operation', '{"operation":"shell","args":{}}'],
  ['no arguments', '{"operation":"status"}'],
  ['a wrong argument', '{"operation":"exchanges","args":{"limit":"all"}}'],
  ['a limit beyond', '{"operation":"exchanges","args":{"limit":10001}}'],
  ['more than asked for', '{"operation":"stop","args":{"force":true}}'],
])('%s is refused with a reason, and the server goes on', async (_what, text) => {
  const place = await start();
  expect(JSON.parse(await sendRaw(place.server.path, `${text}\n`))).toMatchObject({
    ok: false,
    error: { code: 'invalid_request', message: expect.stringMatching(/.../) as string },
  });
  expect(place.asked).toEqual([]);
  expect(await callControl(place, 'status', {})).toEqual(sampleStatus);
});

test('a line without end is cut off', async () => {
  const { server } = await start();
  expect(JSON.parse(await sendRaw(server.path, 'x'.repeat(70_000)))).toMatchObject({
    error: { code: 'invalid_request' },
  });
});

test('an operation that throws fails for the one who asked', async () => {
  const place = await start({
    status: () => {
      throw new Error('The store is shut.');
    },
  });
  await expect(callControl(place, 'status', {})).rejects.toMatchObject({
    code: 'failed',
    message: 'The store is shut.',
  });
  expect(place.faults).toHaveLength(1);
  expect(await callControl(place, 'stop', {})).toEqual({});
});

test('an operation that never answers is a time-out', async () => {
  const place = await start({ exchange: () => new Promise(() => undefined) });
  await expect(callControl({ ...place, timeoutMs: 20 }, 'exchange', { id: 'a' })).rejects.toMatchObject({
    code: 'timeout',
  });
});

test('a watcher hears of every exchange until it leaves', async () => {
  const place = await start();
  const leave = new AbortController();
  const heard: string[] = [];
  const watching = watchEvents(
    {
      ...place,
      signal: leave.signal,
      onOpen: () => {
        // The reply is on its way before the subscription: both happen in one step of the server.
        for (const id of ['a', 'b']) for (const send of place.watchers) send({ ...sampleRecord, id });
      },
    },
    (row) => {
      heard.push(row.id);
      if (row.id === 'b') leave.abort();
    },
  );
  await watching;
  expect(heard).toEqual(['a', 'b']);
  await expect.poll(() => place.watchers.size).toBe(0);
});

test('watching ends with the server, and the socket is gone', async () => {
  const place = await start();
  await watchEvents({ ...place, onOpen: () => void place.server.close() }, () => undefined);
  await place.server.close();
  expect(existsSync(join(place.home, 'control.sock'))).toBe(false);
  await expect(callControl(place, 'status', {})).rejects.toMatchObject({ code: 'not_running' });
});

test('stop is answered though the server closes at once', async () => {
  const place = await start({
    stop: () => {
      void place.server.close();
      return {};
    },
  });
  expect(await callControl(place, 'stop', {})).toEqual({});
});

test('an answer that never comes does not hold up the end', async () => {
  const place = await start({ exchange: () => new Promise(() => undefined) });
  const asking = callControl(place, 'exchange', { id: 'a' }).catch((error: unknown) => error);
  await callControl(place, 'status', {});
  await place.server.close();
  expect(await asking).toMatchObject({ code: 'failed' });
});

test('without a server: not running, whatever lies there', async () => {
  const home = temporaryFolder();
  const place = { home, env: {} };
  await expect(callControl(place, 'status', {})).rejects.toMatchObject({
    code: 'not_running',
    message: `Crossfeed is not running on ${home}: start it with \`crossfeed start\`.`,
  });
  await expect(watchEvents(place, () => undefined)).rejects.toMatchObject({ code: 'not_running' });
  await expect(callControl({ home: join(home, 'none'), env: {} }, 'status', {})).rejects.toMatchObject({
    code: 'not_running',
  });
});

test.skipIf(process.platform === 'win32')('the socket is the owner’s alone', async () => {
  const { server, home } = await start();
  expect(server.path).toBe(join(home, 'control.sock'));
  expect(statSync(server.path).mode & 0o777).toBe(0o600);
});

test('a second server on the same home is refused, and the first goes on', async () => {
  const place = await start();
  await expect(start({}, place)).rejects.toMatchObject({ code: 'already_running' });
  expect(await callControl(place, 'status', {})).toEqual(sampleStatus);
});

test.skipIf(process.platform === 'win32')('the socket of a server that was killed is replaced', async () => {
  const home = temporaryFolder();
  const path = join(home, 'control.sock');
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
  expect(existsSync(path)).toBe(true);
  await expect(callControl({ home, env: {} }, 'status', {})).rejects.toMatchObject({ code: 'not_running' });
  const place = await start({}, { home, env: {} });
  expect(await callControl(place, 'status', {})).toEqual(sampleStatus);
});

test.skipIf(process.platform === 'win32')(
  'of many that start beside the socket of a killed server one alone runs: the slower took away the faster’s',
  async () => {
    const homes = Array.from({ length: 30 }, () => temporaryFolder());
    const paths = JSON.stringify(homes.map((home) => join(home, 'control.sock')));
    const script = `let left = ${homes.length}; for (const path of ${paths})
      require('node:net').createServer().listen(path, () => --left || process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script]);
    for (const home of homes) {
      const starts = await Promise.allSettled(Array.from({ length: 16 }, () => start({}, { home, env: {} })));
      expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await callControl({ home, env: {} }, 'status', {})).toEqual(sampleStatus);
      expect(readdirSync(home)).toEqual(['control.sock']);
    }
  },
);

test('a file in the place of the socket is not ours to remove', async () => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'control.sock'), 'mine');
  await expect(start({}, { home, env: {} })).rejects.toMatchObject({ code: 'unusable' });
  expect(readFileSync(join(home, 'control.sock'), 'utf8')).toBe('mine');
});

function longHome(): string {
  const home = join(temporaryFolder(), 'a'.repeat(60), 'b'.repeat(60));
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return home;
}

test.skipIf(process.platform === 'win32')('a home with a long path has its socket in the runtime folder', async () => {
  const runtime = temporaryFolder();
  const home = longHome();
  const place = await start({}, { home, env: { XDG_RUNTIME_DIR: runtime } });
  expect(place.server.path.startsWith(runtime)).toBe(true);
  expect(Buffer.byteLength(place.server.path)).toBeLessThanOrEqual(100);
  expect(readFileSync(join(home, 'control.path'), 'utf8').trim()).toBe(place.server.path);
  expect(statSync(join(place.server.path, '..')).mode & 0o777).toBe(0o700);
  // The caller's shell knows nothing of the runtime folder.
  expect(await callControl({ home, env: {} }, 'status', {})).toEqual(sampleStatus);
});

test.skipIf(process.platform === 'win32')('a runtime folder that somebody else prepared is refused', async () => {
  const runtime = temporaryFolder();
  const place = { home: longHome(), env: { XDG_RUNTIME_DIR: runtime } };
  const folder = join(await prepareControlPath(place), '..');
  const elsewhere = { home: place.home, env: { XDG_RUNTIME_DIR: temporaryFolder() } };
  symlinkSync(folder, join(elsewhere.env.XDG_RUNTIME_DIR, folder.slice(runtime.length + 1)));
  await expect(prepareControlPath(elsewhere)).rejects.toMatchObject({ code: 'unusable' });
});

test('a short home has no use for the record of a long one', async () => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'control.path'), '/elsewhere\n');
  const place = await start({}, { home, env: {} });
  expect(await callControl(place, 'status', {})).toEqual(sampleStatus);
  expect(existsSync(join(home, 'control.path'))).toBe(false);
});

test('what GitHub refuses keeps its code over the socket, and is no fault of the server', async () => {
  const { home, env, faults } = await start({
    quota: () => Promise.reject(new ProxyError('upstream_forbidden', 'No seat.')),
  });
  const asked = callControl({ home, env }, 'quota', {});
  await expect(asked).rejects.toBeInstanceOf(ProxyError);
  await expect(asked).rejects.toMatchObject({ code: 'upstream_forbidden', message: 'No seat.' });
  expect(faults).toEqual([]);
});

test('every operation can be asked for: connectedTools was answered by nobody, since it had no line of the schema', () => {
  for (const operation of Object.keys(idleOperations)) {
    const parsed = parseQuestion({ operation, args: {} });
    expect('problem' in parsed ? parsed.problem : '', operation).not.toContain('discriminator');
  }
  expect(parseQuestion({ operation: 'nobody', args: {} })).toMatchObject({
    problem: expect.stringContaining('discriminator') as unknown,
  });
});
