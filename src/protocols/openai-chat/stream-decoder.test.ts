import { expect, test } from 'vitest';
import {
  blocksOf,
  callChunk,
  chunk,
  decodeChunks,
  done,
  encodeChunks,
  ending,
  finishOf,
  identity,
  textChunk,
} from '../../../test/support/chat-frames.ts';

test.each<[string, readonly (object | string)[], readonly string[], string]>([
  [
    "Azure's empty first chunk, null roles and offsets of filters are passed over",
    [
      { choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: [{ prompt_index: 0 }] },
      chunk({ content: '', role: 'assistant' }, { content_filter_offsets: { check_offset: 1 } }),
      chunk({ content: 'Hi', role: null }),
      chunk({ content: ' you', role: null }),
      ending('stop'),
      done,
    ],
    ['text Hi you'],
    'stop',
  ],
  [
    'chunks whose choices are null carry nothing',
    [
      { choices: null, copilot_references: [] },
      { choices: null, copilot_errors: [] },
      textChunk('a'),
      ending('stop'),
      done,
    ],
    ['text a'],
    'stop',
  ],
  [
    'message stands in place of delta',
    [{ ...identity, choices: [{ index: 0, message: { content: 'a' }, finish_reason: 'stop' }] }, done],
    ['text a'],
    'stop',
  ],
  [
    '#61 #74 several choices are one answer',
    [
      {
        ...identity,
        choices: [
          { index: 0, delta: { content: 'Look' }, finish_reason: 'stop' },
          {
            index: 1,
            delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] },
            finish_reason: 'tool_calls',
          },
        ],
      },
      done,
    ],
    ['text Look', 'tool-call a:f {}'],
    'tool-calls',
  ],
  [
    'calls without ids in choices of their own are two calls',
    [
      {
        ...identity,
        choices: [
          { index: 0, delta: { tool_calls: [{ index: 0, function: { name: 'f', arguments: '{"x"' } }] } },
          { index: 1, delta: { tool_calls: [{ index: 0, function: { name: 'g', arguments: '{"y"' } }] } },
        ],
      },
      {
        ...identity,
        choices: [
          { index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] } },
          { index: 1, delta: { tool_calls: [{ index: 0, function: { arguments: ':2}' } }] } },
        ],
      },
      ending('tool_calls'),
      done,
    ],
    ['tool-call minted_0:f {"x":1}', 'tool-call minted_1:g {"y":2}'],
    'tool-calls',
  ],
  [
    'a call that goes on in a choice at another place is known by its id',
    [
      {
        ...identity,
        choices: [
          { index: 0, delta: { content: 'Look' } },
          { index: 0, delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }] } },
        ],
      },
      callChunk({ index: 0, id: 'a', function: { arguments: ':1}' } }),
      ending('tool_calls'),
      done,
    ],
    ['text Look', 'tool-call a:f {"x":1}'],
    'tool-calls',
  ],
  [
    '#68 deltas of parallel calls that take turns stay with their calls',
    [
      callChunk({ index: 0, id: 'a', function: { name: 'f', arguments: '' } }),
      callChunk({ index: 1, id: 'b', function: { name: 'g', arguments: '' } }),
      callChunk({ index: 0, function: { arguments: '{"x":1}' } }),
      callChunk({ index: 1, function: { arguments: '{"y":' } }),
      callChunk({ index: 1, function: { arguments: '2}' } }),
      ending('tool_calls'),
      done,
    ],
    ['tool-call a:f {"x":1}', 'tool-call b:g {"y":2}'],
    'tool-calls',
  ],
  [
    '#69 an id and a name repeated on every delta are one call',
    [
      callChunk({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }),
      callChunk({ index: 0, id: 'a', function: { name: 'f', arguments: ':1}' } }),
      ending('tool_calls'),
      done,
    ],
    ['tool-call a:f {"x":1}'],
    'tool-calls',
  ],
  [
    'calls that all say index 0 are told apart by their ids, also when they take turns',
    [
      callChunk({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }),
      callChunk({ index: 0, id: 'b', function: { name: 'g', arguments: '{"y"' } }),
      callChunk({ index: 0, id: 'a', function: { arguments: ':1}' } }),
      callChunk({ index: 0, id: 'b', function: { arguments: ':2}' } }),
      ending('tool_calls'),
      done,
    ],
    ['tool-call a:f {"x":1}', 'tool-call b:g {"y":2}'],
    'tool-calls',
  ],
  [
    'whole calls without id or index are told apart by their names',
    [
      callChunk({ function: { name: 'f', arguments: '{"x":1}' } }),
      callChunk({ function: { name: 'f', arguments: '{"x":2}' } }),
      ending('stop'),
      done,
    ],
    ['tool-call minted_0:f {"x":1}', 'tool-call minted_1:f {"x":2}'],
    'tool-calls',
  ],
  [
    'two calls under one id get two ids',
    [
      callChunk(
        { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } },
        { index: 1, id: 'a', function: { name: 'g', arguments: '{}' } },
      ),
      ending('tool_calls'),
      done,
    ],
    ['tool-call a:f {}', 'tool-call minted_1:g {}'],
    'tool-calls',
  ],
  [
    'a name that comes late opens its call with what was held',
    [
      callChunk({ index: 0, id: 'a', function: { arguments: '{"x"' } }),
      callChunk({ index: 0, function: { name: 'f', arguments: ':1}' } }),
      ending('tool_calls'),
      done,
    ],
    ['tool-call a:f {"x":1}'],
    'tool-calls',
  ],
  [
    '#67 a call in the first chunk, without a role',
    [callChunk({ index: 0, id: 'a', function: { name: 'f', arguments: '' } }), ending('tool_calls'), done],
    ['tool-call a:f '],
    'tool-calls',
  ],
  [
    'the legacy function_call is a call, whose id is ours',
    [
      chunk({ function_call: { name: 'f', arguments: '{' } }),
      chunk({ function_call: { arguments: '}' } }),
      ending('function_call'),
      done,
    ],
    ['tool-call minted_0:f {}'],
    'tool-calls',
  ],
  [
    '#82 #60 reasoning, its seal, then the text',
    [
      chunk({ reasoning_text: 'why' }),
      chunk({ reasoning_text: ' not' }),
      chunk({ reasoning_opaque: 'blob' }),
      textChunk('a'),
      ending('stop'),
      done,
    ],
    ['reasoning why not sealed', 'text a'],
    'stop',
  ],
  [
    'a seal that comes behind the finish is a block of its own',
    [chunk({ reasoning_text: 'why' }), textChunk('a'), ending('stop'), chunk({ reasoning_opaque: 'blob' }), done],
    ['reasoning why', 'text a', 'reasoning  sealed'],
    'stop',
  ],
  [
    'a seal within a text does not cut it, and is taken once',
    [
      textChunk('a'),
      chunk({ reasoning_opaque: 'blob' }),
      chunk({ reasoning_opaque: 'blob' }),
      textChunk('b'),
      ending('stop'),
      done,
    ],
    ['text ab', 'reasoning  sealed'],
    'stop',
  ],
  [
    "Gemini's thought is sealed onto the call, wherever it stands",
    [
      callChunk({ index: 0, id: 'a', function: { name: 'f', arguments: '{}', thought_signature: 'x' } }),
      callChunk({
        index: 1,
        id: 'b',
        function: { name: 'g', arguments: '{}' },
        extra_content: { google: { thought_signature: 'y' } },
      }),
      ending('tool_calls'),
      done,
    ],
    ['tool-call a:f {} sealed', 'tool-call b:g {} sealed'],
    'tool-calls',
  ],
  ['a refusal', [chunk({ refusal: 'No' }), chunk({ refusal: '.' }), ending('stop'), done], ['refusal No.'], 'refusal'],
  ['#58 content_filter', [textChunk('a'), ending('content_filter'), done], ['text a'], 'content-filter'],
  [
    'length within a call',
    [callChunk({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x' } }), ending('length'), done],
    ['tool-call a:f {"x'],
    'length',
  ],
  ['tool_calls without a call', [textChunk('a'), ending('tool_calls'), done], ['text a'], 'stop'],
  ['no finish, but the mark of the end', [textChunk('a'), done], ['text a'], 'stop'],
])('%s', (_name, chunks, blocks, reason) => {
  const { parts, last } = decodeChunks(chunks);
  expect(last).toBe('ended');
  expect(blocksOf(parts)).toEqual(blocks);
  expect(finishOf(parts)).toBe(reason);
  expect(parts.at(-1)?.type).toBe('finish');
  expect(encodeChunks(parts).faults).toEqual([]);
});

test('a call whose arguments are complete ends where another one begins, so that a client may have it', () => {
  const { parts } = decodeChunks([
    callChunk({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }),
    callChunk({ index: 1, id: 'b', function: { name: 'g', arguments: '' } }),
  ]);
  expect(parts.map(({ type }) => type)).toEqual(['start', 'block-start', 'delta', 'block-end', 'block-start']);
});

test.each<[string, readonly (object | string)[], string]>([
  ['an object of an error', [textChunk('a'), { error: { code: 'x', message: 'no' } }], 'upstream-error'],
  ['a finish that says error', [textChunk('a'), ending('error')], 'upstream-error'],
  ['something that is not JSON', ['{'], 'broken'],
  ['a list', ['[]'], 'broken'],
  ['a chunk without choices', [{ id: 'x' }], 'broken'],
  ['a choice that is no object', [{ choices: [1] }], 'broken'],
  ['an end within a call', [callChunk({ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }), done], 'broken'],
  [
    'a call that never gets a name',
    [callChunk({ index: 0, id: 'a', function: { arguments: '{}' } }), ending('tool_calls'), done],
    'broken',
  ],
  [
    '#90 endless blanks in arguments',
    [
      callChunk({ index: 0, id: 'a', function: { name: 'f', arguments: '{"a":' } }),
      ...Array.from({ length: 60 }, () => callChunk({ index: 0, function: { arguments: '\n\t       ' } })),
    ],
    'broken',
  ],
  [
    '#90 endless blanks in one delta',
    [callChunk({ index: 0, id: 'a', function: { name: 'f', arguments: `{"a":${' '.repeat(501)}` } })],
    'broken',
  ],
])('%s ends the stream', (_name, chunks, kind) => {
  expect(decodeChunks(chunks).last).toMatchObject({ kind });
});

test('500 blanks are indented code', () => {
  const blanks = Array.from({ length: 50 }, () => callChunk({ index: 0, function: { arguments: '          ' } }));
  expect(
    decodeChunks([callChunk({ index: 0, id: 'a', function: { name: 'f', arguments: '{' } }), ...blanks]).last,
  ).toBe('taken');
});

test('#78 an upstream that closes without the mark of the end was whole only if it finished', () => {
  const finished = decodeChunks([textChunk('a'), ending('stop')]);
  expect([finished.isWhole(), finishOf(finished.parts)]).toEqual([true, 'stop']);
  const cut = decodeChunks([textChunk('a')]);
  expect([cut.isWhole(), finishOf(cut.parts)]).toEqual([false, undefined]);
});

test.each([
  [
    'on the finish chunk',
    [
      chunk(
        {},
        { finish_reason: 'stop' },
        { usage: { prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 4 } } },
      ),
      { ...identity, choices: [], copilot_usage: { total_nano_aiu: 5 } },
    ],
  ],
  [
    '#75 in a chunk of its own',
    [
      ending('stop'),
      {
        ...identity,
        choices: [],
        usage: { prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 4 } },
        copilot_usage: { total_nano_aiu: 5 },
      },
    ],
  ],
])('usage %s comes before the finish and counts cached tokens once', (_name, ends) => {
  const { parts } = decodeChunks([textChunk('a'), ...ends, done]);
  const usage = parts.findLast((part) => part.type === 'usage')?.usage;
  expect(usage).toMatchObject({ inputTokens: 5, cacheReadTokens: 4, outputTokens: 1, costNanoAiu: 5 });
  expect(parts.at(-1)?.type).toBe('finish');
  expect(encodeChunks(parts).events.at(-2)).toMatchObject({
    choices: [],
    usage: {
      prompt_tokens: 9,
      completion_tokens: 1,
      total_tokens: 10,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
    copilot_usage: { total_nano_aiu: 5 },
  });
});

test('half a surrogate pair in a chunk is passed on as it came', () => {
  const raw = (literal: string) =>
    `{"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":${literal}}}]}`;
  const { parts } = decodeChunks([raw('"a\\ud83d"'), raw('"\\ude00"')]);
  expect(parts.flatMap((part) => (part.type === 'delta' ? [part.literal] : []))).toEqual(['"a\\ud83d"', '"\\ude00"']);
});

test('the numbers of a filter that change with every chunk do not hide the text', () => {
  const { parts } = decodeChunks(
    ['a', 'b\n', 'c'].map((content, index) =>
      chunk({ content }, { content_filter_offsets: { check_offset: index, end_offset: index * 100 } }),
    ),
  );
  expect(blocksOf(parts)).toEqual(['text ab\nc']);
});

test('the literal of a text is passed on as it arrived, escapes and all', () => {
  const raw = (literal: string) => `{"id":"x","choices":[{"index":0,"delta":{"content":${literal}}}]}`;
  const { parts } = decodeChunks([raw('"a"'), raw('"\\u00e9\\n\\"b"'), raw('"c')]);
  expect(parts.flatMap((part) => (part.type === 'delta' ? [part.literal] : []))).toEqual(['"a"', '"\\u00e9\\n\\"b"']);
});

test('citations of the web, notes of Copilot and log probabilities stand with their text', () => {
  const citation = {
    type: 'url_citation',
    url_citation: { url: 'https://a', title: 'A', start_index: 0, end_index: 2 },
  };
  const ours = { IPCodeCitations: [{ citations: { url: 'https://b' } }] };
  const token = { token: 'a', logprob: -1, bytes: [97], top_logprobs: [{ token: 'b', logprob: -2, bytes: null }] };
  const { parts } = decodeChunks([
    chunk({ content: 'a' }, { logprobs: { content: [token], refusal: null } }),
    chunk({ annotations: [citation], copilot_annotations: ours }),
    ending('stop'),
    done,
  ]);
  const { events, edits, faults } = encodeChunks(parts);
  expect(faults).toEqual([]);
  expect(edits).toEqual([]);
  const choices = events.flatMap(({ choices: listed }) => listed ?? []);
  expect(choices.map(({ delta }) => delta)).toContainEqual({ annotations: [citation] });
  expect(choices.map(({ delta }) => delta)).toContainEqual({ copilot_annotations: ours });
  expect(choices.find(({ logprobs }) => logprobs)?.logprobs).toEqual({ content: [token], refusal: null });
});
