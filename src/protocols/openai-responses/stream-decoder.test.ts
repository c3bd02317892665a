import { expect, test } from 'vitest';
import { completed, created, decodeStream, framesOf, textEvents } from '../../../test/support/responses-frames.ts';
import { createDeltaReader } from './delta-frame.ts';

const call = (id: string, name: string) => ({ type: 'function_call', id: 'x', call_id: id, name });

function callEvents(output_index: number, id: string, name: string, ...deltas: readonly string[]) {
  const whole = deltas.join('');
  return [
    { type: 'response.output_item.added', output_index, item: { ...call(id, name), arguments: '' } },
    ...deltas.map((delta) => ({ type: 'response.function_call_arguments.delta', output_index, item_id: 'r', delta })),
    { type: 'response.function_call_arguments.done', output_index, arguments: whole },
    { type: 'response.output_item.done', output_index, item: { ...call(id, name), arguments: whole } },
  ];
}

const start = { type: 'start', usage: null };
const tokens = {
  inputTokens: 5,
  cacheReadTokens: 4,
  cacheWriteTokens: null,
  outputTokens: 2,
  reasoningTokens: null,
  costNanoAiu: 5,
};
const ended = (reason: string) => [
  { type: 'usage', usage: tokens },
  { type: 'finish', reason, stopSequence: null, explanation: null },
];
const delta = (block: number, text: string) => ({ type: 'delta', block, literal: JSON.stringify(text) });
const opened = (block: number, callId: string, name: string) => ({
  type: 'block-start',
  block,
  kind: 'tool-call',
  callId,
  name,
  namespace: null,
  form: 'function',
});

test('a text is said once, piece by piece, whatever its ids are', () => {
  const { parts, verdict, isWhole } = decodeStream(
    framesOf([created, ...textEvents(0, 'a "q', '\n\u00fc'), completed]),
  );
  expect(parts).toEqual([
    start,
    { type: 'block-start', block: 0, kind: 'text', phase: 'commentary' },
    delta(0, 'a "q'),
    // A view of UTF-8.
    { type: 'delta', block: 0, literal: String.raw`"\n` + '\u00c3\u00bc"' },
    { type: 'block-end', block: 0 },
    ...ended('stop'),
  ]);
  expect([verdict, isWhole]).toEqual(['ended', true]);
});

test('#71 text after a call is a block of its own, and calls may be written interleaved', () => {
  const [addedA, ...a] = callEvents(0, 'c1', 'f', '{"a"', ':1}');
  const [addedB, ...b] = callEvents(1, 'c2', 'g', '{}');
  const { parts } = decodeStream(
    framesOf([created, addedA!, addedB!, ...a, ...b, ...textEvents(2, 'done'), completed]),
  );
  expect(parts).toEqual([
    start,
    opened(0, 'c1', 'f'),
    opened(1, 'c2', 'g'),
    delta(0, '{"a"'),
    delta(0, ':1}'),
    { type: 'block-end', block: 0 },
    delta(1, '{}'),
    { type: 'block-end', block: 1 },
    { type: 'block-start', block: 2, kind: 'text', phase: 'commentary' },
    delta(2, 'done'),
    { type: 'block-end', block: 2 },
    ...ended('tool-calls'),
  ]);
});

test.each([
  ['output_text.done', (type: string) => type.endsWith('.delta')],
  ['content_part.done', (type: string) => type.endsWith('.delta') || type === 'response.output_text.done'],
  ['output_item.done', (type: string) => /delta$|text\.done$|part\.|arguments\.done$/.test(type)],
])('#85 what only %s says is not lost', (_, left) => {
  const events = [...textEvents(0, 'whole'), ...callEvents(1, 'c1', 'f', '{"a":1}')].filter(({ type }) => !left(type));
  expect(decodeStream(framesOf([created, ...events, completed])).parts.filter(({ type }) => type === 'delta')).toEqual([
    delta(0, 'whole'),
    delta(1, '{"a":1}'),
  ]);
});

test('sources that only the end of a text tells are not lost, nor told twice', () => {
  const source = (url: string) => ({ type: 'url_citation', url, title: 'A', start_index: 0, end_index: 1 });
  const [one, two] = [source('https://a.example'), source('https://b.example')];
  const added = { type: 'response.output_text.annotation.added', output_index: 0, content_index: 0, annotation: one };
  const told = (annotations: readonly object[], isAdded: boolean) => {
    const events = textEvents(0, 'whole').flatMap(
      (event): { readonly type: string; readonly [member: string]: unknown }[] =>
        event.type === 'response.content_part.done'
          ? [...(isAdded ? [added] : []), { ...event, part: { type: 'output_text', text: 'whole', annotations } }]
          : [event],
    );
    const { parts } = decodeStream(framesOf([created, ...events, completed]));
    return parts.flatMap((part) =>
      part.type === 'annotation' && part.annotation.kind === 'url' ? [part.annotation.url] : [],
    );
  };
  expect(told([one, two], false)).toEqual([one.url, two.url]);
  expect(told([one, two], true)).toEqual([one.url, two.url]);
  expect(told([], true)).toEqual([one.url]);
});

test.each([
  ['with an error', { error: { code: 'server_error', message: 'no' } }],
  ['with a status of failure', { status: 'failed' }],
])('an answer that is said to be completed %s has failed', (_what, over) => {
  const last = { ...completed, response: { ...completed.response, ...over } };
  const { verdict, isWhole } = decodeStream(framesOf([created, ...textEvents(0, 'a'), last]));
  expect([verdict, isWhole]).toEqual([{ kind: 'upstream-error', payload: last }, false]);
});

test('a phase that only the end of an item tells is told with its text', () => {
  const item = { id: 'a', type: 'message', content: [{ type: 'output_text', text: 'a' }], phase: 'final_answer' };
  const done = { type: 'response.output_item.done', output_index: 0, item };
  const { parts } = decodeStream(framesOf([created, done, completed]));
  expect(parts[1]).toEqual({ type: 'block-start', block: 0, kind: 'text', phase: 'final_answer' });
});

test('an answer that only the last event tells is read from there', () => {
  const output = [
    { type: 'message', content: [{ type: 'output_text', text: 'whole' }] },
    { ...call('c1', 'f'), arguments: '{}' },
  ];
  const last = { ...completed, response: { ...completed.response, output } };
  const { parts } = decodeStream(framesOf([created, last]));
  expect(parts.filter(({ type }) => type === 'delta')).toEqual([delta(0, 'whole'), delta(1, '{}')]);
  expect(parts.at(-1)).toMatchObject({ reason: 'tool-calls' });
});

const reasoningDone = (summary: readonly string[]) => ({
  type: 'response.output_item.done',
  output_index: 0,
  item: {
    type: 'reasoning',
    id: 'rs_9',
    summary: summary.map((text) => ({ type: 'summary_text', text })),
    encrypted_content: 'blob',
  },
});
const seal = { type: 'seal', block: 0, sealed: { kind: 'encrypted', blob: 'blob', id: 'rs_9' } };
const reasoningStart = { type: 'block-start', block: 0, kind: 'reasoning' };
const addedReasoning = {
  type: 'response.output_item.added',
  output_index: 0,
  item: { type: 'reasoning', summary: [] },
};
const summaryDelta = (summary_index: number, text: string) => ({
  type: 'response.reasoning_summary_text.delta',
  output_index: 0,
  summary_index,
  delta: text,
});

test.each([
  [
    'in deltas of two parts, which the end repeats',
    [
      addedReasoning,
      summaryDelta(0, 'a'),
      { type: 'response.reasoning_summary_text.done', output_index: 0, summary_index: 0, text: 'a' },
      summaryDelta(1, 'b'),
      reasoningDone(['a', 'b']),
    ],
    [delta(0, 'a'), delta(0, '\n\n'), delta(0, 'b')],
  ],
  ['only at its end', [addedReasoning, reasoningDone(['a', 'b'])], [delta(0, 'a\n\nb')]],
  ['not at all', [addedReasoning, reasoningDone([])], []],
  [
    "as an open model's own thoughts",
    [
      addedReasoning,
      { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'hm' },
      reasoningDone([]),
    ],
    [delta(0, 'hm')],
  ],
])('#60 #82 reasoning told %s is shown once, and sealed', (_, events, deltas) => {
  expect(decodeStream(framesOf([created, ...events, completed])).parts).toEqual([
    start,
    reasoningStart,
    ...deltas,
    seal,
    { type: 'block-end', block: 0 },
    ...ended('stop'),
  ]);
});

test('#72 reasoning, a call, reasoning: three blocks', () => {
  const again = { ...reasoningDone(['b']), output_index: 2 };
  const { parts } = decodeStream(
    framesOf([created, reasoningDone(['a']), ...callEvents(1, 'c', 'f', '{}'), again, completed]),
  );
  expect(parts.flatMap((part) => (part.type === 'block-start' ? [part.kind] : []))).toEqual([
    'reasoning',
    'tool-call',
    'reasoning',
  ]);
});

test('a refusal is a block of its own kind and the reason of the end', () => {
  const place = { output_index: 0, content_index: 0 };
  const { parts } = decodeStream(
    framesOf([
      created,
      { type: 'response.refusal.delta', ...place, delta: 'no' },
      { type: 'response.refusal.done', ...place, refusal: 'no' },
      { type: 'response.content_part.done', ...place, part: { type: 'refusal', refusal: 'no' } },
      completed,
    ]),
  );
  expect(parts).toEqual([
    start,
    { type: 'block-start', block: 0, kind: 'refusal' },
    delta(0, 'no'),
    { type: 'block-end', block: 0 },
    ...ended('refusal'),
  ]);
});

test('citations and log probabilities come once', () => {
  const [added, part, said, ...others] = textEvents(0, 'a');
  const annotation = { type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 1 };
  const logprobs = [{ token: 'a', logprob: -1, bytes: [97], top_logprobs: [{ token: 'b', logprob: -2, bytes: [98] }] }];
  const cited = others.map((event) =>
    event.type === 'response.content_part.done'
      ? { ...event, part: { type: 'output_text', text: 'a', annotations: [annotation] } }
      : event,
  );
  const { parts } = decodeStream(
    framesOf([
      created,
      added!,
      part!,
      { ...said!, logprobs },
      { type: 'response.output_text.annotation.added', output_index: 0, content_index: 0, annotation },
      ...cited,
      completed,
    ]),
  );
  expect(parts.filter(({ type }) => type === 'annotation' || type === 'logprobs' || type === 'delta')).toEqual([
    {
      type: 'logprobs',
      block: 0,
      tokens: [{ token: 'a', logprob: -1, bytes: [97], top: [{ token: 'b', logprob: -2, bytes: [98] }] }],
    },
    delta(0, 'a'),
    {
      type: 'annotation',
      block: 0,
      annotation: { kind: 'url', url: 'https://a.example', title: 'A', citedText: null, start: 0, end: 1 },
    },
  ]);
});

test('#88 half a character is passed on as it came, also beside log probabilities', () => {
  const half = String.raw`"\ud83d"`;
  const logprobs = [{ token: 'a', logprob: -1, bytes: [240], top_logprobs: [] }];
  const event = JSON.stringify({
    type: 'response.output_text.delta',
    output_index: 0,
    content_index: 0,
    delta: 'X',
    logprobs,
  });
  const { parts } = decodeStream(`event: response.output_text.delta\ndata: ${event.replace('"X"', half)}\n\n`);
  expect(parts.map(({ type }) => type)).toEqual(['start', 'block-start', 'logprobs', 'delta']);
  expect(parts.at(-1)).toMatchObject({ literal: half });
});

test('a call without an id gets a minted one, and one without a name waits for it', () => {
  const { parts } = decodeStream(
    framesOf([
      created,
      { type: 'response.output_item.added', output_index: 0, item: { type: 'function_call', arguments: '' } },
      { type: 'response.function_call_arguments.delta', output_index: 0, delta: '{}' },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: { type: 'function_call', name: 'f', arguments: '{}' },
      },
      completed,
    ]),
  );
  expect(parts.slice(1, 4)).toEqual([opened(0, 'call_minted0', 'f'), delta(0, '{}'), { type: 'block-end', block: 0 }]);
});

test('raw text and namespaces come back as they are', () => {
  const item = { type: 'custom_tool_call', call_id: 'c', name: 'exec', namespace: 'functions' };
  const { parts } = decodeStream(
    framesOf([
      created,
      { type: 'response.output_item.added', output_index: 0, item: { ...item, input: '' } },
      { type: 'response.custom_tool_call_input.delta', output_index: 0, delta: 'x' },
      { type: 'response.output_item.done', output_index: 0, item: { ...item, input: 'x' } },
      completed,
    ]),
  );
  expect(parts.slice(1, 3)).toEqual([
    { ...opened(0, 'c', 'exec'), namespace: 'functions', form: 'custom' },
    delta(0, 'x'),
  ]);
});

test('hosted tools that the upstream ran itself, comments and [DONE] add nothing', () => {
  const item = { type: 'web_search_call', id: 'ws', status: 'completed', action: { type: 'search', query: 'x' } };
  const frames =
    ': ping\n\ndata: [DONE]\n\n' +
    framesOf([
      created,
      { type: 'response.output_item.added', output_index: 0, item },
      { type: 'response.web_search_call.searching', output_index: 0 },
      { type: 'response.output_item.done', output_index: 0, item },
      ...textEvents(1, 'a'),
      completed,
    ]);
  expect(decodeStream(frames).parts.map(({ type }) => type)).toEqual(
    decodeStream(framesOf([created, ...textEvents(0, 'a'), completed])).parts.map(({ type }) => type),
  );
});

test.each([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content-filter'],
  ['max_messages', 'length'],
  ['something new', 'length'],
])('incomplete for %s is %s', (reason, expected) => {
  const last = { type: 'response.incomplete', response: { ...created.response, incomplete_details: { reason } } };
  expect(decodeStream(framesOf([created, ...textEvents(0, 'a'), last])).parts.at(-1)).toMatchObject({
    reason: expected,
  });
});

test.each(['response.failed', 'response.cancelled', 'error'])('%s is the upstream failing', (type) => {
  const { verdict, isWhole } = decodeStream(
    framesOf([created, ...textEvents(0, 'a'), { type, response: created.response }]),
  );
  expect(verdict).toMatchObject({ kind: 'upstream-error', payload: { type } });
  expect(isWhole).toBe(false);
});

test('#78 #79 without a last event nothing is whole, and nothing was finished', () => {
  const { parts, isWhole } = decodeStream(framesOf([created, ...textEvents(0, 'a')]));
  expect(isWhole).toBe(false);
  expect(parts.at(-1)).toEqual({ type: 'block-end', block: 0 });
});

test.each(['data: [1]\n\n', 'data: {\n\n', 'data: {}\n\n', 'event: response.output_text.delta\ndata: {"delta":"\n\n'])(
  '%j is not of this protocol',
  (frame) => {
    expect(decodeStream(frame).verdict).toMatchObject({ kind: 'broken' });
  },
);

test.each([
  ['{"type":"t","output_index":12,"content_index":3,"delta":"a"}', ['t', 12, 3, '"a"']],
  [
    String.raw`{"delta":"\"\\","obfuscation":"\\","type":"t","logprobs":[],"output_index":0}`,
    ['t', 0, 0, String.raw`"\"\\"`],
  ],
  [String.raw`{"delta": "\ud83d", "type": "t", "output_index": 0}`, ['t', 0, 0, String.raw`"\ud83d"`]],
  ['{"delta":"a","type":"t"}', null],
  ['{"type":"t","output_index":0}', null],
  [String.raw`{"delta":"\x","type":"t","output_index":0}`, null],
  ['{"delta":"\u0001","type":"t","output_index":0}', null],
  ['{"delta":"a","type":"t","output_index":0,"logprobs":[{"token":"]"},[]]}', ['t', 0, 0, '"a"']],
  ['{"delta":"a","type":"t","output_index":0,"logprobs":[{"token":"]"}', null],
  ['{"delta":"a","type":"t","output_index":0}}', null],
  ['{"delta":"a","type":"t","output_index":0,}', null],
  ['{"delta":"a","type":"t","output_index":1.5}', null],
  ['{"delta":"a', null],
  ['', null],
])('the fast way reads %j as parsing would, or not at all', (data, expected) => {
  const reader = createDeltaReader();
  const { frame } = reader;
  const said = reader.read(data) ? [frame.type, frame.outputIndex, frame.partIndex, frame.literal] : null;
  expect(said).toEqual(expected);
});
