/** The cases of the Open Responses compliance suite over a WebSocket, on a model of the protocol's own and on translated ones. */
import { afterEach, describe, expect, test } from 'vitest';
import { connectSocket, idOf, textOf, type SocketClient } from '../support/socket-client.ts';
import { useProxy } from '../support/use-proxy.ts';
import { answerTo, endOf, models, sentUp, textIn, typesIn, user } from './suite.ts';

const proxy = useProxy();
const clients: SocketClient[] = [];

async function connect(): Promise<SocketClient> {
  const client = await connectSocket(proxy().url, proxy().key);
  clients.push(client);
  return client;
}

afterEach(async () => {
  for (const client of clients) client.close();
  await Promise.all(clients.splice(0).map(({ closed }) => closed));
});

const notFound = [{ type: 'error', status: 400, error: { code: 'previous_response_not_found' } }];

describe.each(models)('%s', (model) => {
  test('a response, and two more on the same connection', async () => {
    const client = await connect();
    for (const text of ['One.', 'Two.', 'Three.']) {
      const response = endOf(await client.ask({ model, input: [user(text)] }));
      expect(response.status).toBe('completed');
      expect(textIn(response)).toContain(text);
    }
  });

  test('goes on from a response that is not stored, on its own connection alone', async () => {
    const client = await connect();
    const first = await client.ask({ model, store: false, input: [user('I am Ingrid.')] });
    const body = { model, store: false, previous_response_id: idOf(first), input: [user('Who am I?')] };
    const second = await client.ask(body);
    expect(textIn(endOf(second))).toContain('Who am I?');
    expect(sentUp(proxy())).toContain('I am Ingrid.');
    const other = await connect();
    expect(await other.ask({ ...body, previous_response_id: idOf(second) })).toMatchObject(notFound);
    // All of it in one call is how a client recovers, on the connection that refused.
    const whole = [user('I am Ingrid.'), user('Who am I?')];
    expect(textOf(await other.ask({ model, store: false, input: whole }))).toContain('Who am I?');
  });

  test('an unknown response is not gone on from', async () => {
    const client = await connect();
    const body = { model, store: false, previous_response_id: 'resp_0000', input: [user('Who am I?')] };
    expect(await client.ask(body)).toMatchObject(notFound);
  });

  test('a compacted conversation begins a new chain', async () => {
    const input = [user('My boat is red.'), user('And its sail is white.')];
    const compacted = await answerTo(proxy(), { model, input }, '/v1/responses/compact');
    const client = await connect();
    const first = await client.ask({ model, store: false, input: [...compacted.output, user('What do you know?')] });
    expect(typesIn(endOf(first))).toContain('message');
    const second = await client.ask({ model, store: false, previous_response_id: idOf(first), input: [user('And?')] });
    expect(textIn(endOf(second))).toContain('And?');
  });
});
