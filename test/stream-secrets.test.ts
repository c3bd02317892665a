/** An upstream that quotes a secret in an error inside its stream: nobody may tell that from an error of its status. */
import { expect, test } from 'vitest';
import { rawKey, startRawProxy } from './support/raw-proxy.ts';

const secret = 'gho_test';
const quoted = `Refused ${secret}x of Bearer gho_test, key cf_0123456789abcdef, as ${rawKey} knows`;
const error = JSON.stringify({ error: { message: quoted, code: 'server_error' } });
const started = 'data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n';

test.each([
  ['before anything else, asked as a stream', true, [`data: ${error}\n\n`]],
  ['behind text, asked as a stream', true, [started, `data: ${error}\n\n`]],
  ['before anything else, asked whole', false, [error]],
])('a secret quoted inside an answer %s is taken out', async (_, stream, chunks) => {
  const type = stream ? 'text/event-stream' : 'application/json';
  const rig = await startRawProxy(() => ({ chunks, headers: [`content-type: ${type}`] }));
  const reply = await rig.post('/v1/chat/completions', {
    model: 'm-chat',
    messages: [{ role: 'user', content: 'hi' }],
    stream,
  });
  const text = await reply.text();
  await rig.close();
  expect(text).toContain('Refused');
  expect(text).not.toContain('gho_test');
  expect(text).not.toContain('cf_');
});
