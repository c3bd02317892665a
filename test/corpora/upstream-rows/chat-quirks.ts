/** Odd answers of Chat Completions, and ones that nobody can make sense of (`copilot-upstream.md` §4.2). */
import { behind, broken, calls, row } from './quirk-row.ts';
import { chat, inserted, sse, stream, type UpstreamRow } from './upstream-row.ts';

const onChat = row('Q-C', 'chat');
const choice = (delta: object, more: object = {}) =>
  chat(`"choices":[${JSON.stringify({ index: 0, delta, ...more })}]`);
const call = (body: object) => choice({ tool_calls: [body] });
const called = (id: string, name: string, args: string) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});

const blanks = Array.from({ length: 30 }, () => call({ index: 0, function: { arguments: ' \n'.repeat(20) } }));

export const chatQuirks: readonly UpstreamRow[] = [
  onChat('a seal behind the finish', 'OK', (good) => inserted(good, choice({ reasoning_opaque: 'blob' }), 5)),
  onChat('thoughts, and their seal behind the text', 'OK', (good) =>
    sse([
      good.frames[1] ?? '',
      choice({ reasoning_text: 'hm' }),
      ...good.frames.slice(2, 4),
      choice({ reasoning_opaque: 'blob' }),
      ...good.frames.slice(4),
    ]),
  ),
  onChat('null choices with references', 'OK', (good) =>
    inserted(good, chat('"choices":null,"copilot_references":[{}]')),
  ),
  onChat('message in place of delta', 'OK', (good) =>
    sse(good.frames.map((frame) => frame.replaceAll('"delta"', '"message"'))),
  ),
  onChat(
    'halves of a surrogate pair',
    'OK',
    (good) =>
      sse([
        ...good.frames.slice(0, 2),
        chat('"choices":[{"index":0,"delta":{"content":"\\ud83d"}}]'),
        chat('"choices":[{"index":0,"delta":{"content":"\\ude00"}}]'),
        ...good.frames.slice(4),
      ]),
    { text: '😀' },
  ),
  onChat('stop beside a call', 'OK', (good) => behind(good, [call({ index: 0, ...called('a', 'f', '{}') })]), {
    ...calls,
    tools: [['f', '{}']],
  }),
  onChat(
    'ids repeated and one index for two calls',
    'OK',
    (good) =>
      behind(good, [
        call({ index: 0, ...called('a', 'f', '') }),
        call({ index: 0, ...called('a', '', '{"x":1}') }),
        call({ index: 0, ...called('b', 'g', '{}') }),
      ]),
    {
      ...calls,
      tools: [
        ['f', '{"x":1}'],
        ['g', '{}'],
      ],
    },
  ),
  onChat(
    'a call that comes whole, without an index',
    'OK',
    (good) => behind(good, [call(called('a', 'f', '{"x":1}'))]),
    { ...calls, tools: [['f', '{"x":1}']] },
  ),
  onChat(
    'arguments that are an object',
    'OK',
    (good) => behind(good, [call({ index: 0, id: 'a', function: { name: 'f', arguments: { x: 1 } } })]),
    { ...calls, tools: [['f', '{"x":1}']] },
  ),
  onChat('empty arguments', 'OK', (good) => behind(good, [call({ index: 0, ...called('a', 'f', '') })]), {
    ...calls,
    tools: [['f', '']],
  }),
  onChat(
    'text in one choice and a call in the next',
    'OK',
    (good) =>
      behind(good, [
        chat(
          `"choices":[{"index":0,"delta":{"content":""}},{"index":1,"delta":{"tool_calls":[${JSON.stringify({ index: 0, ...called('a', 'f', '{}') })}]}}]`,
        ),
      ]),
    { ...calls, tools: [['f', '{}']] },
  ),
  onChat(
    'a call that the limit cut',
    'OK',
    (good) => behind(good, [call({ index: 0, ...called('a', 'f', '{"x":') })], ['"stop"', '"length"']),
    { reason: 'length', tools: [['f', '{"x":']] },
  ),
  onChat(
    'a call without a name',
    'MID',
    (good) => behind(good, [call({ index: 0, id: 'a', function: { arguments: '{}' } })]),
    broken,
  ),
  onChat(
    'a call, then the last frame without a finish',
    'MID',
    (good) => sse([...good.frames.slice(0, 4), call({ index: 0, ...called('a', 'f', '{}') }), 'data: [DONE]']),
    broken,
  ),
  onChat(
    'an error beside a choice',
    'MID',
    (good) =>
      inserted(
        good,
        chat(
          '"error":{"message":"the backend broke","code":502},"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}]',
        ),
      ),
    { says: /the backend broke/, code: 'upstream_error' },
  ),
  onChat(
    'finish error',
    'MID',
    (good) =>
      inserted(
        good,
        chat(
          '"error":{"message":"the backend broke","code":"server_error"},"choices":[{"index":0,"delta":{},"finish_reason":"error"}]',
        ),
      ),
    { says: /the backend broke/, code: 'upstream_error' },
  ),
  onChat('blanks without end in the arguments', 'MID', () => '', {
    ...broken,
    answers: (good) =>
      stream(sse([...good.frames.slice(0, 4), call({ index: 0, ...called('a', 'f', '{') }), ...blanks]), {
        end: 'silence',
      }),
  }),
];
