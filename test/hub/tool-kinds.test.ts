/** Tools of kinds that only their own protocol has, used by a model of another one. */
import type {
  ResponseCreateParamsNonStreaming,
  ResponseInput,
  ResponseInputItem,
} from 'openai/resources/responses/responses';
import { describe, expect, test } from 'vitest';
import { anthropic, openai, weatherSchema } from '../support/sdk-clients.ts';
import { useProxy } from '../support/use-proxy.ts';
import { modelOf, pathOf, singleEndpointModels } from './pairs.ts';

const proxy = useProxy({ simulator: { scenario: { models: singleEndpointModels } } });

type Foreign = 'chat' | 'messages';
type Tools = NonNullable<ResponseCreateParamsNonStreaming['tools']>;

const user = (text: string): ResponseInputItem => ({ type: 'message', role: 'user', content: text });

/** Streamed, for that is where calls are unwrapped; what goes to the tool is in the last event of each item. */
async function ask(upstream: Foreign, input: ResponseInput, tools?: Tools) {
  const deltas: string[] = [];
  const stream = openai(proxy()).responses.stream({
    model: modelOf[upstream],
    input,
    store: false,
    stream: true,
    ...(tools && { tools }),
  });
  for await (const event of stream) {
    if (event.type === 'response.custom_tool_call_input.delta') deltas.push(event.delta);
  }
  const { output, output_text: text } = await stream.finalResponse();
  return { output: output as ResponseInputItem[], text, deltas };
}

const sent = (path: string) => proxy().simulator.requestsTo(path).at(-1)?.json as Record<string, unknown>;
const marker = (name: string, input: unknown) => `Do it. [[sim:tool ${name} ${JSON.stringify(input)}]]`;

describe.each<Foreign>(['chat', 'messages'])('Codex on a model of %s', (upstream) => {
  const patch = '*** Begin Patch\n*** Add File: ä.txt\n+"say" \\ 🚀\n*** End Patch\n';

  test('apply_patch, a custom tool with a grammar, takes raw text and gives it back', async () => {
    const tools: Tools = [
      {
        type: 'custom',
        name: 'apply_patch',
        description: 'Edits files.',
        format: { type: 'grammar', syntax: 'lark', definition: 'start: "*** Begin Patch"' },
      },
    ];
    const input: ResponseInput = [user(marker('apply_patch', { input: patch }))];
    const asked = await ask(upstream, input, tools);
    const call = asked.output.find((item) => item.type === 'custom_tool_call');
    expect(call).toMatchObject({ name: 'apply_patch', input: patch });
    expect(asked.deltas.join('')).toBe(patch);
    expect(JSON.stringify(sent(pathOf[upstream])['tools'])).toContain('lark grammar');
    const result = { type: 'custom_tool_call_output' as const, call_id: call?.call_id ?? '', output: 'Done, ä' };
    const told = await ask(upstream, [...input, ...asked.output, result], tools);
    expect(told.text).toContain('Done, ä');
  });

  test('a tool of a namespace goes by one name and comes back under two', async () => {
    const read = { type: 'function' as const, name: 'read', parameters: weatherSchema, strict: false };
    const tools: Tools = [{ type: 'namespace', name: 'mcp__files', description: 'Files.', tools: [read] }];
    const input: ResponseInput = [user(marker('mcp__files__read', { city: 'Oslo' }))];
    const asked = await ask(upstream, input, tools);
    const call = asked.output.find((item) => item.type === 'function_call');
    expect(call).toMatchObject({ name: 'read', namespace: 'mcp__files', arguments: '{"city":"Oslo"}' });
    const result = { type: 'function_call_output' as const, call_id: call?.call_id ?? '', output: 'cold' };
    const told = await ask(upstream, [...input, ...asked.output, result], tools);
    expect(told.text).toContain('cold');
  });

  test('code mode: tools in the first input item, and exec takes a script', async () => {
    const script = 'text("ä" + `\\n`);\n';
    const exec = { type: 'custom', name: 'exec', description: 'Runs JavaScript.' };
    const first = {
      type: 'additional_tools',
      role: 'developer',
      tools: [{ type: 'namespace', name: 'functions', description: '', tools: [exec] }],
    } as unknown as ResponseInputItem;
    const input: ResponseInput = [first, user(marker('functions__exec', { input: script }))];
    const asked = await ask(upstream, input);
    const call = asked.output.find((item) => item.type === 'custom_tool_call');
    expect(call).toMatchObject({ name: 'exec', namespace: 'functions', input: script });
    const output = [{ type: 'input_text' as const, text: 'ran' }];
    const result = { type: 'custom_tool_call_output' as const, call_id: call?.call_id ?? '', output };
    const told = await ask(upstream, [...input, ...asked.output, result]);
    expect(told.text).toContain('ran');
  });

  test('local_shell goes as a function, and its call comes back as an action', async () => {
    const tools: Tools = [{ type: 'local_shell' }];
    const input: ResponseInput = [user(marker('local_shell', { command: ['ls', '-l'] }))];
    const asked = await ask(upstream, input, tools);
    const call = asked.output.find((item) => item.type === 'local_shell_call');
    expect(call).toMatchObject({ action: { type: 'exec', command: ['ls', '-l'] } });
    const id = call?.call_id ?? '';
    const result = { type: 'local_shell_call_output', id, call_id: id, output: 'a.txt' } as ResponseInputItem;
    const told = await ask(upstream, [...input, ...asked.output, result], tools);
    expect(told.text).toContain('a.txt');
  });
});

describe.each(['chat', 'responses'] as const)('Claude Code on a model of %s', (upstream) => {
  const model = modelOf[upstream];
  const itemsOf = (body: Record<string, unknown>) =>
    (body['messages'] ?? body['input']) as { readonly role?: string; readonly content?: unknown }[];

  test('a system turn stays where it was said', async () => {
    await anthropic(proxy()).messages.create({
      model,
      max_tokens: 1024,
      system: 'Be brief.',
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'system', content: 'The date is today.' },
        { role: 'assistant', content: 'Hi' },
        { role: 'user', content: 'And now?' },
      ],
    });
    const items = itemsOf(sent(pathOf[upstream]));
    expect(items.map(({ role }) => role)).toEqual(['system', 'user', 'system', 'assistant', 'user']);
    expect(JSON.stringify(items[2])).toContain('The date is today.');
  });

  test('a deferred tool goes up once a search has found it', async () => {
    const tool = (name: string, more: object = {}) => ({
      name,
      description: 'A tool.',
      input_schema: { ...weatherSchema, required: ['city'] },
      ...more,
    });
    const tools = [
      tool('ToolSearch'),
      tool('late_tool', { defer_loading: true }),
      tool('never_found', { defer_loading: true }),
    ];
    const client = anthropic(proxy());
    const messages = [{ role: 'user' as const, content: marker('ToolSearch', { city: 'Oslo' }) }];
    const first = await client.messages.create({ model, max_tokens: 1024, tools, messages });
    const namesOf = () => JSON.stringify(sent(pathOf[upstream])['tools']).match(/ToolSearch|late_tool|never_found/g);
    expect(namesOf()).toEqual(['ToolSearch']);
    const call = first.content.find((block) => block.type === 'tool_use');
    const second = await client.messages.create({
      model,
      max_tokens: 1024,
      tools,
      messages: [
        ...messages,
        { role: 'assistant', content: first.content },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: call?.id ?? '',
              content: [{ type: 'tool_reference', tool_name: 'late_tool' }],
            },
            { type: 'text', text: marker('late_tool', { city: 'Rome' }) },
          ],
        },
      ],
    });
    expect(namesOf()).toEqual(['ToolSearch', 'late_tool']);
    expect(second.content).toContainEqual(expect.objectContaining({ name: 'late_tool', input: { city: 'Rome' } }));
  });
});
