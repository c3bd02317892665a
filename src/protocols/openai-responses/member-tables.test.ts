import type { ResponseCreateParams } from 'openai/resources/responses/responses';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { decodeResponsesRequest } from './decode-request.ts';
import { requestMembers } from './member-tables.ts';

function decode(body: JsonObject) {
  const edits: RequestEdit[] = [];
  const request = decodeResponsesRequest({ model: 'm', input: 'hi', ...body }, (edit) => edits.push(edit));
  return { request, edits, paths: edits.map(({ path }) => path) };
}

test.each([
  ['metadata', { metadata: { a: 'b' } }],
  ['store', { store: true }],
  ['service_tier', { service_tier: 'flex' }],
  ['client_metadata', { client_metadata: { a: 1 } }],
  ['something_new', { something_new: 1 }],
  ['reasoning.context', { reasoning: { context: 'all_turns' } }],
  ['include.0', { include: ['file_search_call.results'] }],
  ['tools.0.output_schema', { tools: [{ type: 'function', name: 'f', output_schema: { type: 'object' } }] }],
  ['input.0.async', { input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: '', async: true }] }],
])('%s is reported, since nobody else has it', (path, body) => {
  expect(decode(body).edits).toEqual([{ rule: 'not-carried', path, reason: expect.any(String) }]);
});

test('notes that Codex writes to itself, ids and states are left out without a word', () => {
  const { edits } = decode({
    input: [
      { role: 'user', content: 'a', id: 'msg_1', internal_chat_message_metadata_passthrough: { x: 1 } },
      { type: 'function_call_output', id: 'fco_1', call_id: 'c', output: '', status: 'completed' },
    ],
  });
  expect(edits).toEqual([]);
});

test("every member that the vendor's type knows stands in the table", () => {
  const known = {
    access_programs: 0,
    background: 0,
    context_management: 0,
    conversation: 0,
    image: 0,
    include: 0,
    input: 0,
    instructions: 0,
    max_output_tokens: 0,
    max_tool_calls: 0,
    metadata: 0,
    model: 0,
    moderation: 0,
    parallel_tool_calls: 0,
    previous_response_id: 0,
    prompt: 0,
    prompt_cache_key: 0,
    prompt_cache_options: 0,
    prompt_cache_retention: 0,
    reasoning: 0,
    safety_identifier: 0,
    service_tier: 0,
    store: 0,
    stream: 0,
    stream_options: 0,
    temperature: 0,
    text: 0,
    tool_choice: 0,
    tools: 0,
    top_logprobs: 0,
    top_p: 0,
    truncation: 0,
    user: 0,
  } satisfies Record<keyof ResponseCreateParams, 0>;
  expect(Object.keys(known).filter((member) => !Object.hasOwn(requestMembers, member))).toEqual([]);
});

test('the same member on many items is reported once', () => {
  const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '', async: true };
  expect(decode({ input: [call, call, call] }).paths).toEqual(['input.0.async']);
});

/** A value of each member that has a word in our form; the gateway reads the ones that are not here. */
const samples: JsonObject = {
  input: 'other',
  instructions: 'x',
  tools: [{ type: 'function', name: 'f' }],
  tool_choice: 'required',
  parallel_tool_calls: true,
  max_output_tokens: 5,
  temperature: 1,
  top_p: 1,
  presence_penalty: 1,
  frequency_penalty: 1,
  top_logprobs: 4,
  text: { verbosity: 'low' },
  reasoning: { effort: 'low' },
  include: ['message.output_text.logprobs'],
  prompt_cache_key: 'x',
  safety_identifier: 'x',
  user: 'x',
};

test('what the table calls kept or mapped says something, and what it calls dropped says nothing', () => {
  const base = { include: [], top_logprobs: 2 };
  const plain = JSON.stringify(decode(base).request);
  for (const [member, { fate }] of Object.entries(requestMembers)) {
    if (['model', 'stream', 'stream_options'].includes(member)) continue;
    const body = { ...base, [member]: samples[member] ?? 'x' };
    // Without `include` the number alone asks for nothing.
    const asked = member === 'top_logprobs' ? { ...body, include: samples['include'] } : body;
    const said = () => JSON.stringify(decode(asked).request) !== plain;
    if (['previous_response_id', 'conversation', 'prompt'].includes(member)) expect(said, member).toThrow(ProxyError);
    else expect(said(), member).toBe(fate !== 'dropped');
  }
});
