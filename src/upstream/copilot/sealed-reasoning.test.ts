/** Sealed thoughts: how they are found and taken out, and by which words their refusal is known. */
import { describe, expect, test } from 'vitest';
import { ProxyError } from '../../errors/proxy-error.ts';
import { editJson } from '../../framing/json-text.ts';
import type { UpstreamPath } from '../upstream.ts';
import { isReasoningRefusal, openTurn, sealedThoughts, withoutThoughts } from './sealed-reasoning.ts';

function without(path: UpstreamPath, body: Readonly<Record<string, unknown>>, ids = everyId(path, body)): unknown {
  return JSON.parse(editJson(JSON.stringify(body), withoutThoughts(path, body, new Set(ids))));
}

function everyId(path: UpstreamPath, body: Readonly<Record<string, unknown>>): string[] {
  const turn = openTurn(path, body);
  return [...sealedThoughts(path, body).map(({ id }) => id), ...(turn === undefined ? [] : [turn])];
}

const thought = { type: 'thinking', thinking: 'hm', signature: 's1' };
const call = { type: 'tool_use', id: 't', name: 'read', input: {} };
const result = { type: 'tool_result', tool_use_id: 't', content: 'x' };
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (...content: unknown[]) => ({ role: 'assistant', content });

describe('on /v1/messages', () => {
  test('thoughts go, and everything else stays', () => {
    const text = { type: 'text', text: 'yes' };
    const thinking = { type: 'adaptive' };
    const body = { thinking, messages: [user('a'), assistant(thought, text), user('b')] };
    expect(without('/v1/messages', body)).toEqual({ thinking, messages: [user('a'), assistant(text), user('b')] });
  });

  test('a turn that was nothing but thoughts goes with them', () => {
    const redacted = { type: 'redacted_thinking', data: 'd' };
    const body = { messages: [user('a'), assistant(thought, redacted), user('b')] };
    expect(without('/v1/messages', body)).toEqual({ messages: [user('a'), user('b')] });
  });

  test('within a tool loop thinking is off, and what clears thoughts with it', () => {
    const body = {
      thinking: { type: 'adaptive' },
      context_management: { edits: [{ type: 'clear_thinking_20251015' }, { type: 'clear_tool_uses_20250919' }] },
      messages: [user('a'), assistant(thought, call), user([result])],
    };
    expect(without('/v1/messages', body)).toEqual({
      context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
      messages: [user('a'), assistant(call), user([result])],
    });
  });

  test('thinking stays off for the turn, wherever its cache markers stand, and comes back with the next', () => {
    const first = { messages: [user('a'), assistant(thought, call), user([result])] };
    const ids = everyId('/v1/messages', first);
    const thinking = { type: 'adaptive' };
    const marked = user([{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }]);
    const second = { thinking, messages: [marked, assistant(call), user([result]), assistant(call), user([result])] };
    expect(without('/v1/messages', second, ids)).not.toHaveProperty('thinking');
    const next = { thinking, messages: [...second.messages, assistant({ type: 'text', text: 'done' }), user('b')] };
    expect(without('/v1/messages', next, ids)).toHaveProperty('thinking');
  });

  test('newer thoughts of the session stay', () => {
    const newer = { type: 'thinking', thinking: 'ah', signature: 's2' };
    const body = { messages: [user('a'), assistant(thought, call), user([result]), assistant(newer, call), user('c')] };
    const [{ id } = { id: '' }] = sealedThoughts('/v1/messages', body);
    expect(without('/v1/messages', body, [id])).toEqual({
      messages: [user('a'), assistant(call), user([result]), assistant(newer, call), user('c')],
    });
  });
});

test('on /responses reasoning items go', () => {
  const reasoning = { type: 'reasoning', summary: [], encrypted_content: 'e' };
  const message = { type: 'message', role: 'user', content: 'a' };
  expect(without('/responses', { input: [message, reasoning, message] })).toEqual({ input: [message, message] });
});

test('on /chat/completions the opaque member goes with the text that it seals', () => {
  const said = { role: 'assistant', content: 'a' };
  const body = { messages: [{ ...said, reasoning_opaque: 'o', reasoning_text: 'hm' }, said] };
  expect(without('/chat/completions', body)).toEqual({ messages: [said, said] });
});

test.each([
  [true, 'messages.1.content.0: Invalid `signature` in `thinking` block'],
  [true, 'messages.3.content.0.thinking.signature: Field required'],
  [true, '`thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.'],
  [true, 'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`.'],
  [true, 'The encrypted content could not be verified.'],
  [true, 'Encrypted content item_id did not match the target item id'],
  [true, 'Invalid reasoning_opaque'],
  [true, 'Thought signature is not valid.'],
  [false, '`max_tokens` must be greater than `thinking.budget_tokens`'],
  [false, 'Thinking may not be enabled when tool_choice forces tool use.'],
  [false, 'adaptive thinking is not supported on this model'],
  [false, 'messages: text content blocks must be non-empty'],
])('%s: %s', (known, message) => {
  expect(isReasoningRefusal(new ProxyError('invalid_request', message, { upstreamStatus: 400 }))).toBe(known);
});
