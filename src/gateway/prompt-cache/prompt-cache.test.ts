/** Prompts before and after a change: which block is named, what is shown of it, which cause is found, and what is kept. */
import { expect, test } from 'vitest';
import { createCacheWorld, modelOf, type Said, type Talk } from '../../../test/support/cache-world.ts';
import type { Endpoint } from '../../canonical/protocol-id.ts';
import { excerpts } from './cache-break.ts';
import { comparePrompts } from './compare-prompts.ts';
import { cutBody } from './cut-body.ts';
import { createPromptMemory, fitTexts, memoryLimits } from './prompt-memory.ts';

const long = (seed: string, words = 400) => Array.from({ length: words }, (_, at) => `${seed}${at}`).join(' ');
const blocksOf = (endpoint: Endpoint, body: object) =>
  cutBody(endpoint, Buffer.from(JSON.stringify(body)), [])?.blocks ?? [];
const user = (text: string): Said => ({ role: 'user', texts: [text] });
const assistant = (text: string): Said => ({ role: 'assistant', texts: [text] });
const tool = (name: string) => ({ name, description: long(name, 40) });

const talk: Talk = {
  tools: ['Read', 'Bash', 'Edit'].map(tool),
  system: [long('rule'), `Today is Sunday. ${long('env')}`],
  turns: [user(long('one')), assistant(long('two')), user(long('three', 900))],
};
const more = [assistant(long('four')), user(long('five'))];
const later = (change: Partial<Talk> = {}): Talk => ({ ...talk, turns: [...talk.turns, ...more], ...change });
const [read, bash, edit] = talk.tools as [Talk['tools'][0], Talk['tools'][0], Talk['tools'][0]];
const [rules, day] = talk.system as [string, string];

test.each<[string, Partial<Talk>, string, string]>([
  [
    'a tool that says something else',
    { tools: [read, { ...bash, description: 'x' }, edit] },
    'tool 1 (Bash)',
    'changed',
  ],
  ['tools in another order', { tools: [read, edit, bash] }, 'tool 1 (Edit)', 'moved'],
  ['a new tool', { tools: [read, tool('Task'), bash, edit] }, 'tool 1 (Task)', 'added'],
  ['a tool that is gone', { tools: [read, edit] }, 'tool 1 (Bash)', 'removed'],
  ['a date', { system: [rules, day.replace('Sunday', 'Monday')] }, 'system block 1', 'changed'],
  ['a new system block', { system: ['Be brief.', rules, day] }, 'system block 0', 'added'],
  ['a turn', { turns: [user('x'), ...talk.turns.slice(1), ...more] }, 'turn 0 user', 'changed'],
  [
    'a turn that is gone',
    { turns: [...talk.turns.slice(0, 1), ...talk.turns.slice(2), ...more] },
    'turn 1 assistant',
    'removed',
  ],
])('the first block that differs: %s', (_what, change, block, kind) => {
  const world = createCacheWorld('/v1/messages');
  world.call(talk);
  expect(world.call(later(change))).toMatchObject({ cause: 'changed', block, alarm: true });
  expect(world.desk.sessionBreaks('s1')).toMatchObject([{ block, change: kind, count: 1 }]);
  expect(world.told).toEqual([block]);
  // The next turn goes on from there.
  const again = later(change);
  expect(world.call({ ...again, turns: [...again.turns, ...more] })).toBeUndefined();
});

test.each<[string, (world: ReturnType<typeof createCacheWorld>) => ReturnType<typeof world.call>, object | undefined]>([
  ['goes on', ({ call }) => call(later()), undefined],
  ['is asked again', ({ call }) => call(talk), undefined],
  [
    'takes a turn back',
    ({ call }) => call({ ...talk, turns: [...talk.turns.slice(0, 2), user(long('else'))] }),
    undefined,
  ],
  [
    'was idle',
    ({ call, clock }) => {
      clock.advance(5 * 60_000);
      return call(later());
    },
    { cause: 'cold', block: null },
  ],
  [
    'goes to another model',
    ({ call }) => call(later(), { model: modelOf('/v1/messages', 'm-two') }),
    { cause: 'model-switch' },
  ],
  ['is lost by the backend', ({ call }) => call(later(), { isLost: true }), { cause: 'backend', block: null }],
  [
    'is compacted in its own word',
    ({ call }) => {
      call(later(), { declared: 'conversation-compaction' });
      return call({ ...talk, turns: [user(long('summary', 100)), ...more] });
    },
    { cause: 'compaction' },
  ],
  [
    'gives work to a sub-agent',
    ({ call }) => call({ tools: [read], system: [long('agent')], turns: [user('do')] }),
    undefined,
  ],
  [
    'wants a title',
    ({ call }) => call({ tools: [], system: ['Write a title.'], turns: talk.turns.slice(0, 1) }),
    undefined,
  ],
])('no alarm where a session %s', (_what, act, expected) => {
  const world = createCacheWorld('/v1/messages');
  world.call(talk);
  const finding = act(world);
  if (expected === undefined) expect(finding?.alarm ?? false).toBe(false);
  else expect(finding).toMatchObject({ ...expected, alarm: false });
  expect(world.told).toEqual([]);
});

test.each<[string, Endpoint, object, object]>([
  [
    'a turn of Chat',
    '/chat/completions',
    { messages: [{ role: 'user', content: 'a' }] },
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] }] },
  ],
  [
    'a turn of Messages',
    '/v1/messages',
    { messages: [{ role: 'user', content: 'a' }] },
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }] },
  ],
  [
    "a tool's result",
    '/v1/messages',
    { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'a' }] }] },
    {
      messages: [
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'a' }] }],
        },
      ],
    },
  ],
  [
    'an output of Responses',
    '/responses',
    { input: [{ type: 'function_call_output', call_id: 'c', output: 'a' }] },
    { input: [{ type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'a' }] }] },
  ],
])('a text that becomes the block that it stands for is no change: %s', (_what, endpoint, before, now) => {
  const hashes = (body: object) => blocksOf(endpoint, body).map(({ hash }) => hash);
  expect(hashes(now)).toEqual(hashes(before));
  expect(hashes(JSON.parse(JSON.stringify(now).replace('"a"', '"b"')) as object)).not.toEqual(hashes(before));
});

test('a backend that loses the prompt again and again is an alarm, told once', () => {
  const world = createCacheWorld('/v1/messages');
  let turns = talk.turns;
  const lose = (isLost: boolean) => world.call({ ...talk, turns: (turns = [...turns, ...more]) }, { isLost });
  world.call(talk);
  expect([lose(true), lose(false), lose(true)].map((found) => found?.alarm)).toEqual([false, undefined, false]);
  expect([lose(true), lose(true)].map((found) => found?.alarm)).toEqual([true, true]);
  expect(world.told).toEqual(['backend']);
});

test('a system prompt that changes is found where the session has no marker, and is another one by its beginning', () => {
  const world = createCacheWorld('/chat/completions');
  world.call(talk, { session: 'before' });
  const changed = later({ system: [rules, day.replace('Sunday', 'Monday')] });
  expect(world.call(changed, { session: 'after' })).toMatchObject({ cause: 'changed', block: 'system block 0' });
});

test('markers are no part of a block, and a text is one', () => {
  const mark = { cache_control: { type: 'ephemeral' } };
  const bare = { system: 'a', messages: [{ role: 'user', content: 'b' }] };
  const marked = {
    system: [{ type: 'text', text: 'a', ...mark }],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'b', ...mark }] }],
  };
  const hashes = (body: object) => blocksOf('/v1/messages', body).map(({ hash }) => hash);
  expect(hashes(marked)).toEqual(hashes(bare));
});

test('what is shown is the part that differs, decoded', () => {
  const rainIn = (city: string) =>
    blocksOf('/v1/messages', { system: `${'é'.repeat(99)} In ${city} it rains. ${'é'.repeat(99)}`, messages: [] });
  const { change } = comparePrompts(rainIn('Zürich'), rainIn('Köln'));
  expect(change).not.toBeNull();
  const { before, after } = excerpts(change!);
  expect(before).toMatch(/^….* In Zürich it rains\. .*…$/);
  expect(after).toMatch(/^….* In Köln it rains\. .*…$/);
});

test('a session of thousands of turns keeps the texts of its latest', () => {
  const messages = Array.from({ length: 5000 }, (_, turn) => ({ role: 'user', content: long(`${turn}`, 100) }));
  const blocks = blocksOf('/v1/messages', { tools: [{ name: 't' }], messages });
  const bytes = fitTexts(blocks);
  expect([blocks[0], blocks.at(-1), blocks.at(-100)].map((block) => block?.text === null)).toEqual([
    false,
    false,
    false,
  ]);
  expect(blocks[1]?.text).toBeNull();
  const texts = blocks.reduce((sum, { text }) => sum + (text?.length ?? 0), 0);
  expect(texts).toBeLessThanOrEqual(memoryLimits.sessionBytes);
  expect(bytes).toBe(texts + blocks.length * 160);
});

test('memory is bounded: by texts in a session, by bytes and by sessions', () => {
  const limits = { ...memoryLimits, sessions: 3, sessionBytes: 20_000, bytes: 40_000 };
  const memory = createPromptMemory(limits);
  const prompt = {
    promptTokens: 1,
    cachedTokens: 1,
    weight: 1,
    endpoint: '/v1/messages',
    isTranslated: false,
    sentAt: 0,
    sentMs: 0,
    ttlMs: 1,
    misses: [],
  } as const;
  for (let at = 0; at < 10; at += 1) {
    const body = {
      tools: [{ name: `t${at}` }],
      messages: Array.from({ length: 9 }, (_, turn) => ({ role: 'user', content: long(`${at}-${turn}`, 900) })),
    };
    const blocks = blocksOf('/v1/messages', body);
    memory.of(`s${at}`, 'k');
    memory.keep(`s${at}`, { modelId: 'm', blocks, parts: [], prompt }, undefined);
    // The newest turns keep theirs, and the tools.
    expect([blocks[0]?.text === null, blocks[1]?.text === null, blocks.at(-1)?.text === null]).toEqual([
      false,
      true,
      false,
    ]);
    expect(memory.bytes).toBeLessThanOrEqual(limits.bytes);
  }
  expect(memory.look('s6')).toBeUndefined();
  expect(memory.look('s9')).toBeDefined();
});
