import { expect, test } from 'vitest';
import { payloadsOf, useSimulator } from '../../test/support/use-simulator.ts';

const simulator = useSimulator();

interface Answer {
  readonly error?: { readonly message: string; readonly code: string };
  readonly choices?: readonly {
    readonly message: { readonly content: string | null; readonly reasoning_opaque?: string };
  }[];
  readonly usage?: Record<string, unknown>;
}

const hello = [{ role: 'user', content: 'Hello' }];

async function ask(body: Record<string, unknown>) {
  const reply = await simulator().post('/chat/completions', { model: 'gpt-5.2', messages: hello, ...body });
  return { status: reply.status, answer: JSON.parse(await reply.text()) as Answer };
}

const tool = (name: string, parameters: object = { type: 'object' }) => ({
  type: 'function',
  function: { name, parameters },
});
const call = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
};

test.each([
  ['max_tokens on a reasoning GPT', { max_tokens: 5 }, "Use 'max_completion_tokens' instead"],
  ['temperature on a reasoning GPT', { temperature: 0 }, "'temperature' does not support 0"],
  ['no messages', { messages: [] }, 'messages is required'],
  ['a message that is none', { messages: ['Hello'] }, 'object with a role'],
  ['129 tools', { tools: Array.from({ length: 129 }, () => tool('f')) }, 'at most 128, got 129'],
  ['a long tool name', { tools: [tool('f'.repeat(65))] }, 'tools[0].function.name'],
  [
    'a strict schema on Gemini',
    { model: 'gemini-3.8-flash', tools: [tool('f', { type: 'object', additionalProperties: false })] },
    'Unknown name "additionalProperties"',
  ],
  ['a call without its result', { messages: [...hello, call, ...hello] }, 'did not have response messages: c1'],
  [
    'a result without its call',
    { messages: [{ role: 'tool', tool_call_id: 'c9', content: '' }] },
    "preceding message with 'tool_calls'",
  ],
  [
    'a changed opaque blob',
    { messages: [...hello, { role: 'assistant', content: 'x', reasoning_opaque: 'abc' }, ...hello] },
    'reasoning_opaque could not be verified',
  ],
])('refuses %s', async (_, body, words) => {
  const { status, answer } = await ask(body);
  expect([status, answer.error?.code]).toEqual([400, 'invalid_request_body']);
  expect(answer.error?.message).toContain(words);
});

test('a prompt beyond the model is refused in the words that clients know', async () => {
  const { answer } = await ask({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'x'.repeat(500_000) }] });
  expect(answer.error?.code).toBe('model_max_prompt_tokens_exceeded');
  expect(answer.error?.message).toMatch(/^prompt token count of \d+ exceeds the limit of 111424$/);
});

const schema = {
  type: 'object',
  required: ['age'],
  properties: { age: { type: 'integer' } },
  additionalProperties: false,
};

test.each([
  ['gpt-5.2', '{"age":1}'],
  ['claude-opus-5.5', 'You asked:'],
])('%s on a JSON schema says %s', async (model, words) => {
  const { answer } = await ask({ model, response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } });
  expect(answer.choices?.[0]?.message.content).toContain(words);
});

test('the opaque blob of Gemini comes late, after the text, and comes back', async () => {
  const body = { model: 'gemini-3.8-flash', messages: hello, stream: true };
  const reply = await simulator().post('/chat/completions', body);
  const deltas = payloadsOf(await reply.text()).flatMap((chunk) =>
    (chunk['choices'] as { delta: Record<string, unknown> }[]).map((choice) => choice.delta),
  );
  const places = ['reasoning_text', 'content', 'reasoning_opaque'].map((key) =>
    deltas.findLastIndex((delta) => delta[key] != null),
  );
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  const blob = deltas[places[2] ?? -1]?.['reasoning_opaque'];
  const messages = [...hello, { role: 'assistant', content: 'x', reasoning_opaque: blob }, ...hello];
  expect((await ask({ model: 'gemini-3.8-flash', messages })).status).toBe(200);
});

test('the usage chunk comes only to who asks for it', async () => {
  const body = { model: 'gpt-4.1', messages: hello, stream: true };
  const plain = payloadsOf(await (await simulator().post('/chat/completions', body)).text());
  expect(plain[0]).toMatchObject({ choices: [], id: '', created: 0, prompt_filter_results: [{ prompt_index: 0 }] });
  expect(plain.some((chunk) => 'usage' in chunk)).toBe(false);
  const asked = { ...body, stream_options: { include_usage: true } };
  const last = payloadsOf(await (await simulator().post('/chat/completions', asked)).text()).at(-1);
  expect(last).toMatchObject({ choices: [], usage: { prompt_tokens: 10 }, copilot_usage: { total_nano_aiu: 0 } });
});

test.each([
  ['the token limit', { max_completion_tokens: 4 }, 'length', 'You asked: “He'],
  ['a stop sequence', { model: 'gpt-4.1', stop: [' This'] }, 'stop', 'You asked: “Hello”'],
])('%s ends the answer', async (_, body, finish, content) => {
  const { answer } = await ask('model' in body ? body : { ...body, reasoning_effort: 'none' });
  expect(answer.choices).toMatchObject([{ finish_reason: finish, message: { content } }]);
});
