/** Tools whose names or number the upstream does not take: they go up in another form, and the caller never notices. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import type { RawAnswer, RawRequest } from './support/raw-upstream.ts';

const longName = `mcp__a_server_with_a_long_name__${'x'.repeat(70)}`;

let proxy: RawProxy;
beforeAll(async () => {
  proxy = await startRawProxy(callFirstTool);
});
afterAll(() => proxy.close());

interface Sent {
  readonly stream?: boolean;
  readonly tools: readonly { name?: string; function?: { name: string } }[];
  readonly messages?: readonly object[];
  readonly input?: readonly object[];
}

const sentBody = ({ body }: RawRequest) => JSON.parse(body.toString()) as Sent;
const firstName = ({ tools }: Sent) => tools[0]?.function?.name ?? tools[0]?.name ?? '';
const json = (answer: object): RawAnswer => ({
  headers: ['content-type: application/json'],
  chunks: [JSON.stringify(answer)],
});
const events = (...payloads: (object | string)[]): RawAnswer => ({
  chunks: payloads.map((payload) => {
    const type = typeof payload === 'object' && 'type' in payload ? `event: ${String(payload.type)}\n` : '';
    return `${type}data: ${typeof payload === 'string' ? payload : JSON.stringify(payload)}\n\n`;
  }),
});

/** Answers with a call of the first tool, in the form of the path. */
function callFirstTool(request: RawRequest): RawAnswer {
  const sent = sentBody(request);
  const name = firstName(sent);
  if (request.path.endsWith('/chat/completions')) {
    const call = { index: 0, id: 'call_1', type: 'function', function: { name, arguments: '{}' } };
    if (sent.stream !== true)
      return json({ choices: [{ index: 0, message: { tool_calls: [call] }, finish_reason: 'tool_calls' }] });
    return events(
      { choices: [{ index: 0, delta: { role: 'assistant', tool_calls: [call] } }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
      '[DONE]',
    );
  }
  if (request.path.endsWith('/responses')) {
    const item = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name, arguments: '{}' };
    const response = { id: 'resp_1', object: 'response', status: 'completed', output: [item], tools: sent.tools };
    if (sent.stream !== true) return json(response);
    return events(
      { type: 'response.output_item.added', output_index: 0, item },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response },
    );
  }
  const block = { type: 'tool_use', id: 'toolu_1', name, input: {} };
  if (sent.stream !== true)
    return json({ type: 'message', role: 'assistant', content: [block], stop_reason: 'tool_use' });
  return events(
    { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', content: [] } },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
    { type: 'message_stop' },
  );
}

const chatBody = (name: string) => ({
  model: 'm-chat',
  messages: [
    { role: 'user', content: 'hi' },
    { role: 'assistant', tool_calls: [{ id: 'c1', type: 'function', function: { name, arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'c1', content: 'ok' },
  ],
  tools: [{ type: 'function', function: { name, parameters: { type: 'object' } } }],
  tool_choice: { type: 'function', function: { name } },
});
const responsesBody = (name: string) => ({
  model: 'm-responses',
  input: [
    { type: 'function_call', call_id: 'c1', name, arguments: '{}' },
    { type: 'function_call_output', call_id: 'c1', output: 'ok' },
  ],
  tools: [{ type: 'function', name, parameters: { type: 'object' } }],
  tool_choice: { type: 'function', name },
});
const messagesBody = (name: string) => ({
  model: 'm-messages',
  max_tokens: 100,
  messages: [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name, input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'ok' }] },
  ],
  tools: [{ name, input_schema: { type: 'object' } }],
  tool_choice: { type: 'tool', name },
});

const rows = [
  ['/v1/chat/completions', longName, chatBody],
  ['/v1/chat/completions', 'größe.lesen', chatBody],
  ['/v1/responses', longName, responsesBody],
  ['/v1/responses', 'größe.lesen', responsesBody],
  ['/v1/messages', 'fs.read', messagesBody],
  ['/v1/messages', 'größe.lesen', messagesBody],
] as const;

test.each(rows.flatMap((row) => [true, false].map((stream) => [...row, stream] as const)))(
  '%s takes a tool named %s, streamed: %3$s',
  async (path, name, bodyOf, stream) => {
    const reply = await proxy.post(path, { ...bodyOf(name), stream });
    const text = await reply.text();
    expect(reply.status, text).toBe(200);
    expect(reply.headers.get('x-crossfeed-edits')).toContain('tool-names');
    const up = proxy.upstream.requests.at(-1)?.body.toString() ?? '';
    const alias = firstName(JSON.parse(up) as Sent);
    expect(alias).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(up).not.toContain(name);
    // The tool, the choice and the call of an earlier turn.
    expect(up.split(JSON.stringify(alias))).toHaveLength(4);
    expect(text).toContain(JSON.stringify(name));
    expect(text).not.toContain(alias);
  },
);

test('Messages has backends that take 64 characters as well: a longer name is an alias there, and comes back', async () => {
  const reply = await proxy.post('/v1/messages', messagesBody(longName));
  expect(await reply.text()).toContain(longName);
  expect(reply.headers.get('x-crossfeed-edits')).toBe('tool-names');
  expect(proxy.upstream.requests.at(-1)?.body.toString()).not.toContain(longName);
});

test('a name over 128 characters is refused before anything goes up', async () => {
  const before = proxy.upstream.requests.length;
  const reply = await proxy.post('/v1/chat/completions', chatBody('n'.repeat(129)));
  expect(reply.status).toBe(400);
  expect(await reply.text()).toContain('129 characters; 128 at most');
  expect(proxy.upstream.requests.length).toBe(before);
});

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ type: 'function', function: { name: `t${index}` } }));

test('of 200 tools the called and the forced one and the first ones go up, the same ones next turn', async () => {
  const body = { ...chatBody('t150'), tools: many(200), tool_choice: { type: 'function', function: { name: 't160' } } };
  const reply = await proxy.post('/v1/chat/completions', body);
  expect(reply.status).toBe(200);
  expect(reply.headers.get('x-crossfeed-edits')).toContain('tool-limit');
  const [first] = proxy.upstream.requests.slice(-1);
  const names = first ? sentBody(first).tools.map((tool) => tool.function?.name) : [];
  expect(names).toEqual([...Array.from({ length: 126 }, (_, index) => `t${index}`), 't150', 't160']);
  // What was called and forced then is neither now: the offer stays all the same.
  const again = await proxy.post('/v1/chat/completions', {
    ...body,
    messages: body.messages.slice(0, 1),
    tool_choice: 'auto',
  });
  expect(again.status).toBe(200);
  const [second] = proxy.upstream.requests.slice(-1);
  expect(second ? sentBody(second).tools.map((tool) => tool.function?.name) : []).toEqual(names);
});

test('more than 1,024 tools are refused', async () => {
  const reply = await proxy.post('/v1/chat/completions', { ...chatBody('t1'), tools: many(1025) });
  expect(reply.status).toBe(400);
  expect(await reply.text()).toContain('1025 tools');
});
