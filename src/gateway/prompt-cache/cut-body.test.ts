/** A body that is cut with what is known of an earlier one gives the blocks that it gives alone, whatever changed between them. */
import { expect, test } from 'vitest';
import type { Endpoint } from '../../canonical/protocol-id.ts';
import { cutBody, type CutBody, type CutPart } from './cut-body.ts';
import { cutSystem, cutTools, cutTurns, firstTurn } from './cut-prompt.ts';

type Said = Record<string, unknown>;

const long = (seed: string, words = 500) => Array.from({ length: words }, (_, at) => `${seed}é${at}"\\`).join(' ');
const tools = ['Read', 'Bash', 'Edit'].map((name) => ({ name, description: long(name, 40) }));
const user = (content: unknown): Said => ({ role: 'user', content });
const turns: readonly Said[] = Array.from({ length: 24 }, (_, at) =>
  at % 2 === 0
    ? user(long(`q${at}`))
    : {
        role: 'assistant',
        content: [
          { type: 'text', text: long(`a${at}`) },
          { type: 'thinking', thinking: 'x' },
        ],
      },
);
const marked = user([{ type: 'text', text: long('q10'), cache_control: { type: 'ephemeral' } }]);
const opening: readonly Said[] = [{ role: 'system', content: 'Be brief.' }];

const bodyOf = (body: Said) => Buffer.from(JSON.stringify(body));
function cut(endpoint: Endpoint, body: Buffer, known: readonly CutPart[] = []): CutBody {
  const found = cutBody(endpoint, body, known);
  if (found === undefined) throw new Error('nothing was cut');
  return found;
}

const before: Said = { model: 'm', system: long('rule', 60), tools, messages: turns };
const changed = (change: (said: Said[]) => void): Said => {
  const said = [...turns];
  change(said);
  return { ...before, messages: said };
};

const rows: readonly (readonly [string, Said])[] = [
  ['the same', before],
  ['more turns', changed((said) => said.push(user('and now?')))],
  ['a marker within', changed((said) => said.splice(10, 1, marked))],
  ['a turn that changed', changed((said) => said.splice(12, 1, user('else')))],
  ['a turn that is gone', changed((said) => said.splice(3, 1))],
  ['a new first turn', changed((said) => said.unshift(user('first')))],
  ['fewer turns', changed((said) => said.splice(14))],
  ['no turn', { ...before, messages: [] }],
  ['another system prompt', { ...before, system: 'else' }],
  ['a system turn in front', { ...before, messages: [...opening, ...turns] }],
  ['tools that changed', { ...before, tools: tools.slice(1) }],
  ['tools behind the turns', { messages: turns, system: before['system'], tools }],
  ['no tools, and no system prompt', { model: 'm', messages: turns }],
  ['null for both', { tools: null, system: null, instructions: 'i', messages: turns }],
  ['the words of Responses', { instructions: 'i', input: turns }],
  ['a text', { instructions: 'i', input: long('text') }],
  ['what is no turn', { messages: [1, null, 'x', [], ...turns, 12] }],
];

for (const endpoint of ['/v1/messages', '/chat/completions', '/responses'] as const) {
  test.each(rows)(`${endpoint}: %s`, (_what, now) => {
    const { parts } = cut(endpoint, bodyOf(before));
    expect(parts.length).toBeGreaterThan(6);
    const alone = cut(endpoint, bodyOf(now));
    expect(cut(endpoint, bodyOf(now), parts)).toEqual(alone);
    // Back again, by what was cut of the changed one.
    expect(cut(endpoint, bodyOf(before), alone.parts)).toEqual(cut(endpoint, bodyOf(before)));
    // The same in one piece, of the document that a parser has.
    const parsed = JSON.parse(bodyOf(now).toString('latin1')) as Said;
    const system = cutSystem(parsed['system'] ?? parsed['instructions']);
    const said = parsed['messages'] ?? parsed['input'];
    const list = Array.isArray(said) ? (said as unknown[]) : [user(said)];
    const { blocks } = cutTurns(endpoint, list, firstTurn(endpoint, system.length));
    expect(alone.blocks).toEqual([...cutTools(parsed['tools']), ...system, ...blocks]);
  });
}

test('what goes on is taken over: the very blocks, but for the end', () => {
  const earlier = cut('/v1/messages', bodyOf(before));
  const now = cut('/v1/messages', bodyOf(changed((said) => said.push(user('and now?')))), earlier.parts);
  const old = new Set(earlier.blocks);
  const fresh = now.blocks.filter((block) => !old.has(block));
  expect(fresh.length).toBeLessThan(earlier.blocks.length / 4);
  expect(now.parts).toEqual(earlier.parts);
  for (const [at, part] of now.parts.entries()) expect(part).toBe(earlier.parts[at]);
});

test.each([
  ['spaces', JSON.stringify(before, null, 2)],
  ['a key that stands twice', `{"messages":[1,2],"tools":[{"name":"x"}],${JSON.stringify(before).slice(1)}`],
  ['a key in escapes', JSON.stringify(before).replace('"messages"', String.raw`"\u006dessages"`)],
  ['escapes beyond ASCII', JSON.stringify(before).replaceAll('é', String.raw`\u00e9`)],
])('the same blocks however it is written: %s', (_what, text) => {
  const expected = cut('/v1/messages', bodyOf(before));
  const found = cut('/v1/messages', Buffer.from(text), expected.parts);
  expect(found.blocks).toEqual(expected.blocks);
});

test('a number at the end of a part is not the beginning of a longer one', () => {
  const bodyWith = (digits: number) =>
    Buffer.from(`{"messages":["${'x'.repeat(16 * 1024 - 100)}",${'1'.repeat(digits)},"y"]}`);
  const { parts } = cut('/chat/completions', bodyWith(200));
  expect(parts).toMatchObject([{ after: { turn: 2 } }]);
  expect(cut('/chat/completions', bodyWith(201), parts)).toEqual(cut('/chat/completions', bodyWith(201)));
});

test.each(['', 'null', '[]', '"x"'])('nothing is cut of %j', (text) => {
  expect(cutBody('/responses', Buffer.from(text), [])).toBeUndefined();
});
