/** Raw before translated, the vendor's richest endpoint before a poorer one, and no model is ever left without an answer. */
import { expect, test } from 'vitest';
import type { Endpoint, ProtocolId } from '../canonical/protocol-id.ts';
import { sampleModel } from '../../test/support/sample-model.ts';
import { chooseEndpoint } from './choose-endpoint.ts';

const all: Endpoint[] = ['/chat/completions', '/responses', '/v1/messages'];

interface Row {
  protocol: ProtocolId;
  endpoints: Endpoint[];
  vendor?: string;
  override?: Endpoint;
  lossy?: Endpoint[];
  refused?: Endpoint[];
  expected: Endpoint | undefined;
}

test.each<[string, Row]>([
  ['chat stays chat', { protocol: 'openai-chat', endpoints: all, expected: '/chat/completions' }],
  ['responses stays responses', { protocol: 'openai-responses', endpoints: all, expected: '/responses' }],
  ['messages stays messages', { protocol: 'anthropic-messages', endpoints: all, expected: '/v1/messages' }],
  [
    'messages to GPT',
    { protocol: 'anthropic-messages', endpoints: ['/chat/completions', '/responses'], expected: '/responses' },
  ],
  [
    'responses to Claude',
    {
      protocol: 'openai-responses',
      vendor: 'Anthropic',
      endpoints: ['/chat/completions', '/v1/messages'],
      expected: '/v1/messages',
    },
  ],
  [
    'responses to a chat-only model',
    { protocol: 'openai-responses', endpoints: ['/chat/completions'], expected: '/chat/completions' },
  ],
  [
    'gemini to Claude',
    {
      protocol: 'gemini',
      vendor: 'Anthropic',
      endpoints: ['/chat/completions', '/v1/messages'],
      expected: '/v1/messages',
    },
  ],
  [
    'away from what would drop something',
    {
      protocol: 'openai-chat',
      vendor: 'Anthropic',
      endpoints: ['/chat/completions', '/v1/messages'],
      lossy: ['/chat/completions'],
      expected: '/v1/messages',
    },
  ],
  [
    'to what would drop something where nothing else is',
    {
      protocol: 'openai-chat',
      endpoints: ['/chat/completions'],
      lossy: ['/chat/completions'],
      expected: '/chat/completions',
    },
  ],
  [
    'away from what refused the model',
    {
      protocol: 'openai-chat',
      endpoints: ['/chat/completions', '/responses'],
      refused: ['/chat/completions'],
      expected: '/responses',
    },
  ],
  [
    'where the configuration says',
    { protocol: 'openai-chat', endpoints: all, override: '/v1/messages', expected: '/v1/messages' },
  ],
  [
    'not where the configuration names what the model has not',
    { protocol: 'openai-chat', endpoints: ['/responses'], override: '/v1/messages', expected: '/responses' },
  ],
  ['nowhere without an endpoint', { protocol: 'openai-chat', endpoints: [], expected: undefined }],
  ['nowhere with embeddings alone', { protocol: 'openai-chat', endpoints: ['/embeddings'], expected: undefined }],
])('%s', (_name, { protocol, endpoints, vendor = 'OpenAI', override = null, lossy = [], refused = [], expected }) => {
  const model = sampleModel('m', { vendor, endpoints });
  const question = { protocol, model, override, lossy: new Set(lossy), refused: new Set(refused) };
  expect(chooseEndpoint(question)).toBe(expected);
});
