import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'undici';
import { useSimulator } from '../../test/support/use-simulator.ts';
import { simulatedOauthToken } from './index.ts';

const simulator = useSimulator();

type Message = Record<string, unknown>;

async function connect(headers: Record<string, string> = {}) {
  const url = simulator().url.replace('http', 'ws');
  const socket = new WebSocket(`${url}/responses`, {
    headers: { authorization: `Bearer ${simulatedOauthToken}`, 'copilot-integration-id': 'vscode-chat', ...headers },
  });
  const messages: Message[] = [];
  socket.addEventListener('message', ({ data }) => void messages.push(JSON.parse(String(data)) as Message));
  const failed = vi.fn();
  socket.addEventListener('error', failed);
  onTestFinished(() => socket.close());
  await vi.waitFor(() => expect(socket.readyState === WebSocket.OPEN || failed.mock.calls.length > 0).toBe(true));
  const ends = () => messages.filter(({ type }) => type === 'response.completed' || type === 'error');
  return {
    socket,
    messages,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    send: (body: object) => socket.send(JSON.stringify({ type: 'response.create', initiator: 'user', ...body })),
    /** The last message of the n-th answer. */
    end: async (count: number): Promise<Message> => {
      await vi.waitFor(() => expect(ends().length).toBeGreaterThanOrEqual(count));
      return ends()[count - 1] ?? {};
    },
  };
}

const ask = { model: 'gpt-6.1-sol', input: 'Hello' };

test('answers with the events of the stream as frames, numbered through, and bills them', async () => {
  const { send, end, messages } = await connect();
  send(ask);
  expect(await end(1)).toMatchObject({
    type: 'response.completed',
    copilot_usage: { total_nano_aiu: expect.any(Number) },
  });
  expect(messages.map((one) => one['sequence_number'])).toEqual(messages.map((_, index) => index));
  const { simulator: running } = simulator();
  expect(running.breaches).toEqual([]);
  expect(running.requests).toMatchObject([{ method: 'WS', path: '/responses', status: 200, ended: 'answered' }]);
  expect(running.state.ledger).toMatchObject({ userCalls: 1 });
  expect(running.openStreams).toBe(0);
});

test('one call runs at a time, in order, however large a frame is', async () => {
  const { send, end, messages } = await connect();
  send({ ...ask, input: `first ${'x'.repeat(70_000)}` });
  send({ ...ask, input: 'second' });
  await end(2);
  const types = messages.map((one) => one['type']);
  expect(types.lastIndexOf('response.created')).toBeGreaterThan(types.indexOf('response.completed'));
  expect(JSON.stringify(messages.at(-1))).toContain('second');
});

test('an earlier answer can be gone on from, on its own connection alone', async () => {
  const first = await connect();
  first.send(ask);
  const { response } = (await first.end(1)) as { response: { id: string } };
  first.send({ model: ask.model, input: 'And now?', previous_response_id: response.id });
  expect(await first.end(2)).toMatchObject({ type: 'response.completed' });
  const { json } = simulator().simulator.requests.at(-1) as { json: { input: Message[] } };
  expect(json.input).toMatchObject([
    { content: 'Hello' },
    { type: 'reasoning' },
    { type: 'message' },
    { content: 'And now?' },
  ]);
  const other = await connect();
  other.send({ model: ask.model, input: 'And now?', previous_response_id: response.id });
  expect(await other.end(1)).toMatchObject({ type: 'error', error: { code: 'previous_response_not_found' } });
});

test.each([
  ['a model without WebSockets', { model: 'gpt-5.2', input: 'Hi' }, 'unsupported_api_for_model'],
  ['what the rules forbid', { ...ask, store: true }, 'unsupported_value'],
  ['what is no call', { type: 'session.update' }, 'bad_request'],
])('refuses %s in a frame with the balances, and goes on', async (_, body, code) => {
  const { send, end } = await connect();
  send(body);
  expect(await end(1)).toMatchObject({
    type: 'error',
    error: { code },
    copilot_quota_snapshots: { premium_interactions: { entitlement: '7000', percent_remaining: 90.3 } },
  });
  send(ask);
  expect(await end(2)).toMatchObject({ type: 'response.completed' });
});

test('faults strike frames: a refusal, then a cut that closes the connection', async () => {
  const on = 'ws:/responses';
  simulator().simulator.addFault({ on, do: { kind: 'refusal', name: 'user_model_rate_limited' } });
  simulator().simulator.addFault({ on, skip: 1, do: { kind: 'cut', afterEvents: 3 } });
  const { send, end, messages, isOpen } = await connect();
  send(ask);
  expect(await end(1)).toMatchObject({ error: { code: 'user_model_rate_limited' } });
  send(ask);
  await vi.waitFor(() => expect(isOpen()).toBe(false));
  expect(messages).toHaveLength(4);
});

test.each([
  ['without a token', { authorization: 'Bearer nobody' }],
  ['of an unknown program', { 'copilot-integration-id': 'somebody' }],
])('refuses an upgrade %s', async (_, headers) => {
  expect((await connect(headers)).isOpen()).toBe(false);
});

test('a client that leaves in the middle leaves no stream behind', async () => {
  const { send, socket, messages } = await connect();
  send({ ...ask, input: '[[sim:long 5000]] [[sim:slow 5]]' });
  await vi.waitFor(() => expect(messages.length).toBeGreaterThan(3));
  expect(simulator().simulator.openStreams).toBe(1);
  socket.close();
  await vi.waitFor(() => expect(simulator().simulator.openStreams).toBe(0));
});
