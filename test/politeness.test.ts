/** The proxy's manners towards GitHub, end to end: pace, turns, and the waits that GitHub asks for. */
import { expect, test } from 'vitest';
import type { Fault } from '../src/simulator/index.ts';
import { faces, limited, usePacedProxy } from './support/paced-proxy.ts';

const { current, start, post, ask, limits, eventually, untilQueued, seen, untilSeen, untilQuiet, texts } =
  usePacedProxy();

test('in a storm of 429s GitHub sees the first, and then nothing for as long as it asked', async () => {
  await start({}, { scenario: { faults: [limited('90', 1_000)] } });
  const replies = await Promise.all(Array.from({ length: 100 }, (_, index) => ask(`say n${index}`)));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([429]));
  expect(replies.every(({ headers }) => Number(headers.get('retry-after')) >= 89)).toBe(true);
  // Those that were under way before the first answer; all others were answered here.
  expect(seen().length).toBeLessThanOrEqual(16);
  const before = seen().length;
  current().clock.advance(29_000);
  expect((await ask('say again')).status).toBe(429);
  expect(seen()).toHaveLength(before);
  await untilQuiet();
});

test('short waits are sat out by few: GitHub sees at most a tenth more than was asked', async () => {
  await start({ burst: 1_000, perSecond: 1_000, concurrency: 1_000 }, { scenario: { faults: [limited('1', 10_000)] } });
  const asked = Array.from({ length: 200 }, (_, index) => ask(`say n${index}`));
  for (let done = false; !done;) {
    current().clock.advance(1_000);
    done = await Promise.race([
      Promise.all(asked).then(() => true),
      new Promise<false>((go) => setTimeout(go, 20, false)),
    ]);
  }
  expect(seen().length).toBeLessThanOrEqual(220);
});

test('Retry-After holds every caller of the account, then they go one by one', async () => {
  await start({}, { scenario: { faults: [limited('30')] } });
  const first = await ask('say first');
  expect(first.status).toBe(429);
  expect(first.headers.get('retry-after')).toBe('30');
  const others = ['second', 'third', 'fourth'].map((word) => ask(`say ${word}`));
  await untilQueued(3);
  expect(limits().heldUntil).toBe(current().clock.now() + 30_000);
  const own = await fetch(`${current().url}/crossfeed/v1/status`, {
    headers: { authorization: `Bearer ${current().key}` },
  });
  expect(await own.json()).toMatchObject({ limits: limits() });
  current().clock.advance(29_999);
  expect(seen()).toHaveLength(1);
  current().clock.advance(1);
  await untilSeen(2);
  expect(limits()).toMatchObject({ queued: 2, perSecond: 2, concurrency: 8, heldUntil: null });
  current().clock.advance(1_000);
  expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(
    current()
      .events.filter(({ type }) => type === 'admitted')
      .map((event) => 'waitedMs' in event && event.waitedMs),
  ).toEqual([0, 30_000, 30_500, 31_000]);
});

test('a wait that is short enough to be sat out unseen holds the others too', async () => {
  await start({}, { scenario: { faults: [limited('2')] } });
  const first = ask('say first');
  await eventually(() => expect(limits().heldUntil).toBe(current().clock.now() + 2_000));
  const second = ask('say second');
  await untilQueued(1);
  current().clock.advance(1_999);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(seen()).toHaveLength(1);
  current().clock.advance(1_000);
  expect([(await first).status, (await second).status]).toEqual([200, 200]);
  expect(seen()).toHaveLength(3);
});

test('a rate limit inside a stream holds the others too', async () => {
  const fault: Fault = {
    on: '/v1/messages',
    do: { kind: 'error-event', afterEvents: 3, code: 'rate_limit_error', message: 'slow down' },
  };
  await start({}, { scenario: { faults: [fault] } });
  const { path, body } = faces.messages;
  await (await post(path, { ...body('hi'), stream: true })).text();
  expect(limits().heldUntil).toBeGreaterThan(current().clock.now());
});

test('any answer but a limit shows that GitHub serves again', async () => {
  const failure: Fault = { on: '/chat/completions', do: { kind: 'status', status: 500, body: '{}' } };
  await start({}, { scenario: { faults: [limited('30'), failure] } });
  await ask('say first');
  current().clock.advance(45_000);
  expect((await ask('say second')).status).toBe(502);
  expect(limits().perSecond).toBe(2.25);
});

test('waiting for a gap: exactly one call a gap, where the peer lets all go together', async () => {
  await start({ minGapMs: 20_000, wait: true });
  const asked = Array.from({ length: 6 }, (_, index) => ask(`say n${index}`));
  await untilQueued(5);
  for (let gap = 1; gap < 6; gap += 1) {
    current().clock.advance(19_999);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen()).toHaveLength(gap);
    current().clock.advance(1);
    await untilSeen(gap + 1);
  }
  expect((await Promise.all(asked)).every(({ status }) => status === 200)).toBe(true);
});

test('without waiting, what comes within the gap is told how much of it is left', async () => {
  await start({ minGapMs: 20_000 });
  expect((await ask('say first')).status).toBe(200);
  current().clock.advance(5_000);
  const refused = await ask('say second');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('15');
  expect(await refused.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  expect(seen()).toHaveLength(1);
});

test('a human turn goes before the steps of agents', async () => {
  await start({ minGapMs: 1_000, wait: true });
  const step = (word: string) => ({
    model: 'gpt-4.1',
    messages: [
      { role: 'user', content: `say ${word}` },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: 'done' },
    ],
  });
  const asked = [ask('say first')];
  await untilSeen(1);
  for (const [index, word] of ['agent1', 'agent2'].entries()) {
    asked.push(post(faces.chat.path, step(word)));
    await untilQueued(index + 1);
  }
  asked.push(ask('say human'));
  await untilQueued(3);
  for (let gap = 2; gap <= 4; gap += 1) {
    current().clock.advance(1_000);
    await untilSeen(gap);
  }
  expect(texts()).toEqual(['first', 'human', 'agent1', 'agent2']);
  expect((await Promise.all(asked)).every(({ status }) => status === 200)).toBe(true);
});

test('a call that its client declares its own is no human turn, and GitHub sees the declaration', async () => {
  await start({ minGapMs: 1_000, wait: true });
  const asked = [ask('say first')];
  await untilSeen(1);
  const declared = { 'x-interaction-type': 'conversation-subagent' };
  asked.push(post(faces.chat.path, faces.chat.body('say subagent'), undefined, declared));
  await untilQueued(1);
  asked.push(ask('say human'));
  await untilQueued(2);
  for (let gap = 2; gap <= 3; gap += 1) {
    current().clock.advance(1_000);
    await untilSeen(gap);
  }
  await Promise.all(asked);
  expect(texts()).toEqual(['first', 'human', 'subagent']);
  expect(seen().map(({ headers }) => headers['x-initiator'])).toEqual(['user', 'user', 'agent']);
  expect(seen()[2]?.headers).toMatchObject(declared);
});

test('a begun answer that is asked for in a turn of its own goes up as a person’s turn', async () => {
  await start({});
  const messages = [
    { role: 'user', content: 'say more' },
    { role: 'assistant', content: 'It was' },
  ];
  for (const model of ['claude-opus-5.5', 'claude-haiku-4.5']) {
    const { status } = await post(faces.messages.path, { model, max_tokens: 100, messages });
    expect(status).toBe(200);
  }
  // The older model takes the answer as it was begun.
  const asked = current().simulator.requests.filter(({ path }) => path === '/v1/messages');
  expect(asked.map(({ headers }) => headers['x-initiator'])).toEqual(['user', 'agent']);
  expect(current().simulator.breaches).toEqual([]);
});

test('a noisy account does not hold up its neighbour', async () => {
  await start({ concurrency: 4, maxQueued: 8 });
  current().simulator.addFault({ on: '/chat/completions', times: 4, do: { kind: 'slow-first-byte', delayMs: 60_000 } });
  const leaving = new AbortController();
  const noisy = Array.from({ length: 12 }, () => post(faces.chat.path, faces.chat.body('say noise'), leaving.signal));
  await eventually(() => expect(limits()).toMatchObject({ running: 4, queued: 8 }));
  const authorization = 'Bearer cf_key-of-the-neighbour';
  for (let round = 0; round < 4; round += 1) {
    const reply = await post(faces.chat.path, faces.chat.body('say hi'), undefined, { authorization });
    expect(reply.status).toBe(200);
  }
  const admitted = current().events.filter((event) => event.type === 'admitted');
  expect(admitted.slice(4)).toEqual(Array.from({ length: 4 }, () => expect.objectContaining({ waitedMs: 0 })));
  leaving.abort();
  await Promise.allSettled(noisy);
  await untilQuiet();
});
