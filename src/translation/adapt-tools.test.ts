/** Every kind of tool goes up as a function under its own flat name, and every call finds its way back. */
import { expect, test } from 'vitest';
import type { ModelRequest } from '../canonical/model-request.ts';
import type { StreamPart } from '../canonical/stream-part.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import type { Tool, ToolChoice } from '../canonical/tool.ts';
import { sampleRequest } from '../../test/support/sample-request.ts';
import { adaptTools } from './adapt-tools.ts';
import { restoreCalls } from './restore-calls.ts';

const plain = (name: string, namespace: string | null = null): Tool => ({
  kind: 'function',
  name,
  namespace,
  description: null,
  schema: { type: 'object' },
  strict: null,
  deferred: false,
});
const patch: Tool = {
  kind: 'custom',
  name: 'apply_patch',
  namespace: null,
  description: 'Edits files.',
  grammar: { syntax: 'lark', definition: 'start: "a"' },
};

function adapt(change: Partial<ModelRequest>) {
  const edits: RequestEdit[] = [];
  const { request, calls } = adaptTools({ ...sampleRequest(), ...change }, (edit) => edits.push(edit));
  return { request, calls, rules: edits.map(({ rule }) => rule) };
}

test('a tool that is named twice goes up once, in its first place as it was told last', () => {
  const later = { ...plain('a'), description: 'new' } as Tool;
  const { request, rules } = adapt({ tools: [plain('a'), patch, plain('do', 'ns'), later, patch, plain('do', 'ns')] });
  expect(request.tools).toMatchObject([{ name: 'a', description: 'new' }, { name: 'apply_patch' }, { name: 'ns__do' }]);
  expect(rules.filter((rule) => rule === 'repaired')).toHaveLength(3);
});

test('plain functions stay as they are', () => {
  const { request, calls, rules } = adapt({ tools: [plain('a'), plain('b')] });
  expect(request.tools).toEqual([plain('a'), plain('b')]);
  expect([...calls]).toEqual([]);
  expect(rules).toEqual([]);
});

test('a custom tool is a function with one text, its grammar in its description', () => {
  const { request, calls } = adapt({ tools: [patch] });
  expect(request.tools[0]).toMatchObject({
    kind: 'function',
    name: 'apply_patch',
    schema: { properties: { input: { type: 'string' } }, required: ['input'] },
  });
  expect(request.tools[0]).toHaveProperty(
    'description',
    expect.stringMatching(/^Edits files\.\n\n.*lark grammar:\nstart: "a"$/s),
  );
  expect(calls.get('apply_patch')).toEqual({ name: 'apply_patch', namespace: null, form: 'custom' });
});

test('names that meet when they are made flat stay apart', () => {
  const tools = [plain('a__b'), plain('b', 'a'), plain('b', 'c')];
  const { request, calls } = adapt({ tools });
  const names = request.tools.map((tool) => ('name' in tool ? tool.name : ''));
  expect(new Set(names).size).toBe(3);
  expect(names[0]).toBe('a__b');
  expect(names[2]).toBe('c__b');
  expect(calls.get(names[1] ?? '')).toEqual({ name: 'b', namespace: 'a', form: 'function' });
});

test('law 6: a shell, a custom tool and a function that share a name stay apart', () => {
  const custom: Tool = { kind: 'custom', name: 'local_shell', namespace: null, description: null, grammar: null };
  const { request, calls } = adapt({ tools: [{ kind: 'local-shell' }, custom, plain('local_shell')] });
  const names = request.tools.map((tool) => ('name' in tool ? tool.name : ''));
  expect(new Set(names).size).toBe(3);
  expect(names.map((name) => calls.get(name)?.form ?? 'function')).toEqual(['local-shell', 'custom', 'function']);
});

test('law 6: a namespace and a name that are too long together are one name that fits', () => {
  const [namespace, name] = ['n'.repeat(60), 'f'.repeat(60)];
  const { request, calls } = adapt({ tools: [plain(name, namespace), plain(`${name}g`, namespace)] });
  const names = request.tools.map((tool) => ('name' in tool ? tool.name : ''));
  expect(names.every((flat) => flat.length <= 64)).toBe(true);
  expect(names.map((flat) => calls.get(flat)?.name)).toEqual([name, `${name}g`]);
});

test('a namespace and a name that just fit stay readable, one character more is cut', () => {
  const flat = (name: string) => {
    const { request } = adapt({ tools: [plain(name, 'n'.repeat(30))] });
    return request.tools.flatMap((tool) => ('name' in tool ? [tool.name] : []));
  };
  expect(flat('f'.repeat(32))).toEqual([`${'n'.repeat(30)}__${'f'.repeat(32)}`]);
  expect(flat('f'.repeat(33))).toEqual([expect.stringMatching(/^n{30}__f{23}_[\w-]{8}$/)]);
});

test('what is said of a namespace is said with each of its tools', () => {
  const { request } = adapt({
    tools: [{ ...plain('b', 'a'), namespaceDescription: 'Agents.', description: 'Spawns.' } as Tool],
  });
  expect(request.tools[0]).toHaveProperty('description', 'Agents.\n\nSpawns.');
  expect(request.tools[0]).not.toHaveProperty('namespaceDescription');
});

test('hosted tools stay behind, with the choice of one', () => {
  const toolChoice: ToolChoice = { kind: 'tool', tool: { name: 'web_search', namespace: null } };
  const { request, rules } = adapt({
    tools: [{ kind: 'hosted', type: 'web_search', value: {} }, plain('a')],
    toolChoice,
  });
  expect(request.tools).toHaveLength(1);
  expect(request.toolChoice).toBeNull();
  expect(rules).toEqual(['not-carried', 'not-carried']);
});

test('the history calls tools by the names that go up', () => {
  const { request } = adapt({
    tools: [patch, plain('b', 'a')],
    items: [
      {
        kind: 'tool-call',
        callId: '1',
        name: 'apply_patch',
        namespace: null,
        form: 'custom',
        input: 'x"y',
        sealed: null,
      },
      { kind: 'tool-call', callId: '2', name: 'b', namespace: 'a', form: 'function', input: '{}', sealed: null },
      { kind: 'tool-call', callId: '3', name: 'gone', namespace: 'n', form: 'function', input: '{}', sealed: null },
      { kind: 'tool-result', callId: '1', form: 'custom', parts: [], isError: null },
    ],
  });
  expect(request.items).toMatchObject([
    { name: 'apply_patch', form: 'function', input: '{"input":"x\\"y"}' },
    { name: 'a__b', namespace: null },
    { name: 'n__gone', namespace: null },
    { form: 'function' },
  ]);
});

test('a call comes back as what the tool is to the caller, its text unwrapped', () => {
  const { calls } = adapt({ tools: [patch, plain('b', 'a'), { kind: 'local-shell' }] });
  const parts: StreamPart[] = [];
  const push = restoreCalls((part) => parts.push(part), calls, new Map([['p_1', 'apply_patch']]));
  const start = (block: number, name: string) =>
    push({ type: 'block-start', block, kind: 'tool-call', callId: 'c', name, namespace: null, form: 'function' });
  start(0, 'p_1');
  push({ type: 'delta', block: 0, literal: JSON.stringify('{"input":"*** Be') });
  push({ type: 'delta', block: 0, literal: JSON.stringify('gin\\n"}') });
  push({ type: 'block-end', block: 0 });
  start(1, 'a__b');
  push({ type: 'delta', block: 1, literal: '"{}"' });
  push({ type: 'block-end', block: 1 });
  start(2, 'local_shell');
  start(3, 'invented');
  expect(parts).toMatchObject([
    { name: 'apply_patch', form: 'custom' },
    { literal: '"*** Be"' },
    { literal: '"gin\\n"' },
    { type: 'block-end' },
    { name: 'b', namespace: 'a' },
    { literal: '"{}"' },
    { type: 'block-end' },
    { name: 'local_shell', form: 'local-shell' },
    { name: 'invented', form: 'function' },
  ]);
});
