/** What a translated request is refused for before anything is sent. */
import { expect, test } from 'vitest';
import type { Endpoint, ProtocolId } from '../canonical/protocol-id.ts';
import { defaultConfig } from '../config/config.ts';
import { sampleModel } from '../../test/support/sample-model.ts';
import { readRequestBody } from './request-body.ts';
import { translateRequest } from './translate-request.ts';

function translate(client: ProtocolId, endpoint: Endpoint, body: object) {
  return translateRequest({
    client,
    endpoint,
    model: sampleModel('m'),
    body: readRequestBody(Buffer.from(JSON.stringify({ model: 'm', ...body })), defaultConfig.limits),
    accountName: 'octocat',
    session: 'session',
  });
}

test.each<[string, ProtocolId, Endpoint, object, string]>([
  ['no input', 'openai-responses', '/v1/messages', { input: [] }, 'input'],
  ['an empty input', 'openai-responses', '/chat/completions', { input: '' }, 'input'],
  [
    'a result of no call',
    'openai-responses',
    '/chat/completions',
    { input: [{ type: 'function_call_output', call_id: 'c', output: 'r' }] },
    'input',
  ],
  ['no messages', 'anthropic-messages', '/responses', { max_tokens: 9, messages: [] }, 'messages'],
  ['messages of nothing', 'openai-chat', '/v1/messages', { messages: [{ role: 'user', content: '' }] }, 'messages'],
])(
  'a conversation that says nothing is refused in the words of its caller: %s',
  (_name, client, endpoint, body, param) => {
    expect(() => translate(client, endpoint, body)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param }) as Error,
    );
  },
);
