/** What the rules of the prompt cache make of a body: which line goes, where marks are set, and where none are. */
import { expect, test } from 'vitest';
import { sampleModel } from '../../../../test/support/sample-model.ts';
import type { JsonObject } from '../../../canonical/json-value.ts';
import { editJson } from '../../../framing/json-text.ts';
import type { UpstreamPath } from '../../upstream.ts';
import { createBodyDraft } from './body-draft.ts';
import { fitBody } from './fit-body.ts';

const claude = sampleModel('claude', { endpoints: ['/v1/messages', '/chat/completions'] });
const gemini = sampleModel('gemini', { vendor: 'Google' });
const free = sampleModel('claude', {
  endpoints: ['/v1/messages'],
  prices: {
    batchSize: 1,
    default: { inputNanoAiu: 0, outputNanoAiu: 0, cacheReadNanoAiu: 0, cacheWriteNanoAiu: 0 },
  },
});

function fitted(path: UpstreamPath, body: JsonObject, model = claude, disabledRules: readonly string[] = []) {
  const whole = { model: model.id, ...body };
  const draft = createBodyDraft(whole);
  const edits = fitBody({ path, draft, model, stream: false, disabledRules: new Set(disabledRules) });
  const { model: _id, ...rest } = JSON.parse(editJson(JSON.stringify(whole), draft.edits())) as Record<string, unknown>;
  return { body: rest, rules: [...new Set(edits.map((edit) => edit.rule))] };
}

const long = 'x'.repeat(4_096);
const mark = { cache_control: { type: 'ephemeral' } };
const text = (words: string, more: object = {}) => ({ type: 'text', text: words, ...more });
const turn = (role: string, content: unknown, more: object = {}) => ({ role, content, ...more });
const line = 'x-anthropic-billing-header: cc_version=2.1.177.01c; cc_entrypoint=cli; cch=36ee5;';

test.each<[string, JsonObject, JsonObject]>([
  ['a block of its own goes', { system: [text(line), text('Be brief.')] }, { system: [text('Be brief.')] }],
  ['so does the first line of a block', { system: [text(`${line}\n\nBe brief.`)] }, { system: [text('Be brief.')] }],
  ['and of a text', { system: `${line}\nBe brief.` }, { system: 'Be brief.' }],
  ['nothing is left of a system prompt that was nothing else', { system: [text(line)] }, {}],
  ['nor of such a text', { system: line }, {}],
  ['what only speaks of it stays', { system: `Of ${line}` }, { system: `Of ${line}` }],
  ['a turn that quotes it stays', { messages: [turn('user', line)] }, { messages: [turn('user', line)] }],
  ['a system prompt without it stays', { system: [text('a'), text('b')] }, { system: [text('a'), text('b')] }],
])('the billing line: %s', (_what, body, expected) => {
  expect(fitted('/v1/messages', body).body).toEqual(expected);
  expect(fitted('/v1/messages/count_tokens', body).body).toEqual(expected);
  expect(fitted('/v1/messages', body, claude, ['stable-billing-line']).body).toEqual(body);
});

const called = { type: 'tool_use', id: 't', name: 'f', input: {} };
const thought = { type: 'thinking', thinking: '', signature: 's' };

test.each<[string, JsonObject, JsonObject]>([
  [
    'behind the system prompt and the last two user turns',
    { tools: [{ name: 'f' }], system: long, messages: [turn('user', 'a'), turn('assistant', 'b'), turn('user', 'c')] },
    {
      tools: [{ name: 'f' }],
      system: [text(long, mark)],
      messages: [turn('user', [text('a', mark)]), turn('assistant', 'b'), turn('user', [text('c', mark)])],
    },
  ],
  [
    'behind the tools that are not deferred, where there is no system prompt',
    { tools: [{ name: 'f' }, { name: 'g', defer_loading: true }], messages: [turn('user', [text(long), text('b')])] },
    {
      tools: [
        { name: 'f', ...mark },
        { name: 'g', defer_loading: true },
      ],
      messages: [turn('user', [text(long), text('b', mark)])],
    },
  ],
  [
    'on results of tools, and never on thoughts and blank texts',
    {
      messages: [
        turn('user', long),
        turn('assistant', [thought, called]),
        turn('user', [{ type: 'tool_result', tool_use_id: 't' }, text(' ')]),
      ],
    },
    {
      messages: [
        turn('user', [text(long, mark)]),
        turn('assistant', [thought, called]),
        turn('user', [{ type: 'tool_result', tool_use_id: 't', ...mark }, text(' ')]),
      ],
    },
  ],
  [
    'a single question without tools is marked where others begin alike: behind its system prompt',
    { system: long, messages: [turn('user', long)] },
    { system: [text(long, mark)], messages: [turn('user', long)] },
  ],
  [
    'where a caller asks for marks on the request as a whole, which is refused',
    { cache_control: { type: 'ephemeral' }, system: long, messages: [turn('user', 'a')] },
    { system: [text(long, mark)], messages: [turn('user', 'a')] },
  ],
])('marks on Messages: %s', (_what, body, expected) => {
  expect(fitted('/v1/messages', body).body).toEqual(expected);
});

test.each<[string, JsonObject, typeof claude]>([
  ['in a prompt below what is cached', { system: 'x'.repeat(4_000), messages: [turn('user', 'a')] }, claude],
  ['where a block has one', { system: long, messages: [turn('user', [text('a', mark)])] }, claude],
  ['where a tool has one', { tools: [{ name: 'f', ...mark }], messages: [turn('user', long)] }, claude],
  ['where what is cached costs the same', { system: long, messages: [turn('user', 'a')] }, free],
])('no marks %s', (_what, body, model) => {
  expect(fitted('/v1/messages', body, model)).toEqual({ body, rules: [] });
});

test('several blocks and lines of the billing kind all go', () => {
  const system = [text(line), text(`${line}\nBe brief.`), text(`${line}\n${line}\nBe kind.`)];
  expect(fitted('/v1/messages', { system }).body).toEqual({ system: [text('Be brief.'), text('Be kind.')] });
});

test('marks on Chat stand on messages, for Claude alone, and can be switched off', () => {
  const messages = [turn('system', long), turn('user', 'a'), turn('assistant', 'b'), turn('user', 'c')];
  const own = { copilot_cache_control: { type: 'ephemeral' } };
  const marked = messages.map((message) => (message.role === 'assistant' ? message : { ...message, ...own }));
  expect(fitted('/chat/completions', { messages })).toEqual({ body: { messages: marked }, rules: ['cache-marks'] });
  expect(fitted('/chat/completions', { messages }, gemini).rules).toEqual([]);
  expect(fitted('/chat/completions', { messages }, claude, ['cache-marks']).rules).toEqual([]);
  expect(fitted('/chat/completions', { messages: marked }).rules).toEqual([]);
});

test('no mark on Chat stands on a message without words, which Claude refuses', () => {
  const own = { copilot_cache_control: { type: 'ephemeral' } };
  const head = [turn('system', ''), turn('system', long), turn('user', 'a'), turn('assistant', 'b')];
  const messages = [...head, turn('tool', ''), turn('assistant', 'c'), turn('user', [text(' ')])];
  const { body } = fitted('/chat/completions', { messages });
  expect(body['messages']).toEqual(
    messages.map((message, index) => (index === 1 || index === 2 ? { ...message, ...own } : message)),
  );
});

test("somebody else's line that begins like Claude Code's stays", () => {
  const system = 'x-anthropic-billing-header: is what this assistant explains.';
  expect(fitted('/v1/messages', { system, messages: [turn('user', 'a')] }).body['system']).toBe(system);
});

test.each<[string, unknown[], number[]]>([
  [
    'on a message',
    [
      { ...turn('system', long), ...mark },
      { ...turn('user', 'a'), ...mark },
    ],
    [0, 1],
  ],
  ['on a part', [turn('system', [text(long, mark)]), turn('user', 'a')], [0]],
  [
    'on more than four',
    ['system', 'user', 'user', 'user', 'user', 'user'].map((role) => ({ ...turn(role, long), ...mark })),
    [0, 3, 4, 5],
  ],
  ['not on one without words', [turn('system', [text(long, mark)]), { ...turn('assistant', null), ...mark }], [0]],
  [
    'not beside a mark of its own name',
    [{ ...turn('system', long), copilot_cache_control: {} }, turn('user', [text('a', mark)])],
    [],
  ],
])("opencode's marks on Chat, which Copilot does not read, are set by its name: %s", (_what, messages, marked) => {
  const { body, rules } = fitted('/chat/completions', { messages });
  const expected = messages.map((one, index) =>
    marked.includes(index) ? { ...(one as object), copilot_cache_control: { type: 'ephemeral' } } : one,
  );
  expect(body).toEqual({ messages: expected });
  expect(rules).toEqual(marked.length === 0 ? [] : ['cache-mark-names']);
  expect(fitted('/chat/completions', { messages }, gemini).rules).toEqual([]);
});

test('a mark on a tool of Chat, which nobody reads, keeps none from being set', () => {
  const asked = { tools: [{ type: 'function', function: { name: 'f' }, ...mark }], messages: [turn('system', long)] };
  expect(fitted('/chat/completions', asked).rules).toEqual(['cache-marks']);
});
