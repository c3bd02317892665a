/** Bodies that the fuzz found: each was a status 500, or an error that its reader could not show. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import { goodStreams } from './corpora/upstream-rows/good-streams.ts';

let rig: RawProxy;
beforeAll(async () => {
  const { frames } = goodStreams.responses;
  rig = await startRawProxy(() => ({ chunks: [frames.map((frame) => `${frame}\n\n`).join('')] }));
});
afterAll(() => rig.close());

const hi = [{ role: 'user', content: 'hi' }];
const weather = { type: 'function', function: { name: 'weather', parameters: { type: 'object' } } };

test.each(['__proto__', 'constructor', 'toString'])('a part of the type %s is no part', async (type) => {
  const messages = [{ role: 'user', content: [{ type, text: 'x' }] }];
  const reply = await rig.post('/v1/chat/completions', { model: 'm-responses', messages });
  expect(reply.status).toBe(400);
  expect(await reply.text()).toContain('messages[0].content[0].type');
});

test.each(['__proto__', 'constructor', 'toString'])('a message of the role %s is nobody’s', async (role) => {
  const reply = await rig.post('/v1/chat/completions', { model: 'm-responses', messages: [{ role, content: 'x' }] });
  expect(reply.status).toBe(400);
  expect(await reply.text()).toContain('messages[0].role');
});

test.each(['\0', '\u2028', '\u001b[2J'])('the choice of a tool with the name %j breaks no terminal', async (name) => {
  const tool_choice = { type: 'function', function: { name } };
  const body = { model: 'm-responses', messages: hi, tools: [weather], tool_choice };
  const reply = await rig.post('/v1/chat/completions', body);
  const { error } = (await reply.json()) as { error: { message: string; param: string } };
  expect([reply.status, error.param]).toEqual([400, 'tool_choice']);
  expect(error.message).not.toMatch(/\p{C}/u);
});
