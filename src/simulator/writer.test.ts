import { expect, test } from 'vitest';
import { spokenPieces, type Ask, type OfferedTool, type SpokenPiece, type Turn } from './conversation.ts';
import { readMarkers } from './markers.ts';
import { writeReply } from './writer.ts';

const user = (text: string): Turn => ({ role: 'user', text });
const tool = (name: string): OfferedTool => ({
  name,
  form: 'function',
  schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
});

function write(text: string, changed: Partial<Ask> = {}) {
  const ask: Ask = {
    turns: [user(text)],
    tools: [],
    choice: { kind: 'auto' },
    parallel: true,
    schema: undefined,
    thinks: false,
    stops: [],
    maxOutputTokens: undefined,
    ...changed,
  };
  return writeReply(ask, readMarkers(text));
}

const brief = (piece: SpokenPiece) => (piece.kind === 'call' ? `${piece.tool.name} ${piece.input}` : piece.text);
const said = (text: string, changed: Partial<Ask> = {}) =>
  spokenPieces(write(text, changed).pieces).map(brief).join('|');

test('the same prompt gets the same answer, and the answer is about it', () => {
  expect(said('Why is the sky blue?')).toBe(said('Why is the sky blue?'));
  expect(said('Why is the sky blue?')).toContain('“Why is the sky blue?”');
  expect(said('Why?')).not.toBe(said('When?'));
});

test.each([
  [
    'the prompt speaks of',
    'How is the weather in New York?',
    [tool('get_weather'), tool('get_time')],
    'get_weather {"city":"New York"}',
  ],
  [
    'several are spoken of',
    'Use get_weather and get_time for Rome',
    [tool('get_weather'), tool('get_time')],
    'get_weather {"city":"Rome"}|get_time {"city":"Rome"}',
  ],
  ['camel case', 'How is the weather in Rome?', [tool('getWeather')], 'getWeather {"city":"Rome"}'],
])('a tool is called when %s', (_, prompt, tools, expected) => {
  expect(said(prompt, { tools })).toBe(expected);
});

test('of several calls only the first goes out where parallel ones are off', () => {
  const tools = [tool('get_weather'), tool('get_time')];
  const prompt = 'Use get_weather and get_time for Rome';
  expect(write(prompt, { tools, parallel: false })).toMatchObject({
    ending: 'calls',
    pieces: [{ tool: { name: 'get_weather' } }],
  });
  expect(write(prompt, { tools, parallel: false }).pieces).toHaveLength(1);
});

test.each([
  ['none', { kind: 'none' }, 'You asked'],
  ['any', { kind: 'any' }, 'get_weather {"city":'],
  ['a name', { kind: 'named', name: 'get_time' }, 'get_time {"city":'],
] as const)('a choice of %s is obeyed', (_, choice, expected) => {
  expect(said('Tell me of weather', { tools: [tool('get_weather'), tool('get_time')], choice })).toContain(expected);
});

test('everyday words among a dozen tools call nothing', () => {
  const tools = ['Task', 'Bash', 'Glob', 'Grep', 'Read', 'Edit', 'Write', 'Search'].map(tool);
  expect(said('Search the web and write me a poem', { tools })).toContain('You asked');
});

test('a marked call goes out once, and its result ends the turn', () => {
  const prompt = 'Look it up. [[sim:tool get_weather {"city":"Oslo"}]]';
  expect(said(prompt, { tools: [tool('get_weather')] })).toBe('get_weather {"city":"Oslo"}');
  const turns: Turn[] = [user(prompt), { role: 'assistant', text: '' }, { role: 'tool', text: 'minus four' }];
  expect(said(prompt, { turns, tools: [tool('get_weather')] })).toBe(
    'The tool answered: minus four. That is all I needed.',
  );
});

test.each([
  [
    'a schema',
    { type: 'object', required: ['title'], properties: { title: { type: 'string' } } },
    '{"title":"Fix the bug"}',
  ],
  ['any JSON', {}, '{"answer":"You asked'],
])('%s gets JSON', (_, schema, expected) => {
  expect(said('Fix the bug', { schema })).toContain(expected);
});

test.each([
  ['Generate a short title for this conversation.', 'Fix the login bug'],
  ['Is this a new topic? Answer as JSON with isNewTopic and title.', '{"isNewTopic":true,"title":"Fix the login bug"}'],
])('a coding tool that asks %j gets it', (order, expected) => {
  expect(said('', { turns: [{ role: 'system', text: order }, user('Fix the login bug')] })).toBe(expected);
});

test('thinks first where thinking is on or marked', () => {
  expect(write('Hello', { thinks: true }).pieces.map((piece) => piece.kind)).toEqual(['thinking', 'text']);
  expect(write('Hello [[sim:think]]').pieces.map((piece) => piece.kind)).toEqual(['thinking', 'text']);
});

test.each([
  ['the limit', { maxOutputTokens: 2 }, { ending: 'length', pieces: [{ text: 'You aske' }] }],
  [
    'the limit within the thought',
    { maxOutputTokens: 1, thinks: true },
    { ending: 'length', pieces: [{ kind: 'thinking', text: 'The ' }] },
  ],
  [
    'a stop sequence',
    { stops: ['asked'] },
    { ending: 'stop-sequence', stoppedBy: 'asked', pieces: [{ text: 'You ' }] },
  ],
])('%s cuts the answer', (_, changed, expected) => {
  expect(write('Hello', changed)).toMatchObject(expected);
});

test('long and refused answers by marker', () => {
  expect(said('[[sim:long 5]]')).toBe('word1 word2 word3 word4 word5');
  expect(write('[[sim:refuse]]')).toEqual({ pieces: [], ending: 'filtered' });
});
