/** What a translated answer does besides saying things: beats, stops, and tells what of its ending is ours. */
import { afterEach, expect, test } from 'vitest';
import { goodStreams, type Wire } from './corpora/upstream-rows/good-streams.ts';
import { startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import type { RawAnswer } from './support/raw-upstream.ts';

let rig: RawProxy;
afterEach(() => rig.close());

const turn = { role: 'user', content: 'hi' };
const callers: Readonly<Record<Wire, { path: string; body: object; beat: string }>> = {
  chat: {
    path: '/v1/chat/completions',
    body: { messages: [turn], stream_options: { include_usage: true } },
    beat: ': keep-alive\n\n',
  },
  messages: {
    path: '/v1/messages',
    body: { max_tokens: 5, messages: [turn] },
    beat: 'event: ping\ndata: {"type":"ping"}\n\n',
  },
  responses: { path: '/v1/responses', body: { input: 'hi' }, beat: ': keep-alive\n\n' },
};
const pairs: readonly (readonly [caller: Wire, upstream: Wire])[] = [
  ['chat', 'messages'],
  ['chat', 'responses'],
  ['messages', 'chat'],
  ['messages', 'responses'],
  ['responses', 'chat'],
  ['responses', 'messages'],
];

const ask = (caller: Wire, upstream: Wire, stream: boolean, more: object = {}) =>
  rig.post(callers[caller].path, { ...callers[caller].body, model: `m-${upstream}`, stream, ...more });
const written = (frames: readonly string[]) => frames.map((frame) => `${frame}\n\n`).join('');

async function until(condition: () => boolean) {
  for (let tries = 0; tries < 200 && !condition(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}

test.each(pairs)('%s on %s: heartbeats go on while the upstream thinks', async (caller, upstream) => {
  const answer: RawAnswer = { chunks: [written(goodStreams[upstream].frames.slice(0, 4))], end: 'silence' };
  rig = await startRawProxy(() => answer, { heartbeatMs: 60, silenceMs: 400 });
  const text = await (await ask(caller, upstream, true)).text();
  expect(text.split(callers[caller].beat).length - 1).toBeGreaterThanOrEqual(3);
  expect(text).toMatch(/upstream_stalled|sent nothing for/);
});

test.each([
  ['chat', true, { stop: ['wörld'] }],
  ['chat', false, { stop: ['wörld'] }],
  ['messages', true, { stop_sequences: ['wörld'] }],
  ['messages', false, { stop_sequences: ['wörld'] }],
] as const)('%s (stream: %s): a stop sequence ends the upstream call at once', async (caller, stream, stops) => {
  // It would go on for ever.
  const answer: RawAnswer = { chunks: [written(goodStreams.responses.frames.slice(0, 4))], end: 'silence' };
  rig = await startRawProxy(() => answer, { silenceMs: 60_000 });
  const reply = await ask(caller, 'responses', stream, stops);
  const text = await reply.text();
  expect([reply.status, text]).toEqual([200, expect.stringContaining('Hello ')]);
  expect(text).not.toContain('wörld 😀');
  expect(text).toMatch(caller === 'chat' ? /"finish_reason":"stop"/ : /"stop_sequence":"wörld"/);
  await until(() => rig.upstream.busy === 0);
});

test.each([
  ['messages', 'chat', (text: string) => text.replace('"stop"', '"weird"')],
  ['responses', 'chat', (text: string) => text.replace('"stop"', '"tool_calls"')],
  ['messages', 'chat', (text: string) => text.replace(/data: [^\n]*"finish_reason":"stop"[^\n]*\n\n/, '')],
  ['chat', 'messages', (text: string) => text.replace('"end_turn"', '"weird"')],
  ['chat', 'messages', (text: string) => text.replace(/event: message_delta\n[^\n]*\n\n/, '')],
] as const)(
  'U-044 U-057 U-060 %s on %s: an ending of ours is counted, in both forms',
  async (caller, upstream, odd) => {
    const good = written(goodStreams[upstream].frames);
    let text = good;
    rig = await startRawProxy(() => ({ chunks: [text] }));
    const endings = async () => {
      await (await ask(caller, upstream, true)).text();
      await (await ask(caller, upstream, false)).text();
      return rig.events.flatMap((event) => (event.type === 'ended' ? [event.synthesizedEnding] : [])).slice(-2);
    };
    expect(await endings()).toEqual([false, false]);
    text = odd(good);
    expect(text).not.toBe(good);
    expect(await endings()).toEqual([true, true]);
  },
);

test('U-049 chat: no usage is no usage, never zero', async () => {
  const frames = goodStreams.messages.frames.map((frame) =>
    frame.replaceAll(/,"(?:usage|copilot_usage)":\{[^}]*\}/g, ''),
  );
  rig = await startRawProxy(() => ({ chunks: [written(frames)] }));
  expect(await (await ask('chat', 'messages', true)).text()).not.toContain('_tokens');
  expect(await (await ask('chat', 'messages', false)).text()).not.toContain('_tokens');
  expect(rig.events.filter((event) => event.type === 'usage')).toEqual([]);
});

test('what was said before a broken end is told, and then the error', async () => {
  const chunk = (choices: string) => `data: {"id":"c","choices":${choices}}\n\n`;
  const call = '{"index":0,"id":"a","function":{"name":"f","arguments":"{"}}';
  const blank = `{"index":0,"function":{"arguments":"${' '.repeat(600)}"}}`;
  const text =
    chunk(`[{"index":0,"delta":{"tool_calls":[${call}]}}]`) +
    chunk(`[{"index":0,"delta":{"content":"last words","tool_calls":[${blank}]}}]`);
  rig = await startRawProxy(() => ({ chunks: [text], end: 'silence' }), { silenceMs: 60_000 });
  const said = await (await ask('responses', 'chat', true)).text();
  expect(said).toContain('last words');
  const numbers = [...said.matchAll(/"sequence_number":(\d+)/g)].map(([, number]) => Number(number));
  expect(numbers).toEqual(numbers.map((_, index) => index));
  expect(said).toContain('response.failed');
});
