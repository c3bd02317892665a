import { expect, test } from 'vitest';
import { useSimulator } from '../../test/support/use-simulator.ts';

const simulator = useSimulator();

interface Item {
  readonly id: string;
  readonly type: string;
  readonly encrypted_content?: string;
}
interface Answer {
  readonly error?: { readonly message: string; readonly code: string; readonly param?: string };
  readonly output?: readonly Item[];
}

async function ask(body: Record<string, unknown>) {
  const reply = await simulator().post('/responses', { model: 'gpt-6.1-sol', input: 'Hello', ...body });
  return { status: reply.status, answer: JSON.parse(await reply.text()) as Answer };
}

const reasoning = { include: ['reasoning.encrypted_content'], reasoning: { effort: 'low', summary: 'auto' } };
const hello = { role: 'user', content: 'Hello' };

test.each([
  ['store', { store: true }, 'unsupported_value', 'store is not supported'],
  ['a service tier', { service_tier: 'auto' }, 'unsupported_value', 'service_tier is not supported'],
  ['background', { background: true }, 'unsupported_value', 'background is not supported'],
  ['a previous response', { previous_response_id: 'resp_1' }, 'previous_response_not_found', 'not found'],
  ['minimal effort', { reasoning: { effort: 'minimal' } }, 'unsupported_value', "'minimal' is not supported"],
  ['top_p', { top_p: 0.5 }, 'invalid_request_body', "'top_p' is not supported"],
  ['a hosted tool', { tools: [{ type: 'code_interpreter' }] }, 'unsupported_value', 'code_interpreter'],
  [
    'a namespace without description',
    { tools: [{ type: 'namespace', name: 'n', tools: [] }] },
    'invalid_request_body',
    'description',
  ],
  ['no input', { input: null }, 'invalid_request_body', 'input is required'],
  [
    'an id of the client',
    { input: [{ ...hello, id: 'msg_mine' }] },
    'invalid_request_body',
    'does not belong to this connection',
  ],
  [
    'an id of the client on reasoning',
    { input: [{ type: 'reasoning', id: 'rs_1', summary: [] }] },
    'invalid_encrypted_content',
    'did not match',
  ],
  ['a long id', { input: [{ ...hello, id: `msg_${'x'.repeat(61)}` }] }, 'string_above_max_length', 'length 65'],
  [
    'foreign sealed content',
    { input: [{ type: 'reasoning', summary: [], encrypted_content: 'gAAA' }] },
    'invalid_encrypted_content',
    'could not be verified',
  ],
  ['a null status', { input: [{ type: 'reasoning', summary: [], status: null }] }, 'invalid_request_body', 'status'],
  [
    'a call without output',
    { input: [{ type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' }] },
    'invalid_request_body',
    'No tool output found for function call c1',
  ],
  [
    'an output without call',
    { input: [{ type: 'function_call_output', call_id: 'c1', output: '' }] },
    'invalid_request_body',
    'No tool call found',
  ],
])('refuses %s', async (_, body, code, words) => {
  const { status, answer } = await ask(body);
  expect([status, answer.error?.code]).toEqual([400, code]);
  expect(answer.error?.message).toContain(words);
});

test('reasoning comes back under its own id, without any id, but not under another one', async () => {
  const output = (await ask(reasoning)).answer.output ?? [];
  expect(output.map((item) => item.type)).toEqual(['reasoning', 'message']);
  const [thought, said] = output;
  const { id: _, ...nameless } = thought ?? { id: '' };
  const replay = (item: unknown) => ask({ ...reasoning, input: [hello, item, said, hello] });
  expect((await replay(thought)).status).toBe(200);
  expect((await replay(nameless)).status).toBe(200);
  const swapped = { ...thought, id: said?.id.replace('msg_', 'rs_') };
  expect((await replay(swapped)).answer.error?.message).toContain('did not match the target item id');
  const changed = { ...nameless, encrypted_content: `x${thought?.encrypted_content ?? ''}` };
  expect((await replay(changed)).answer.error?.code).toBe('invalid_encrypted_content');
});

test('encrypted content comes only when it is asked for', async () => {
  const { output } = (await ask({ reasoning: { effort: 'low' } })).answer;
  expect(output?.[0]).not.toHaveProperty('encrypted_content');
  const silent = await ask({ reasoning: { effort: 'none' } });
  expect(silent.answer.output?.map((item) => item.type)).toEqual(['message']);
});

test.each([true, false])('a compaction trigger gets exactly one item, which comes back, stream: %s', async (stream) => {
  const body = { model: 'gpt-6.1-sol', input: [hello, { type: 'compaction_trigger' }], stream };
  const text = await (await simulator().post('/responses', body)).text();
  const last = stream ? (/data: (.*"response\.completed".*)\n/.exec(text)?.[1] ?? '') : `{"response":${text}}`;
  const { output } = (JSON.parse(last) as { response: { output: readonly Item[] } }).response;
  expect(output.map((item) => item.type)).toEqual(['compaction']);
  expect((await ask({ input: [...output, hello] })).status).toBe(200);
});

test('a model with late summaries streams none, and gives them when the item is done', async () => {
  const body = { model: 'gpt-6-luna', input: 'Hello', stream: true, ...reasoning };
  const text = await (await simulator().post('/responses', body)).text();
  expect(text).not.toContain('reasoning_summary_text.delta');
  expect(text).toContain('"summary":[{"type":"summary_text"');
});

test('code mode: the tools are the first input item, and the call names its namespace', async () => {
  const exec = { type: 'custom', name: 'exec' };
  const added = {
    type: 'additional_tools',
    role: 'developer',
    tools: [{ type: 'namespace', name: 'functions', tools: [exec] }],
  };
  const task = { role: 'user', content: [{ type: 'input_text', text: 'Create a file a.txt containing "x"' }] };
  const first = (await ask({ input: [added, task] })).answer.output?.at(-1);
  expect(first).toMatchObject({
    type: 'custom_tool_call',
    name: 'exec',
    namespace: 'functions',
    input: expect.stringMatching(/await tools\.exec_command\(\{cmd: /),
  });
  const call = first as Item & { readonly call_id: string };
  const output = { type: 'custom_tool_call_output', call_id: call.call_id, output: [{ type: 'input_text', text: '' }] };
  const { answer } = await ask({ input: [added, task, call, output] });
  expect(JSON.stringify(answer.output)).toContain('Done: I created a.txt');
});
