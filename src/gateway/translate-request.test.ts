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

const user = (part: object) => ({ role: 'user', content: [{ type: 'text', text: 'a' }, part] });
const asked = { max_tokens: 9, messages: [{ role: 'user', content: 'a' }] };
const forced = { tools: [{ name: 'f', input_schema: { type: 'object' } }], tool_choice: { type: 'tool', name: 'g' } };

test.each<[string, ProtocolId, object, string]>([
  ['#B-091 a part of Chat', 'openai-chat', { messages: [user({ type: 'hologram' })] }, 'messages[0].content[1].type'],
  ['#B-091 one of Responses', 'openai-responses', { input: [user({ type: 'hologram' })] }, 'input[0]'],
  [
    '#B-091 a block',
    'anthropic-messages',
    { ...asked, messages: [user({ type: 'hologram' })] },
    'messages.0.content.1',
  ],
  [
    '#B-098 an image that is none',
    'anthropic-messages',
    { ...asked, messages: [user({ type: 'image', source: { type: 'base64', media_type: 'text/html', data: 'A' } })] },
    'messages.0.content.1.source.media_type',
  ],
  [
    '#B-092 an address within',
    'openai-responses',
    { input: [user({ type: 'input_image', image_url: 'http://10.0.0.1/a.png' })] },
    'input[0].content[1].image_url',
  ],
  ['#B-103 a choice of no tool', 'anthropic-messages', { ...asked, ...forced }, 'tool_choice'],
  ['#B-105 a limit of 0', 'openai-responses', { input: 'a', max_output_tokens: 0 }, 'max_output_tokens'],
  ['#B-105 no limit in Messages', 'anthropic-messages', { messages: asked.messages }, 'max_tokens'],
  ['#B-106 a temperature of 5', 'openai-chat', { messages: asked.messages, temperature: 5 }, 'temperature'],
  [
    '#B-108 a thousand stop sequences',
    'openai-chat',
    { messages: asked.messages, stop: Array.from({ length: 1000 }, (_, index) => `${index}`) },
    'stop',
  ],
])('what no endpoint takes is refused here, with the place of it: %s', (_name, client, body, param) => {
  const endpoint: Endpoint = client === 'openai-chat' ? '/responses' : '/chat/completions';
  expect(() => translate(client, endpoint, body)).toThrow(
    expect.objectContaining({ code: 'invalid_request', param: expect.stringContaining(param) as string }) as Error,
  );
});

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
