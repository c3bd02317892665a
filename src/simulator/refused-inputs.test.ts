/** Inputs that are refused from some moment on, in the words of their endpoint. */
import { expect, test } from 'vitest';
import { useSimulator } from '../../test/support/use-simulator.ts';

const simulated = useSimulator();

const messages = {
  model: 'claude-sonnet-5.5',
  max_tokens: 50,
  tools: [{ name: 'read', input_schema: { type: 'object' }, strict: true }],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi.', citations: [] }] }],
  thinking: { type: 'disabled' },
};
const responses = {
  model: 'gpt-6.1-sol',
  input: [{ type: 'message', role: 'user', content: 'Hi.', status: 'completed' }],
};

test.each([
  ['/v1/messages', { field: 'thinking' }, 'thinking: Extra inputs are not permitted'],
  ['/v1/messages', { field: 'tools.*.strict' }, 'tools.0.custom.strict: Extra inputs are not permitted'],
  [
    '/v1/messages',
    { field: 'messages.*.content.*.citations' },
    'messages.0.content.0.text.citations: Extra inputs are not permitted',
  ],
  [
    '/v1/messages',
    { value: 'thinking.type', is: 'disabled' },
    "thinking.type: 'disabled' is not supported by this model.",
  ],
  ['/responses', { field: 'input.*.status' }, "Unknown parameter: 'input[0].status'."],
  ['/responses', { bodyBytes: 10 }, 'Request Entity Too Large'],
])('%s %o', async (path, rule, words) => {
  const { simulator, url, post } = simulated();
  const body = path === '/responses' ? responses : messages;
  const before = await post(path, body);
  await before.text();
  const armed = await fetch(`${url}/_simulator/refuse`, { method: 'POST', body: JSON.stringify(rule) });
  expect(await armed.json()).toEqual({ refused: true });
  const refused = await post(path, body);
  expect(refused.status).toBe('bodyBytes' in rule ? 413 : 400);
  expect(await refused.text()).toContain(words.replaceAll('"', String.raw`\"`));
  await fetch(`${url}/_simulator/reset`, { method: 'POST' });
  expect((await post(path, body)).status).toBe(before.status);
  expect(simulator.openStreams).toBeLessThan(2);
});

test('a beta is refused by name, and a field may need its own', async () => {
  const { simulator, post } = simulated();
  simulator.refuseInput({ beta: 'interleaved-thinking-2025-05-14' });
  const refused = await post('/v1/messages', messages, { 'anthropic-beta': 'interleaved-thinking-2025-05-14' });
  expect(await refused.text()).toContain('unsupported beta header(s): interleaved-thinking-2025-05-14');
  simulator.refuseInput({ field: 'thinking', unlessBeta: 'context-management-' });
  const without = await post('/v1/messages', messages);
  expect(await without.text()).toContain('thinking: Extra inputs are not permitted');
  const withIt = await post('/v1/messages', messages, { 'anthropic-beta': 'context-management-2025-06-27' });
  expect(await withIt.text()).not.toContain('Extra inputs');
});

test('what is no rule is refused', async () => {
  const { url } = simulated();
  for (const body of ['{}', '{"field":1}', '{"field":"a","beta":"b"}', '{"value":"a"}', '{"bodyBytes":"9"}']) {
    expect((await fetch(`${url}/_simulator/refuse`, { method: 'POST', body })).status).toBe(400);
  }
});
