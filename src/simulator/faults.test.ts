import { expect, test, vi } from 'vitest';
import { payloadsOf, useSimulator } from '../../test/support/use-simulator.ts';
import type { FaultAction } from './index.ts';

const simulator = useSimulator();

const bodies = {
  '/chat/completions': { model: 'gpt-4.1', stream: true, messages: [{ role: 'user', content: 'Hello' }] },
  '/responses': { model: 'gpt-6-luna', stream: true, input: 'Hello' },
  '/v1/messages': {
    model: 'claude-opus-5.5',
    stream: true,
    max_tokens: 500,
    messages: [{ role: 'user', content: 'Hello' }],
  },
} as const;
type Path = keyof typeof bodies;
const paths = Object.keys(bodies) as Path[];

const arm = (on: string, action: FaultAction) => simulator().simulator.addFault({ on, do: action });
const ask = (path: Path) => simulator().post(path, bodies[path]);

/** The end of the whole stream, as the wire shows it. */
const lastWord = {
  '/chat/completions': 'data: [DONE]\n\n',
  '/responses': '"response.completed"',
  '/v1/messages': 'event: message_stop\n',
} as const satisfies Record<Path, string>;

test.each(paths)('%s: a status strikes once, then all is well', async (path) => {
  arm(path, { kind: 'status', status: 429, body: { error: { code: 'x' } }, headers: { 'retry-after': '3' } });
  const struck = await ask(path);
  expect([struck.status, struck.headers.get('retry-after')]).toEqual([429, '3']);
  const well = await ask(path);
  expect(await well.text()).toContain(lastWord[path]);
});

test('a fault on another path, and one that is to skip, do not strike', async () => {
  arm('models', { kind: 'status', status: 500 });
  simulator().simulator.addFault({ on: '/responses', skip: 1, times: 2, do: { kind: 'status', status: 503 } });
  const statuses = [];
  for (let call = 0; call < 4; call += 1) statuses.push((await ask('/responses')).status);
  expect(statuses).toEqual([200, 503, 503, 200]);
});

test.each(paths)('%s: cut ends the connection in the middle', async (path) => {
  arm(path, { kind: 'cut', afterEvents: 3 });
  const reply = await ask(path);
  expect(reply.status).toBe(200);
  await expect(reply.text()).rejects.toThrow('terminated');
  expect(simulator().simulator.requestsTo(path).at(-1)?.ended).toBe('broken-off');
});

test('cut also breaks an answer that is no stream', async () => {
  arm('/chat/completions', { kind: 'cut', afterEvents: 0 });
  const reply = await simulator().post('/chat/completions', { ...bodies['/chat/completions'], stream: false });
  await expect(reply.text()).rejects.toThrow('terminated');
});

const marked = (marker: string, stream: boolean) =>
  simulator().post('/chat/completions', {
    ...bodies['/chat/completions'],
    stream,
    messages: [{ role: 'user', content: `Hello [[sim:${marker}]]` }],
  });

test.each([true, false])('a marker breaks what it stands in, streamed: %s', async (stream) => {
  for (const marker of ['cut 2', 'fault {"kind":"cut","afterEvents":2,"reset":true}'])
    await expect(marked(marker, stream).then((reply) => reply.text())).rejects.toThrow(/terminated|fetch failed/);
  const late = await marked('fault {"kind":"slow-first-byte","delayMs":30}', stream);
  expect([late.status, await late.text()]).toEqual([200, expect.stringContaining('Hello')]);
  const named = await marked('fault {"kind":"headers","headers":{"x-more":"yes"}}', stream);
  expect([named.headers.get('x-more'), await named.text()]).toEqual(['yes', expect.stringContaining('Hello')]);
});

test('reset and silence give no answer at all', async () => {
  arm('/responses', { kind: 'reset' });
  await expect(ask('/responses')).rejects.toThrow('fetch failed');
  arm('/responses', { kind: 'silence' });
  const outcome = ask('/responses').then(
    () => 'answered',
    () => 'no answer',
  );
  await vi.waitFor(() => expect(simulator().simulator.requestsTo('/responses')).toHaveLength(2));
  await simulator().simulator.close();
  expect(await outcome).toBe('no answer');
});

test.each(paths)('%s: a stalled stream counts as open until its client leaves', async (path) => {
  arm(path, { kind: 'stall', afterEvents: 3 });
  const running = simulator().simulator;
  const reply = await ask(path);
  const reader = reply.body?.getReader();
  await reader?.read();
  expect(running.openStreams).toBe(1);
  await reader?.cancel();
  await vi.waitFor(() => expect(running.openStreams).toBe(0));
  expect(running.requestsTo(path).at(-1)?.ended).toBe('client-left');
});

test.each([
  ['/chat/completions', { error: { code: 'overloaded', message: 'gone' } }],
  ['/responses', { type: 'error', code: 'overloaded', message: 'gone' }],
  ['/v1/messages', { type: 'error', error: { type: 'overloaded', message: 'gone' } }],
] as const)('%s: an error comes in the words of the endpoint, and nothing after it', async (path, payload) => {
  arm(path, { kind: 'error-event', afterEvents: 3, code: 'overloaded', message: 'gone' });
  const text = await (await ask(path)).text();
  const events = payloadsOf(text);
  expect(events).toHaveLength(4);
  expect(events.at(-1)).toMatchObject(payload);
});

test.each(paths)('%s: no-terminal leaves nothing that says finished', async (path) => {
  const whole = await (await ask(path)).text();
  arm(path, { kind: 'no-terminal' });
  const text = await (await ask(path)).text();
  expect(whole).toMatch(/finish_reason|response\.completed|stop_reason":"end_turn/);
  expect(text).not.toMatch(/finish_reason|response\.completed|stop_reason":"end_turn|\[DONE\]|message_stop/);
});

test('no-done takes away the last marker alone', async () => {
  arm('/chat/completions', { kind: 'no-done' });
  const text = await (await ask('/chat/completions')).text();
  expect(text).toContain('"finish_reason":"stop"');
  expect(text).not.toContain('[DONE]');
});

test('the shapes of bytes add up and change no character', async () => {
  const whole = await (await ask('/v1/messages')).text();
  arm('/v1/messages', { kind: 'crlf' });
  arm('/v1/messages', { kind: 'split-bytes', size: 1 });
  arm('/v1/messages', { kind: 'headers', headers: { 'content-type': 'text/plain', 'x-more': 'yes' } });
  const reply = await ask('/v1/messages');
  const text = await reply.text();
  expect([reply.headers.get('content-type'), reply.headers.get('x-more')]).toEqual(['text/plain', 'yes']);
  const steady = (stream: string) => stream.replaceAll(/msg_\w+/g, 'msg').replaceAll(/"total_nano_aiu":\d+/g, '');
  expect(text).toContain('\r\n\r\n');
  expect(steady(text.replaceAll('\r\n', '\n'))).toBe(steady(whole));
});

test.each([
  ['text', { text: ': still here\n\n' }, ': still here\n\n'],
  ['base64', { base64: Buffer.from('data: 7\n\n').toString('base64') }, 'data: 7\n\n'],
])('inject puts %s between two events', async (_, what, expected) => {
  arm('/responses', { kind: 'inject', afterEvents: 1, ...what });
  const text = await (await ask('/responses')).text();
  expect(text.indexOf(expected)).toBe(text.indexOf('\n\n') + 2);
});

test('a slow first byte still comes', async () => {
  arm('/responses', { kind: 'slow-first-byte', delayMs: 5 });
  expect(await (await ask('/responses')).text()).toContain('response.completed');
});

test('a leaving client ends a long answer at once', async () => {
  const running = simulator().simulator;
  const body = { ...bodies['/chat/completions'], messages: [{ role: 'user', content: '[[sim:long 200000]]' }] };
  const reply = await simulator().post('/chat/completions', body);
  const reader = reply.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await vi.waitFor(() => expect(running.openStreams).toBe(0));
  expect(running.requestsTo('/chat/completions')[0]?.ended).toBe('client-left');
});

test('another process arms faults and asks what was seen', async () => {
  const { url, simulator: running } = simulator();
  const control = async (method: string, name: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const reply = await fetch(`${url}/_simulator/${name}`, init);
    return { status: reply.status, json: (await reply.json()) as Record<string, unknown[]> };
  };
  expect((await control('POST', 'faults', { on: '/responses' })).status).toBe(400);
  await control('POST', 'faults', [{ on: '/responses', do: { kind: 'status', status: 418, body: 'teapot' } }]);
  expect((await simulator().post('/responses', bodies['/responses'], { 'x-initiator': 'agent' })).status).toBe(418);
  await simulator().post('/responses', bodies['/responses'], { 'x-initiator': 'agent' });
  const { requests } = (await control('GET', 'requests')).json;
  expect(requests).toMatchObject([
    { path: '/responses', status: 418 },
    { path: '/responses', status: 200, json: bodies['/responses'] },
  ]);
  expect((await control('GET', 'breaches')).json['breaches']).toMatchObject([{ rule: 'initiator-forged' }]);
  await control('POST', 'reset');
  expect([running.requests, running.breaches]).toEqual([[], []]);
  expect((await control('GET', 'nothing')).status).toBe(404);
});
