/** A session that changes its model goes on: what the other one thought stays here, in each protocol. */
import { expect, test } from 'vitest';
import { sealEnvelope } from '../translation/sealed-envelope.ts';
import { createBodyDraft } from '../upstream/copilot/body-rules/body-draft.ts';
import type { UpstreamPath } from '../upstream/upstream.ts';
import { leaveOthersReasoning } from './others-reasoning.ts';
import { editJson } from '../framing/json-text.ts';
import type { JsonObject } from '../canonical/json-value.ts';

const envelope = sealEnvelope([{ kind: 'encrypted', blob: 'x', id: null, at: 0 }], {
  family: 'openai.r',
  accountTag: 'a',
});

test.each<[string, UpstreamPath, JsonObject, JsonObject]>([
  [
    'Messages',
    '/v1/messages',
    {
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'own', signature: 'EpQB' },
            { type: 'thinking', thinking: 'why', signature: envelope },
            { type: 'redacted_thinking', data: envelope },
            { type: 'thinking', thinking: 'of a model that seals nothing', signature: '' },
            { type: 'text', text: 'a' },
          ],
        },
        { role: 'assistant', content: [{ type: 'redacted_thinking', data: envelope }] },
      ],
    },
    {
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'own', signature: 'EpQB' },
            { type: 'text', text: 'a' },
          ],
        },
      ],
    },
  ],
  [
    'Responses',
    '/responses',
    {
      input: [
        { type: 'reasoning', summary: [], encrypted_content: envelope },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'of a model that seals nothing' }] },
        { type: 'reasoning', encrypted_content: 'own' },
      ],
    },
    { input: [{ type: 'reasoning', encrypted_content: 'own' }] },
  ],
  [
    'Chat',
    '/chat/completions',
    { messages: [{ role: 'assistant', content: 'a', reasoning_text: 'why', reasoning_opaque: envelope }] },
    { messages: [{ role: 'assistant', content: 'a' }] },
  ],
])('%s goes up without it', (_name, path, body, expected) => {
  const draft = createBodyDraft(body);
  const edits = leaveOthersReasoning(path, draft);
  expect(JSON.parse(editJson(JSON.stringify(body), draft.edits()))).toEqual(expected);
  expect(edits.length).toBeGreaterThan(0);
  expect(new Set(edits.map(({ rule }) => rule))).toEqual(new Set(['reasoning-left-behind']));
});

test('what its own model sealed is not touched', () => {
  const draft = createBodyDraft({
    messages: [{ role: 'assistant', content: [{ type: 'thinking', signature: 'EpQB' }] }],
  });
  expect(leaveOthersReasoning('/v1/messages', draft)).toEqual([]);
});
