/** Requests whose translation went wrong elsewhere, from #31 on: cases of `translation.md` 2.1, by their number. */
import { expect, test } from 'vitest';
import type { CaseRow } from './case-row.ts';
import { up, type Json } from './exchange.ts';

const say = (role: string, ...content: object[]) => ({ role, content });
const text = (said: string) => ({ type: 'text', text: said });
const use = (id: string, name = 'f', input: object = {}) => ({ type: 'tool_use', id, name, input });
const resultOf = (id: string, content: unknown = 'ok') => ({ type: 'tool_result', tool_use_id: id, content });
const tool = { name: 'f', description: 'd', input_schema: { type: 'object', properties: {} } };
const chatTool = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } };

const rows: readonly CaseRow[] = [
  {
    named: '#31 an empty text of the history is no block',
    way: 'C→M',
    body: {
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: '' },
        { role: 'user', content: 'b' },
      ],
    },
    check: (body) => expect(JSON.stringify(body.messages)).not.toContain('"text":""'),
  },
  {
    named: '#32 of two results of a call one goes up',
    way: 'C→M',
    body: {
      tools: [chatTool],
      messages: [
        { role: 'user', content: 'a' },
        { role: 'assistant', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'c1', content: 'one' },
        { role: 'tool', tool_call_id: 'c1', content: 'two' },
      ],
    },
    check: (body, rules) => {
      expect(body.messages[2].content).toMatchObject([{ tool_use_id: 'c1', content: [{ text: 'one' }] }]);
      expect(rules).toContain('repaired');
    },
  },
  {
    named: '#33 a call without its result gets one, a result without its call goes',
    way: 'M→R',
    body: {
      tools: [tool],
      messages: [say('user', resultOf('x'), text('a')), say('assistant', use('y')), say('user', text('b'))],
    },
    check: (body, rules) => {
      expect(body.input.map(({ type, call_id: id }: Json) => [type, id])).toEqual([
        ['message', undefined],
        ['function_call', 'y'],
        ['function_call_output', 'y'],
        ['message', undefined],
      ]);
      expect(rules).toContain('repaired');
    },
  },
  {
    named: '#35 turns of the same speaker become one, with all that was said',
    way: 'C→M',
    body: {
      messages: [
        { role: 'user', content: 'a' },
        { role: 'user', content: 'b' },
        { role: 'assistant', content: 'c' },
        { role: 'assistant', content: 'd' },
        { role: 'user', content: 'e' },
      ],
    },
    check: (body) =>
      expect(body.messages.map(({ role, content }: Json) => [role, ...content.map((each: Json) => each.text)])).toEqual(
        [
          ['user', 'a', 'b'],
          ['assistant', 'c', 'd'],
          ['user', 'e'],
        ],
      ),
  },
  {
    named: '#36 the system item that comes first is the system',
    way: 'R→M',
    body: {
      input: [
        { role: 'system', content: 's' },
        { role: 'user', content: 'a' },
      ],
    },
    check: (body) => {
      expect(body.system).toMatchObject([{ text: 's' }]);
      expect(body.messages.map(({ role }: Json) => role)).toEqual(['user']);
    },
  },
  {
    named: '#37 tools that OpenAI runs are left out and told',
    way: 'R→M',
    body: {
      tools: [{ type: 'web_search' }, { type: 'image_generation' }, { type: 'function', name: 'f', parameters: {} }],
    },
    check: (body, rules) => {
      expect(body.tools.map(({ name }: Json) => name)).toEqual(['f']);
      expect(rules.filter((rule) => rule === 'not-carried')).toHaveLength(2);
    },
  },
  {
    named: '#38 tools of a namespace have flat names and schemas',
    way: 'R→M',
    body: { tools: [{ type: 'namespace', name: 'ns', tools: [{ type: 'function', name: 'f', parameters: null }] }] },
    check: (body) => expect(body.tools).toMatchObject([{ name: 'ns__f', input_schema: { type: 'object' } }]),
  },
  {
    named: '#39 the image tool that Codex adds is left out',
    way: 'R→R',
    body: { tools: [{ type: 'image_generation' }, { type: 'function', name: 'f', parameters: {} }] },
    check: (body) => expect(body.tools.map(({ type }: Json) => type)).toEqual(['function']),
  },
  {
    named: '#41 a tool without a schema has one of nothing',
    way: 'R→C',
    body: { tools: [{ type: 'function', name: 'f', parameters: null }] },
    check: (body) => expect(body.tools[0].function.parameters).toMatchObject({ type: 'object' }),
  },
  {
    named: '#43 parts of an output keep their order',
    way: 'R→C',
    body: {
      input: [
        { role: 'user', content: 'a' },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
        {
          type: 'function_call_output',
          call_id: 'c1',
          output: [
            { type: 'input_text', text: '1' },
            { type: 'input_text', text: '2' },
          ],
        },
      ],
    },
    check: (body) => expect(JSON.stringify(body.messages[2].content)).toMatch(/1.*2/),
  },
  {
    named: '#45 a forced tool is named flat',
    way: 'C→R',
    body: { tools: [chatTool], tool_choice: { type: 'function', function: { name: 'f' } } },
    check: (body) => expect(body.tool_choice).toEqual({ type: 'function', name: 'f' }),
  },
  {
    named: '#46 no empty message stands between reasoning and its call',
    way: 'C→R',
    body: {
      tools: [chatTool],
      messages: [
        { role: 'user', content: 'a' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'ok' },
      ],
    },
    check: (body) =>
      expect(body.input.map(({ type }: Json) => type)).toEqual(['message', 'function_call', 'function_call_output']),
  },
  {
    named: '#47 nothing is stored',
    way: 'C→R',
    body: { store: true },
    check: (body) => expect(body.store).toBe(false),
  },
  ...(['prompt_cache_retention', 'prompt_cache_options', 'safety_identifier'] as const).map((member): CaseRow => ({
    named: `#48 ${member} does not go up`,
    way: 'R→R',
    body: { [member]: member === 'prompt_cache_options' ? { a: 1 } : 'x' },
    check: (body) => expect(body[member]).toBeUndefined(),
  })),
  ...(['C→M', 'C→R', 'M→C', 'M→R', 'R→C', 'R→M', 'G→M', 'G→C', 'G→R', 'O→M', 'O→C', 'O→R'] as const).map(
    (way): CaseRow => {
      const schema = {
        type: 'object',
        properties: { a: { type: 'string' } },
        required: ['a'],
        additionalProperties: false,
      };
      const asked = {
        C: { response_format: { type: 'json_schema', json_schema: { name: 'n', schema, strict: true } } },
        R: { text: { format: { type: 'json_schema', name: 'n', schema, strict: true } } },
        M: { output_config: { format: { type: 'json_schema', schema } } },
        G: { generationConfig: { responseMimeType: 'application/json', responseJsonSchema: schema } },
        O: { format: schema },
      };
      const [client, endpoint] = way.split('→') as [keyof typeof asked, 'C' | 'M' | 'R'];
      return {
        named: `#49 a schema of the answer is carried, ${way}`,
        way,
        body: asked[client],
        check: (body) => {
          const carried = {
            C: body.response_format?.json_schema?.schema,
            R: body.text?.format?.schema,
            M: body.output_config?.format?.schema,
          };
          expect(carried[endpoint]).toMatchObject({ required: ['a'] });
        },
      };
    },
  ),
  ...(['G→M', 'G→C', 'G→R'] as const).map((way): CaseRow => ({
    named: `#53 one system turn, and a tool's schema from either field, ${way}`,
    way,
    body: {
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      tools: [
        {
          functionDeclarations: [
            { name: 'old', parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } } } },
            { name: 'new', parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } } } },
          ],
        },
      ],
    },
    check: (body) => {
      expect(JSON.stringify(body).match(/Be brief\./g)).toHaveLength(1);
      const schemas = body.tools.map((each: Json) => {
        const { parameters, input_schema: schema } = each.function ?? each;
        return parameters ?? schema;
      });
      const wanted = { type: 'object', properties: { city: { type: 'string' } } };
      expect(schemas).toMatchObject([wanted, wanted]);
    },
  })),
];

test.each(rows.map((row) => [row.named, row] as const))('%s', (_named, { way, body, options, check }) => {
  const sent = up(way, body, options);
  check(sent.body, sent.rules);
});
