/** What the log writes, where, and what never gets into it. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import type { LogConfig } from '../config/config.ts';
import { createEventLog } from './event-log.ts';
import { createLogger } from './logger.ts';
import type { Logger, LoggerOptions } from './logger.ts';
import { createRedactor } from './redact.ts';
import { sampleRecord } from '../../test/support/sample-record.ts';

const secret = 'marked-secret-0001';
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'crossfeed-log-'));
  folders.push(folder);
  return folder;
}

function memory(): Writable & { text(): string } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return Object.assign(stream, { text: () => text });
}

/** What `write` makes the log say on the terminal. */
async function said(
  config: Partial<LogConfig>,
  write: (log: Logger) => void,
  more: Partial<LoggerOptions> = {},
): Promise<string> {
  const stdout = memory();
  const log = await createLogger({
    config: { level: 'info', format: 'json', file: null, maxFileBytes: 1e6, maxFiles: 2, ...config },
    stdout,
    redactor: createRedactor([secret]),
    ...more,
  });
  write(log);
  await log.close();
  return stdout.text();
}

const parsed = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('json: one object a line, with level, time and message', async () => {
  const text = await said({}, (log) => {
    log.info('Listening', { url: 'http://127.0.0.1:4141' });
    log.debug('not at this level');
  });
  expect(parsed(text)).toEqual([
    { level: 'info', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), msg: 'Listening', url: 'http://127.0.0.1:4141' },
  ]);
});

test('json: an exchange is its record, with the names of its edits and a hint', async () => {
  const failed = { ...sampleRecord, outcome: 'failed', status: 504, errorCode: 'upstream_timeout' } as const;
  const text = await said({}, (log) => {
    log.exchange({ ...sampleRecord, edits: [{ rule: 'include-usage', reason: 'always asked for' }] });
    log.exchange(failed);
    log.exchange({ ...failed, errorCode: 'internal_error' });
    log.exchange({ ...sampleRecord, outcome: 'canceled' });
  });
  const lines = parsed(text);
  expect(lines.map((line) => line['level'])).toEqual(['info', 'warn', 'error', 'info']);
  expect(lines[0]).toMatchObject({
    msg: 'exchange',
    exchange: {
      id: 'x1',
      model: 'claude-opus-5.5',
      edits: ['include-usage'],
      hint: null,
      usage: { outputTokens: 356 },
    },
  });
  expect(lines[1]).toMatchObject({ exchange: { hint: expect.stringContaining('did not answer in time') } });
});

test('pretty: a line for a person, the same words with colours', async () => {
  const write = (log: Logger) => {
    log.exchange(sampleRecord);
    log.warn('Slow', { afterMs: 12, error: new Error('outer', { cause: new Error('inner') }) });
  };
  const text = await said({ format: 'pretty' }, write);
  expect(text).toMatch(/^\d\d:\d\d:\d\d {2}200 {2}\/v1\/messages .* 0\.42 cr\n/);
  expect(text).toMatch(/\n\d\d:\d\d:\d\d {2}warning {2}Slow {2}afterMs=12 {2}error=outer ← inner\n {6}at /);
  const colored = await said({ format: 'pretty' }, write, { colors: true });
  expect(colored).toContain('\u001b[32m200');
  const head = (each: string) =>
    each
      .replaceAll(/\u001b\[\d+m/g, '')
      .split('\n')[0]
      ?.slice(8);
  expect(head(colored)).toBe(head(text));
});

test('without pino-pretty the log is JSON and says so once', async () => {
  const lines = parsed(
    await said({ format: 'pretty' }, (log) => log.info('on'), { loadPretty: () => Promise.resolve(null) }),
  );
  expect(lines.map((line) => line['msg'])).toEqual([expect.stringContaining('pino-pretty'), 'on']);
});

test.each(['json', 'pretty'] as const)('%s: no secret passes, wherever it stands', async (format) => {
  const cause = Object.assign(new TypeError(`deep ${secret}`), { request: { headers: { authorization: secret } } });
  const text = await said({ format }, (log) => {
    log.error(`message ${secret}`, {
      text: secret,
      deep: { list: [{ [secret]: [secret] }] },
      error: new Error(`failed with ${secret}`, { cause }),
      token: 'any-value-at-all',
      body: Buffer.from(secret),
    });
    log.exchange({ ...sampleRecord, outcome: 'failed', errorCode: 'upstream_error', errorMessage: `no ${secret}` });
  });
  expect(text).toContain('[redacted]');
  expect(text).not.toContain(secret);
  expect(text).not.toContain('any-value');
  expect(text).not.toContain('authorization');
});

test.each(['json', 'pretty'] as const)('%s: a hostile name stays on its line', async (format) => {
  const hostile = ['\r\nforged', '\u001b[2J', '\u202egnp.exe', '\u2028line', '\u0085next'];
  const text = await said({ format }, (log) => {
    for (const client of hostile) log.info(client, { client, [client]: 1 });
  });
  expect(text.trimEnd().split('\n')).toHaveLength(hostile.length);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u0080-\u009f\u2028\u202e]/);
});

test('a long text is cut, and a field that refers to itself ends', async () => {
  const loop: Record<string, unknown> = { text: 'x'.repeat(100_000) };
  loop['again'] = loop;
  const text = await said({}, (log) => log.info('on', loop));
  expect(text.length).toBeLessThan(40_000);
  expect(text).toContain('(100000 characters)');
});

test('the file gets JSON whatever the terminal gets, and is its owner’s alone', async () => {
  const file = path.join(await temporaryFolder(), 'deep', 'proxy.log');
  const text = await said({ format: 'pretty', file }, (log) => log.info('on', { secret: 1 }));
  expect(text).toMatch(/ {2}on {2}secret=1\n$/);
  expect(parsed(await readFile(file, 'utf8'))).toMatchObject([{ level: 'info', msg: 'on' }]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('an existing file is appended to and closed to others', async () => {
  const file = path.join(await temporaryFolder(), 'proxy.log');
  await writeFile(file, '{"msg":"before"}\n', { mode: 0o644 });
  await said({ file }, (log) => log.info('after'));
  expect(parsed(await readFile(file, 'utf8')).map((line) => line['msg'])).toEqual(['before', 'after']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('the file is rotated by size, and only so many are kept', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'proxy.log');
  for (let round = 0; round < 6; round += 1)
    await said({ file, maxFileBytes: 2000, maxFiles: 2 }, (log) => {
      for (let count = 0; count < 20; count += 1) log.info('a line of some length', { round, count });
    });
  const files = await readdir(folder);
  expect(files.length).toBeGreaterThan(1);
  expect(files.length).toBeLessThanOrEqual(3);
  for (const each of files) expect((await stat(path.join(folder, each))).mode & 0o777).toBe(0o600);
});

test('a file that cannot be opened is refused at the start', async () => {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'plain'), '');
  await expect(said({ file: path.join(folder, 'plain', 'proxy.log') }, () => {})).rejects.toThrow(/ENOTDIR|EEXIST/);
});

test('a reader that left does not end the program, and a closed log drops what comes', async () => {
  const gone = memory();
  gone.destroy();
  expect(await said({}, (log) => log.info('nobody reads this'), { stdout: gone })).toBe('');
  const stdout = memory();
  const log = await createLogger({
    config: { level: 'info', format: 'json', file: null, maxFileBytes: 1, maxFiles: 1 },
    stdout,
    redactor: createRedactor(),
  });
  await log.close();
  await log.close();
  log.error('too late');
  expect(stdout.text()).toBe('');
});

test('--verbose: every event but the last is a line', async () => {
  const text = await said({ level: 'debug' }, (log) => {
    const listener = createEventLog(log);
    listener({ type: 'admitted', id: 'x1', at: 1, waitedMs: 3 });
    listener({
      type: 'ended',
      id: 'x1',
      at: 2,
      outcome: 'finished',
      status: 200,
      error: null,
      durationMs: 1,
      responseBytes: 1,
      heartbeats: 0,
      synthesizedEnding: false,
    });
  });
  expect(parsed(text)).toEqual([{ level: 'debug', time: expect.any(String), msg: 'x1 admitted', waitedMs: 3 }]);
});
