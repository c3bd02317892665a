/** A capsule of an exchange is played again offline: the code of today does the same, or says what it does otherwise. */
import { afterEach, expect, test } from 'vitest';
import { readCapsule, type Capsule } from '../src/canonical/capsule.ts';
import { makeCapsule } from '../src/observability/make-capsule.ts';
import { createRedactor } from '../src/observability/redact.ts';
import { replayCapsule } from '../src/replay/replay-capsule.ts';
import { startProxy, type StartedProxy } from './support/start-proxy.ts';

let started: StartedProxy | undefined;
afterEach(async () => {
  await started?.close();
  started = undefined;
});

const versions = { crossfeed: '0.0.0-test', node: '24.0.0' };
const messages = [{ role: 'user', content: 'Was ist eine Kapsel?\tGröße, “so”.' }];
const tool = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

async function ask(path: string, body: object | string): Promise<Capsule> {
  started ??= await startProxy({ capture: { enabled: true } });
  const { url, key, store, proxy } = started;
  const reply = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json', 'x-session-id': 'my-secret-project' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  await reply.text();
  const id = reply.headers.get('x-crossfeed-exchange') ?? '';
  await expect.poll(async () => (await store.exchanges.find(id)) && store.captures.find(id)).toBeDefined();
  const record = await store.exchanges.find(id);
  if (record === undefined) throw new Error('no record');
  const model = (await proxy.models()).find((one) => one.id === record.model) ?? null;
  const capsule = makeCapsule(
    { record, capture: store.captures.find(id), model, versions, now: 1_700_000_000_000 },
    createRedactor(),
  );
  const read = readCapsule(JSON.stringify(capsule));
  if ('problem' in read) throw new Error(read.problem);
  return read.capsule;
}

const same = { up: { kind: 'same' }, down: { kind: 'same' } };

test.each<[what: string, path: string, body: object]>([
  ['a stream as it came', '/v1/messages', { model: 'claude-haiku-5.5', max_tokens: 90, stream: true, messages }],
  ['an answer in one piece', '/v1/messages', { model: 'claude-haiku-5.5', max_tokens: 90, messages }],
  ['one that is asked for as a stream', '/v1/messages', { model: 'claude-haiku-5.5', max_tokens: 999_999, messages }],
  ['a translated stream', '/v1/chat/completions', { model: 'gpt-6.1-sol', stream: true, messages }],
  ['a translated answer', '/v1/messages', { model: 'gpt-6-luna', max_tokens: 90, messages }],
  ['a name in another form', '/v1/messages', { model: 'claude-haiku-5-5', max_tokens: 90, messages }],
  [
    'a stream with a tool call',
    '/v1/chat/completions',
    {
      model: 'gpt-6.1-sol',
      stream: true,
      messages: [{ role: 'user', content: 'Call the tool. [[sim:tool weather]]' }],
      tools: [{ type: 'function', function: { name: 'weather', parameters: tool } }],
    },
  ],
  ['Responses', '/v1/responses', { model: 'gpt-6-luna', input: 'Was?', stream: true }],
  ['embeddings', '/v1/embeddings', { model: 'text-embedding-3-small', input: ['eins', 'zwei'] }],
])('%s is the same when it is played again', async (_, path, body) => {
  const capsule = await ask(path, body);
  expect(capsule.record.outcome).toBe('finished');
  expect(await replayCapsule(capsule)).toEqual(same);
});

test('white space that a capture spells out is JSON again', async () => {
  const body = JSON.stringify({ model: 'claude-haiku-5.5', max_tokens: 90, messages }, null, '\t');
  expect(await replayCapsule(await ask('/v1/messages', body))).toEqual(same);
});

test('what the request itself was refused for, it is refused for again', async () => {
  const capsule = await ask('/v1/messages', { model: 'claude-haiku-5.5', max_tokens: 9 });
  expect(capsule.record.errorCode).toBe('invalid_request');
  expect(await replayCapsule(capsule)).toMatchObject({ up: { kind: 'same' }, down: { kind: 'unknown' } });
});

test('whether there was such a model, a capsule does not know', async () => {
  const capsule = await ask('/v1/messages', { model: 'none-such', max_tokens: 9, messages });
  expect(await replayCapsule(capsule)).toMatchObject({ up: { kind: 'unknown' } });
});

test('a difference that is planted is found, in what goes up and in what comes down', async () => {
  const capsule = await ask('/v1/chat/completions', { model: 'gpt-6.1-sol', stream: true, messages });
  const { bodies, record } = capsule;
  if (!bodies?.sent) throw new Error('nothing was captured');
  const sent = { ...bodies.sent, text: bodies.sent.text.replace('"stream":true', '"stream":true,"planted":1') };
  const answer = { ...bodies.answer, text: bodies.answer.text.replace('simulated', 'planted') };
  const edits = [...record.edits, { rule: 'planted-rule', reason: 'A test made it.' }];
  const report = await replayCapsule({ ...capsule, record: { ...record, edits }, bodies: { ...bodies, sent, answer } });
  expect(report.up).toEqual({
    kind: 'different',
    differences: [
      { path: 'edit planted-rule', before: 'made', after: undefined },
      { path: 'planted', before: 1, after: undefined },
    ],
  });
  expect(report.down).toMatchObject({
    kind: 'different',
    differences: [{ path: expect.stringMatching(/^\[\d+\]\.data\./) as string }],
  });
});

test('without bodies it says what there is', async () => {
  const capsule = await ask('/v1/messages', { model: 'claude-haiku-5.5', max_tokens: 90, messages });
  const { up, down } = await replayCapsule({ ...capsule, bodies: null });
  expect([up, down]).toEqual([up, up]);
  expect(up).toMatchObject({ kind: 'unknown', why: expect.stringContaining('no bodies') as string });
});

test('what was cut is not judged', async () => {
  const capsule = await ask('/v1/messages', { model: 'claude-haiku-5.5', max_tokens: 90, messages });
  const { bodies } = capsule;
  if (!bodies?.received) throw new Error('nothing was captured');
  const received = { ...bodies.received, isCut: true };
  expect(await replayCapsule({ ...capsule, bodies: { ...bodies, received } })).toMatchObject({
    up: { kind: 'same' },
    down: { kind: 'unknown' },
  });
});

test('a capsule names nobody and holds no secret', async () => {
  const token = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
  const body = { model: 'claude-haiku-5.5', max_tokens: 90, messages: [{ role: 'user', content: token }] };
  const capsule = await ask('/v1/messages', body);
  const text = JSON.stringify(capsule);
  for (const secret of [token, started?.key ?? '', 'my-secret-project']) expect(text).not.toContain(secret);
  expect(capsule.record).toMatchObject({
    account: expect.stringMatching(/^account-[0-9a-f]{8}$/) as string,
    keyId: expect.stringMatching(/^key-[0-9a-f]{8}$/) as string,
    session: expect.stringMatching(/^session-[0-9a-f]{8}$/) as string,
    upstreamRequestId: null,
  });
});

test.each([
  ['no JSON', (text: string) => text.slice(0, -20), 'it is not JSON'],
  ['another file', () => '{"name":"x"}', 'no capsule of Crossfeed'],
  ['a newer one', (text: string) => text.replace('capsule/1', 'capsule/2'), 'newer Crossfeed'],
  ['one without its record', (text: string) => text.replace('"record"', '"recorded"'), 'its record is missing'],
  ['a broken body', (text: string) => text.replace('"isCut":false', '"isCut":"no"'), 'its bodies.request is'],
  ['a broken model', (text: string) => text.replace('"supports"', '"support"'), 'its model is missing'],
])('%s is refused in one sentence', async (_, damage, words) => {
  const capsule = await ask('/v1/messages', { model: 'claude-haiku-5.5', max_tokens: 90, messages });
  expect(readCapsule(damage(JSON.stringify(capsule)))).toEqual({ problem: expect.stringContaining(words) as string });
});
