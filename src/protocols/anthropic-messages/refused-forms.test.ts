/** Forms that callers of other protocols use, that the vendor refuses, and that go up as it takes them. */
import { expect, test } from 'vitest';
import type { Part } from '../../canonical/content.ts';
import type { Item, MessageItem } from '../../canonical/conversation.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { ModelRequest } from '../../canonical/model-request.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { sampleModel } from '../../../test/support/sample-model.ts';
import { sampleRequest } from '../../../test/support/sample-request.ts';
import { decodeMessagesRequest } from './decode-request.ts';
import { encodeMessagesRequest } from './encode-request.ts';

function encode(change: Partial<ModelRequest>) {
  const edits: RequestEdit[] = [];
  const target = { model: sampleModel('claude'), report: (edit: RequestEdit) => void edits.push(edit) };
  const body = encodeMessagesRequest({ ...sampleRequest(), ...change }, target);
  return { body, lost: edits.map(({ rule, path }) => `${rule} ${path}`) };
}

const message = (role: MessageItem['role'], ...parts: Part[]): Item => ({ kind: 'message', role, parts });
const text = (value: string): Part => ({ kind: 'text', text: value });
const file = (mediaType: string, data: string): Part => ({
  kind: 'document',
  source: { kind: 'data', mediaType, data },
  title: 'f',
});
const aCall: Item = {
  kind: 'tool-call',
  callId: 'c',
  name: 't',
  namespace: null,
  form: 'function',
  input: '{}',
  sealed: null,
};
const cached = { cache: { ttl: null } };

/** The blocks of the last turn, without our own markers. */
function lastBlocks(items: readonly Item[]): { blocks: unknown; lost: readonly string[] } {
  const { body, lost } = encode({ items });
  const { content } = (body['messages'] as { content: JsonObject[] }[]).at(-1) ?? { content: [] };
  return { blocks: content.map(({ cache_control: _mark, ...block }) => block), lost };
}

const base64 = (value: string) => Buffer.from(value).toString('base64');

test.each<[string, readonly Item[], readonly JsonObject[], readonly string[]]>([
  [
    'a text of white space is left out, and said',
    [message('user', text('a')), message('assistant', text('\n\n'), text('b'))],
    [{ type: 'text', text: 'b' }],
    ['not-carried items.1.0'],
  ],
  [
    'system turns alone get a user turn, the one that a conversation which begins with the model gets',
    [message('system', text('s'))],
    [{ type: 'text', text: '[conversation continues]' }],
    ['repaired messages'],
  ],
  [
    'a file of text goes as its text',
    [message('user', file('text/markdown', base64('h\u00e9')))],
    [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'h\u00c3\u00a9' }, title: 'f' }],
    [],
  ],
  [
    'a file that only says it is text stays what it is',
    [message('user', file('text/plain', Buffer.from([0xff, 0xfe]).toString('base64')))],
    [{ type: 'document', source: { type: 'base64', media_type: 'text/plain', data: '//4=' }, title: 'f' }],
    [],
  ],
  [
    'an image handed in as a file is an image',
    [message('user', file('image/png', 'iVBO'))],
    [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } }],
    [],
  ],
  [
    'image/jpg is image/jpeg',
    [message('user', { kind: 'image', source: { kind: 'data', mediaType: 'image/jpg', data: '/9j' } })],
    [{ type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: '/9j' } }],
    [],
  ],
])('%s', (_name, items, blocks, lost) => {
  expect(lastBlocks(items)).toEqual({ blocks, lost });
});

test('a system turn holds text alone, at the top and in its place', () => {
  const image: Part = { kind: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } };
  const { body, lost } = encode({
    items: [message('system', text('s'), image), message('user', text('a')), message('developer', image, text('d'))],
  });
  expect(body['system']).toMatchObject([{ type: 'text', text: 's' }]);
  expect(body['messages']).toMatchObject([{ role: 'user' }, { role: 'system', content: [{ text: 'd' }] }]);
  expect(lost).toEqual(['not-carried items.0.1', 'not-carried items.2.0']);
});

test('a text behind calls stands before them, since nothing may stand between them and their results', () => {
  const call = (callId: string): Item => ({ ...aCall, callId });
  const result = (callId: string): Item => ({
    kind: 'tool-result',
    callId,
    form: 'function',
    parts: [text('r')],
    isError: null,
  });
  const { body, lost } = encode({
    items: [
      message('user', text('a')),
      message('assistant', text('b')),
      call('c'),
      message('assistant', text('d')),
      call('e'),
      result('c'),
      result('e'),
    ],
  });
  const turns = body['messages'] as { content: JsonObject[] }[];
  expect(
    turns.map(({ content }) => content.map((block) => block['text'] ?? block['id'] ?? block['tool_use_id'])),
  ).toEqual([['a'], ['b', 'd', 'c', 'e'], ['c', 'e']]);
  expect(lost).toEqual(['moved items.3']);
});

test('a marker within a result stands on the result, and counts', () => {
  const parts: Part[] = [{ kind: 'text', text: ' ', ...cached }];
  const result: Item = { kind: 'tool-result', callId: 'c', form: 'function', parts, isError: null };
  const { body } = encode({ items: [message('user', text('a')), aCall, result] });
  const marks = JSON.stringify(body).match(/cache_control/g);
  expect(marks).toHaveLength(1);
  expect((body['messages'] as JsonObject[]).at(-1)).toEqual({
    role: 'user',
    content: [
      {
        type: 'tool_result',
        tool_use_id: 'c',
        content: [{ type: 'text', text: ' ' }],
        cache_control: { type: 'ephemeral' },
      },
    ],
  });
});

test('a schema with a choice at its root becomes one object, and that is said', () => {
  const schema = { anyOf: [{ type: 'object', properties: { a: {} } }] };
  const { body, lost } = encode({
    tools: [{ kind: 'function', name: 't', namespace: null, description: null, schema, strict: null, deferred: false }],
  });
  expect(body['tools']).toMatchObject([{ input_schema: { type: 'object', properties: { a: {} } } }]);
  expect(lost).toContain('approximated tools.0');
});

function decode(body: JsonObject) {
  const edits: RequestEdit[] = [];
  const told = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'a' }], ...body };
  const request = decodeMessagesRequest(told, (edit) => edits.push(edit));
  return { request, lost: edits.map(({ rule, path }) => `${rule} ${path}`) };
}

test('members of members that nobody else knows are reported', () => {
  const { lost } = decode({
    output_config: { effort: 'low', task_budget: { type: 'tokens', total: 9 } },
    metadata: { user_id: 'u', team: 'x' },
  });
  expect(lost).toEqual(['not-carried output_config.task_budget', 'not-carried metadata.team']);
});

test('a deferred tool that is forced is shown, though nothing has found it', () => {
  const late = { name: 'late', input_schema: { type: 'object' }, defer_loading: true };
  const { request } = decode({
    tools: [late, { ...late, name: 'other' }],
    tool_choice: { type: 'tool', name: 'late' },
  });
  expect(request.tools).toMatchObject([{ name: 'late' }]);
});

test("deferred tools are shown where only Anthropic's own search would have found them", () => {
  const { request, lost } = decode({
    tools: [
      { type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' },
      { name: 'late', input_schema: { type: 'object' }, defer_loading: true },
    ],
  });
  expect(request.tools.map((tool) => (tool.kind === 'function' ? tool.name : tool.kind))).toEqual(['hosted', 'late']);
  expect(lost).toEqual(['approximated tools.1']);
});
