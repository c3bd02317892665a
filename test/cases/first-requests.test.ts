/** Requests of Messages whose translation went wrong elsewhere: cases of `translation.md` 2.1, by their number. */
import { expect, test } from 'vitest';
import type { CaseRow } from './case-row.ts';
import { up, type Json, type UpOptions } from './exchange.ts';

const pdf = {
  type: 'document',
  source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
  title: 'T',
};
const png = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw==' } };
const say = (role: string, ...content: object[]) => ({ role, content });
const text = (said: string) => ({ type: 'text', text: said });
const use = (id: string, name = 'f', input: object = {}) => ({ type: 'tool_use', id, name, input });
const resultOf = (id: string, content: unknown = 'ok') => ({ type: 'tool_result', tool_use_id: id, content });
const tool = { name: 'f', description: 'd', input_schema: { type: 'object', properties: {} } };
const thinker = (...reasoningEfforts: string[]): UpOptions => ({
  model: {
    supports: {
      streaming: true,
      toolCalls: true,
      vision: true,
      structuredOutputs: true,
      reasoning: true,
      reasoningEfforts,
      adaptiveThinking: false,
    },
  },
});

const rows: readonly CaseRow[] = [
  ...(
    [
      ['#1', 'claude-opus-4-6', 'claude-opus-4.6'],
      ['#2', 'claude-sonnet-4-5-20250929', 'claude-sonnet-4.5'],
      ['#3', 'claude-haiku-4-5-20251001', 'claude-haiku-4.5'],
      ['#4', 'claude-opus-4-6[1m]', 'claude-opus-4.6'],
    ] as const
  ).map(([number, asked, id]): CaseRow => ({
    named: `${number} ${asked} is ${id}, translated too`,
    way: 'M→C',
    body: { model: asked },
    options: { model: { id } },
    check: (body) => expect(body.model).toBe(id),
  })),
  {
    named: '#5 a chat client reaches a model that has Responses only',
    way: 'C→R',
    body: {},
    check: (body) => expect(body.input).toMatchObject([{ role: 'user', content: [{ text: 'Hello' }] }]),
  },
  {
    named: '#6 an image by its address keeps it',
    way: 'M→C',
    body: { messages: [say('user', { type: 'image', source: { type: 'url', url: 'https://a.b/c.png' } })] },
    check: (body) =>
      expect(body.messages[0].content).toMatchObject([{ type: 'image_url', image_url: { url: 'https://a.b/c.png' } }]),
  },
  {
    named: '#7 a PDF beside a text goes as a file',
    way: 'M→C',
    body: { messages: [say('user', pdf, text('read'))] },
    check: (body) =>
      expect(body.messages[0].content).toMatchObject([
        { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERi0=' } },
        { type: 'text', text: 'read' },
      ]),
  },
  {
    named: '#8 an image in a result follows all results in a user message, and is no text',
    way: 'M→C',
    body: {
      tools: [tool],
      messages: [
        say('user', text('go')),
        say('assistant', use('a'), use('b')),
        say('user', resultOf('a', [text('seen'), png]), resultOf('b')),
      ],
    },
    check: (body, rules) => {
      const [, , first, second, media, ...others] = body.messages;
      expect([first, second]).toMatchObject([
        { role: 'tool', tool_call_id: 'a', content: 'seen' },
        { role: 'tool', tool_call_id: 'b', content: 'ok' },
      ]);
      expect(media.role).toBe('user');
      expect(media.content.at(-1)).toMatchObject({ image_url: { url: 'data:image/png;base64,iVBORw==' } });
      expect(others).toEqual([]);
      expect(JSON.stringify([first, second])).not.toContain('iVBORw');
      expect(rules).toContain('moved');
    },
  },
  {
    named: '#9 an image of the user arrives',
    way: 'M→C',
    body: { messages: [say('user', text('what'), png)] },
    check: (body) => expect(body.messages[0].content[1].image_url.url).toBe('data:image/png;base64,iVBORw=='),
  },
  {
    named: '#11 a thought is never spoken',
    way: 'M→C',
    body: {
      tools: [tool],
      messages: [
        say('user', text('go')),
        say('assistant', { type: 'thinking', thinking: 'hidden', signature: 'c2ln' }, text('said'), use('a')),
        say('user', resultOf('a')),
      ],
    },
    check: (body, rules) => {
      expect(body.messages[1]).toMatchObject({ role: 'assistant', content: 'said', tool_calls: [{ id: 'a' }] });
      expect(JSON.stringify(body)).not.toContain('hidden');
      expect(rules).toContain('reasoning-left-behind');
    },
  },
  ...(['M→C', 'M→R'] as const).map((way): CaseRow => ({
    named: `#12 a system turn stays one, in its place, ${way}`,
    way,
    body: { messages: [say('user', text('a')), say('system', text('s')), say('user', text('b'))] },
    check: (body) =>
      expect((body.messages ?? body.input).map(({ role }: Json) => role)).toEqual(['user', 'system', 'user']),
  })),
  ...(['M→C', 'M→R'] as const).map((way): CaseRow => ({
    named: `#13 a search that Anthropic runs is left out and told, ${way}`,
    way,
    body: { tools: [{ type: 'web_search_20250305', name: 'web_search' }, tool] },
    check: (body, rules) => {
      expect(body.tools.map((each: Json) => each.function?.name ?? each.name)).toEqual(['f']);
      expect(rules).toContain('not-carried');
    },
  })),
  ...(['M→C', 'M→R'] as const).map((way): CaseRow => ({
    named: `#14 one call at a time stays so, ${way}`,
    way,
    body: { tools: [tool], tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    check: (body) => expect(body).toMatchObject({ tool_choice: 'auto', parallel_tool_calls: false }),
  })),
  {
    named: '#15 an effort that the model lacks becomes one that it has, on Chat',
    way: 'M→C',
    body: { output_config: { effort: 'xhigh' } },
    options: thinker('low', 'high'),
    check: (body) => expect(body.reasoning_effort).toBe('high'),
  },
  {
    named: '#15 a budget becomes an effort, on Responses',
    way: 'M→R',
    body: { max_tokens: 40_000, thinking: { type: 'enabled', budget_tokens: 32_000 } },
    options: thinker('low', 'medium', 'high'),
    check: (body) => expect(['medium', 'high']).toContain(body.reasoning.effort),
  },
  {
    named: '#16 an effort above the list is lowered and told',
    way: 'M→M',
    body: { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
    options: { model: { supports: { ...thinker('medium').model!.supports!, adaptiveThinking: true } } },
    check: (body, rules) => {
      expect(body.output_config.effort).toBe('medium');
      expect(rules.length).toBeGreaterThan(0);
    },
  },
  {
    named: '#17 a budget on a model that decides itself becomes adaptive',
    way: 'M→M',
    body: { max_tokens: 9000, thinking: { type: 'enabled', budget_tokens: 4000 } },
    check: (body) => expect(body.thinking.type).toBe('adaptive'),
  },
  {
    named: '#18 a budget as large as the limit is lowered',
    way: 'M→M',
    body: { max_tokens: 4000, thinking: { type: 'enabled', budget_tokens: 8000 } },
    options: thinker(),
    check: (body) => expect(body.thinking.budget_tokens).toBeLessThan(body.max_tokens),
  },
  {
    named: '#19 the limit goes by the name that newer GPT models take',
    way: 'M→C',
    body: { max_tokens: 500 },
    options: { model: { vendor: 'Azure OpenAI', ...thinker('low').model } },
    check: (body) => {
      expect(body.max_completion_tokens).toBe(500);
      expect(body.max_tokens).toBeUndefined();
    },
  },
  {
    named: '#21 one stop sequence is a list',
    way: 'M→C',
    body: { stop_sequences: ['END'] },
    check: (body) => expect(body.stop).toEqual(['END']),
  },
  {
    named: '#22 a long name with dots fits, and is found again in the history',
    way: 'M→C',
    body: {
      tools: [{ ...tool, name: `mcp__server.with.dots__${'x'.repeat(60)}` }],
      messages: [
        say('user', text('go')),
        say('assistant', use('a', `mcp__server.with.dots__${'x'.repeat(60)}`)),
        say('user', resultOf('a')),
      ],
    },
    check: (body) => {
      const { name } = body.tools[0].function;
      expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(body.messages[1].tool_calls[0].function.name).toBe(name);
    },
  },
  {
    named: '#23 of 200 tools as many go up as may, and it is told',
    way: 'M→C',
    body: { tools: Array.from({ length: 200 }, (_, index) => ({ ...tool, name: `f${index}` })) },
    check: (body, rules) => {
      expect(body.tools).toHaveLength(128);
      expect(rules).toContain('tool-limit');
    },
  },
  {
    named: '#28 context management without thinking does not go up',
    way: 'M→C',
    body: { context_management: { edits: [{ type: 'clear_thinking_20251015' }] } },
    check: (body, rules) => {
      expect(body.context_management).toBeUndefined();
      expect(rules).toContain('not-carried');
    },
  },
  {
    named: '#29 a line that changes every time is left out',
    way: 'M→C',
    body: { system: [text('x-anthropic-billing-header: cch=1'), text('Be brief.')] },
    check: (body) => expect(JSON.stringify(body)).not.toContain('billing'),
  },
];

test.each(rows.map((row) => [row.named, row] as const))('%s', (_named, { way, body, options, check }) => {
  const sent = up(way, body, options);
  check(sent.body, sent.rules);
});
