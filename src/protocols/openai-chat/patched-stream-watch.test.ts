import { expect, test } from 'vitest';
import { watchStream } from '../../../test/support/watch-stream.ts';
import { createPatchedChatWatch, type PatchedChatOptions } from './patched-stream-watch.ts';

const options: PatchedChatOptions = {
  withholdUsage: true,
  mergeChoices: false,
  singleChoice: true,
  mintToolCallId: (index) => `minted_${index}`,
};

const chunk = (choices: unknown, more: object = {}) =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 7, model: 'm', choices, ...more })}\n\n`;
const delta = (body: object, finish: string | null = null, index = 0) =>
  chunk([{ index, delta: body, finish_reason: finish }]);
const call = (body: object) => delta({ tool_calls: [body] });
const usage = chunk([], { usage: { prompt_tokens: 3, completion_tokens: 2 }, copilot_usage: { total_nano_aiu: 9 } });
const done = 'data: [DONE]\n\n';

function play(stream: string, over: Partial<PatchedChatOptions> = {}) {
  const watch = createPatchedChatWatch({ ...options, ...over });
  return { ...watchStream(watch, stream), watch };
}

/** The tool calls as a client puts them together: by index. */
function callsOf(payloads: readonly unknown[]): { id?: string; name: string; arguments: string }[] {
  const calls: { id?: string; name: string; arguments: string }[] = [];
  for (const payload of payloads as {
    choices?: {
      delta: { tool_calls?: { index: number; id?: string; function?: { name?: string; arguments?: string } }[] };
    }[];
  }[]) {
    for (const { index, id, function: details } of payload.choices?.[0]?.delta.tool_calls ?? []) {
      const known = (calls[index] ??= { name: '', arguments: '' });
      if (id !== undefined) known.id ??= id;
      known.name += details?.name ?? '';
      known.arguments += details?.arguments ?? '';
    }
  }
  return calls;
}

const finishes = (payloads: readonly unknown[]) =>
  (payloads as { choices?: { finish_reason?: unknown }[] }[]).flatMap(
    (payload) => payload.choices?.[0]?.finish_reason ?? [],
  );

test('untouched chunks keep their bytes', () => {
  const stream = `data:  {"choices":[{"delta":{"content":"a\\u00e9ü"},"index":0}] , "x":1.50}\n\n${delta({}, 'stop')}${done}`;
  expect(play(stream).text).toBe(stream);
});

test('counts and bill that come in two chunks are one usage, and both chunks stay here', () => {
  const counts = chunk([], { usage: { prompt_tokens: 3, completion_tokens: 2 } });
  const bill = chunk([], { copilot_usage: { total_nano_aiu: 9 } });
  const stream = delta({ content: 'a' }) + delta({}, 'stop') + counts + bill + done;
  const { text, watch } = play(stream);
  expect(text).toBe(stream.replace(counts + bill, ''));
  expect(watch.standing.usage).toMatchObject({ inputTokens: 3, outputTokens: 2, costNanoAiu: 9 });
});

test.each([
  ['[DONE] without a finish', delta({ content: 'a' }) + done, true],
  ['a finish for calls that never came', delta({ content: 'a' }) + delta({}, 'tool_calls') + done, true],
  ['a finish that nobody knows', delta({ content: 'a' }) + delta({}, 'weird') + done, true],
  ['a whole ending', delta({ content: 'a' }) + delta({}, 'stop') + done, false],
])('%s is counted as an ending of ours: %#', (_name, stream, mended) => {
  expect(play(stream).watch.standing.endingMended).toBe(mended);
});

test('text that came escaped survives a merge of choices', () => {
  const stream =
    'data: {"choices":[{"index":0,"delta":{"content":"caf\\u00e9"}},{"index":1,"delta":{"content":"\\u4e2d"}}]}\n\n';
  const { text } = play(stream, { mergeChoices: true });
  expect(text).toContain('"content":"café中"');
});

test('the usage chunk stays here for a caller who did not ask, and is read all the same', () => {
  const stream = delta({ content: 'a' }) + delta({}, 'stop') + usage + done;
  const { text, watch } = play(stream);
  expect(text).toBe(stream.replace(usage, ''));
  expect(watch.standing.usage).toMatchObject({ inputTokens: 3, outputTokens: 2, costNanoAiu: 9 });
  expect(play(stream, { withholdUsage: false }).text).toBe(stream);
});

test('a choice split over two choices is one answer with one finish', () => {
  const { payloads } = play(
    delta({ role: 'assistant', content: 'I will ' }) +
      delta({ content: 'look.' }, 'stop') +
      delta(
        { tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        null,
        1,
      ) +
      delta({}, 'tool_calls', 1) +
      usage +
      done,
    { mergeChoices: true },
  );
  expect(callsOf(payloads)).toEqual([{ id: 'a', name: 'f', arguments: '{}' }]);
  expect(finishes(payloads)).toEqual(['tool_calls']);
  expect(
    payloads.every(
      (payload) => payload === '[DONE]' || payload.choices.every((choice: { index: number }) => choice.index === 0),
    ),
  ).toBe(true);
  expect(payloads.map((payload) => payload.choices?.[0]?.delta.content ?? '').join('')).toBe('I will look.');
});

test('two choices in one chunk are merged', () => {
  const both = chunk([
    { index: 0, delta: { content: 'text' }, finish_reason: null },
    {
      index: 1,
      delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] },
      finish_reason: 'tool_calls',
    },
  ]);
  const { payloads } = play(both + done, { mergeChoices: true });
  expect(payloads[0].choices).toHaveLength(1);
  expect(payloads[0].choices[0].delta.content).toBe('text');
  expect(callsOf(payloads)).toEqual([{ id: 'a', name: 'f', arguments: '{}' }]);
  expect(finishes(payloads)).toEqual(['tool_calls']);
});

test.each<[string, string, object[]]>([
  [
    'an id repeated on every chunk',
    call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }) +
      call({ index: 0, id: 'a', function: { arguments: ':1}' } }),
    [{ id: 'a', name: 'f', arguments: '{"x":1}' }],
  ],
  [
    'parallel calls that all say index 0',
    call({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }) +
      call({ index: 0, id: 'b', function: { name: 'g', arguments: '[]' } }),
    [
      { id: 'a', name: 'f', arguments: '{}' },
      { id: 'b', name: 'g', arguments: '[]' },
    ],
  ],
  [
    'no id at all (U-053)',
    call({ index: 0, function: { name: 'f', arguments: '{}' } }),
    [{ id: 'minted_0', name: 'f', arguments: '{}' }],
  ],
  [
    'arguments before the name (U-055)',
    call({ index: 0, id: 'a', function: { arguments: '{"x"' } }) +
      call({ index: 0, function: { arguments: ':1' } }) +
      call({ index: 0, function: { name: 'f', arguments: '}' } }),
    [{ id: 'a', name: 'f', arguments: '{"x":1}' }],
  ],
  [
    'interleaved parallel calls (U-056)',
    call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"a"' } }) +
      call({ index: 1, id: 'b', function: { name: 'g', arguments: '{"b"' } }) +
      call({ index: 0, function: { arguments: ':1}' } }) +
      call({ index: 1, function: { arguments: ':2}' } }),
    [
      { id: 'a', name: 'f', arguments: '{"a":1}' },
      { id: 'b', name: 'g', arguments: '{"b":2}' },
    ],
  ],
  [
    'deltas without an index',
    call({ id: 'a', function: { name: 'f', arguments: '{"x"' } }) + call({ function: { arguments: ':1}' } }),
    [{ id: 'a', name: 'f', arguments: '{"x":1}' }],
  ],
])('tool calls: %s', (_name, stream, wanted) => {
  const { payloads } = play(stream + delta({}, 'tool_calls') + done);
  expect(callsOf(payloads)).toEqual(wanted);
});

test.each<[string, string, string[]]>([
  [
    'stop beside a tool call',
    call({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }) + delta({}, 'stop'),
    ['tool_calls'],
  ],
  ['tool_calls without a call', delta({ content: 'a' }) + delta({}, 'tool_calls'), ['stop']],
  ['a word nobody knows', delta({ content: 'a' }) + delta({}, 'weird'), ['stop']],
  ['content_filter', delta({ content: 'a' }) + delta({}, 'content_filter'), ['content_filter']],
  [
    'length in a tool call',
    call({ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }) + delta({}, 'length'),
    ['length'],
  ],
  ['no finish before [DONE]', delta({ content: 'a' }), ['stop']],
  ['the finish twice', delta({ content: 'a' }) + delta({}, 'stop') + delta({}, 'stop'), ['stop']],
])('finish: %s', (_name, stream, wanted) => {
  for (const mergeChoices of [false, true]) {
    const { payloads } = play(stream + done, { mergeChoices });
    expect(finishes(payloads)).toEqual(wanted);
    expect(payloads.at(-1)).toBe('[DONE]');
  }
});

test('a stream that ends inside a tool call is broken, never finished', () => {
  const { fault, text } = play(call({ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }) + done);
  expect(fault).toBe('broken');
  expect(text).not.toContain('[DONE]');
});

test('reasoning that comes after the finish still goes down', () => {
  const late = delta({ reasoning_opaque: 'sealed' });
  const { text } = play(delta({ content: 'a' }) + delta({}, 'stop') + late + done);
  expect(text).toContain('sealed');
});

test.each(['copilot_references', 'copilot_confirmation', 'copilot_errors'])(
  'a chunk with null choices and %s goes down',
  (member) => {
    const annotation = chunk(null, { [member]: [{ type: 'x' }] });
    expect(play(annotation + delta({ content: 'a' }, 'stop') + done).text).toContain(annotation);
  },
);

test('several choices that were asked for are left alone', () => {
  const stream =
    delta({ content: 'a' }, null, 0) +
    delta({ content: 'b' }, null, 1) +
    delta({}, 'stop', 0) +
    delta({}, 'stop', 1) +
    done;
  expect(play(stream, { singleChoice: false }).text).toBe(stream);
});
