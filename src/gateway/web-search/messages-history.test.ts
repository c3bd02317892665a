import { expect, test } from 'vitest';
import { callIdOf, restoreSearches, serverId } from './messages-history.ts';
import { sealText } from './result-text.ts';

const use = (id: string) => ({
  type: 'server_tool_use',
  id: `srvtoolu_${id}`,
  name: 'web_search',
  input: { query: id },
});
const found = (id: string) => ({
  type: 'web_search_tool_result',
  tool_use_id: `srvtoolu_${id}`,
  content: [
    {
      type: 'web_search_result',
      url: 'https://a.example',
      title: 'A',
      encrypted_content: sealText(`says ${id}`),
      page_age: null,
    },
  ],
});
const text = (said: string) => ({ type: 'text', text: said });
const own = { type: 'tool_use', id: 'toolu_own', name: 'look', input: {} };

/** As a line of letters: `a` and `u` for whose turn it is, then what stands in it. */
function shape(content: readonly object[], next?: unknown): string[] {
  const messages = [{ role: 'assistant', content }, ...(next === undefined ? [] : [{ role: 'user', content: next }])];
  return restoreSearches(messages).map((message) => {
    const { role, content: blocks } = message as { role: string; content: readonly { type: string }[] };
    return `${role}: ${blocks.map(({ type }) => type).join(' ')}`;
  });
}

test.each([
  ['one search', [use('1'), found('1'), text('So.')], ['assistant: tool_use', 'user: tool_result', 'assistant: text']],
  [
    'one behind another',
    [use('1'), found('1'), use('2'), found('2'), text('So.')],
    ['assistant: tool_use', 'user: tool_result', 'assistant: tool_use', 'user: tool_result', 'assistant: text'],
  ],
  [
    'two at once',
    [use('1'), use('2'), found('1'), found('2'), text('So.')],
    ['assistant: tool_use tool_use', 'user: tool_result tool_result', 'assistant: text'],
  ],
  ['a search that was cut off', [text('I look.'), use('1')], ['assistant: text']],
  ['a turn that paused behind its search', [use('1'), found('1')], ['assistant: tool_use', 'user: tool_result']],
  ['a result of nothing that was asked', [found('1'), text('So.')], ['assistant: text']],
])('%s', (_what, content, expected) => {
  expect(shape(content)).toEqual(expected);
});

test("a search beside a call of the caller's own: both results stand in the next turn", () => {
  const next = [{ type: 'tool_result', tool_use_id: 'toolu_own', content: 'seen' }];
  expect(shape([use('1'), own, found('1')], next)).toEqual([
    'assistant: tool_use tool_use',
    'user: tool_result tool_result',
  ]);
});

test('a plain text behind a paused search becomes a block', () => {
  expect(shape([use('1'), found('1')], 'Go on.')).toEqual(['assistant: tool_use', 'user: tool_result text']);
});

test('the result is told from what was sealed, a failed one as an error', () => {
  const failed = { ...found('2'), content: { type: 'web_search_tool_result_error', error_code: 'too_many_requests' } };
  const [, results] = restoreSearches([{ role: 'assistant', content: [use('1'), use('2'), found('1'), failed] }]);
  expect(results).toMatchObject({
    content: [
      { tool_use_id: 'toolu_1', content: [{ text: '[1] A\nURL: https://a.example\nsays 1' }] },
      {
        tool_use_id: 'toolu_2',
        is_error: true,
        content: [{ text: expect.stringContaining('too many searches') as unknown }],
      },
    ],
  });
});

test("what the vendor itself has sealed is told by its address and title, and Anthropic's own citations of it go", () => {
  const foreign = {
    ...found('1'),
    content: [{ type: 'web_search_result', url: 'https://b.example', title: 'B', encrypted_content: 'Eo8P' }],
  };
  const cited = { ...text('So.'), citations: [{ type: 'web_search_result_location', url: 'https://b.example' }] };
  const restored = restoreSearches([{ role: 'assistant', content: [use('1'), foreign, cited] }]);
  expect(JSON.stringify(restored[1])).toContain('[1] B\\nURL: https://b.example');
  expect(restored[2]).toEqual({ role: 'assistant', content: [text('So.')] });
});

test('turns without searches stay the objects that they are', () => {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: [text('Hello'), own] },
  ];
  expect(restoreSearches(messages)).toEqual(messages);
});

test.each(['toolu_01Ab', 'call_9f', 'toolu_vrtx_1'])('the id %s comes back as it was', (id) => {
  expect(serverId(id)).toMatch(/^srvtoolu_\w+$/);
  expect(callIdOf(serverId(id))).toBe(id);
});
