/** What a call cost, from the upstream's own words to the ledger and to the key that asks for it. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ExchangeRecord } from '../src/canonical/exchange-record.ts';
import { createExchangeRecorder } from '../src/observability/exchange-recorder.ts';
import { goodStreams } from './corpora/upstream-rows/good-streams.ts';
import { startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import type { RawAnswer } from './support/raw-upstream.ts';
import { connectSocket } from './support/socket-client.ts';
import { useProxy } from './support/use-proxy.ts';

describe('a stream that breaks', () => {
  let rig: RawProxy | undefined;
  afterEach(async () => rig?.close());

  const chat = { model: 'm-chat', stream: true, messages: [{ role: 'user', content: 'hi' }] };
  const messages = { model: 'm-messages', max_tokens: 9, stream: true, messages: [{ role: 'user', content: 'hi' }] };
  const responses = { model: 'm-responses', stream: true, input: 'hi' };
  const inBand = {
    chat: 'data: {"error":{"message":"broken","code":"server_error"}}',
    messages: 'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"broken"}}',
    responses: 'event: error\ndata: {"type":"error","code":"server_error","message":"broken"}',
  };

  const recordOf = (path: string, body: object, frames: readonly string[]) =>
    recordOfAnswer(path, body, { chunks: [frames.map((frame) => `${frame}\n\n`).join('')], end: 'fin' });

  async function recordOfAnswer(path: string, body: object, answer: RawAnswer): Promise<ExchangeRecord> {
    const records: ExchangeRecord[] = [];
    rig = await startRawProxy(() => answer);
    rig.proxy.events.subscribe(createExchangeRecorder((record) => records.push(record)));
    await (await rig.post(path, body)).text().catch(() => '');
    await vi.waitFor(() => expect(records).toHaveLength(1));
    return records[0] as ExchangeRecord;
  }

  test.each([
    ['raw', '/v1/messages', messages, goodStreams.messages.frames.slice(0, 6), inBand.messages],
    ['patched', '/v1/chat/completions', chat, goodStreams.chat.frames.slice(0, 6), inBand.chat],
    [
      'translated',
      '/v1/chat/completions',
      { ...chat, model: 'm-messages' },
      goodStreams.messages.frames.slice(0, 6),
      inBand.messages,
    ],
    ['translated', '/v1/messages', { ...messages, model: 'm-chat' }, goodStreams.chat.frames.slice(0, 6), inBand.chat],
    [
      'collected',
      '/v1/messages',
      { ...messages, model: 'm-chat', stream: false },
      goodStreams.chat.frames.slice(0, 6),
      inBand.chat,
    ],
  ])('%s at %s, behind its usage: the bill is kept', async (_lane, path, body, frames, error) => {
    expect(await recordOf(path, body, [...frames, error])).toMatchObject({
      usage: { outputTokens: 4, costNanoAiu: 12_345 },
      cost: { nanoAiu: 12_345, source: 'reported' },
    });
  });

  test.each([
    ['/v1/messages', messages, goodStreams.messages.frames.slice(0, 4)],
    ['/v1/chat/completions', chat, goodStreams.chat.frames.slice(0, 4)],
    ['/v1/responses', responses, goodStreams.responses.frames.slice(0, 4)],
    ['/v1/messages', { ...messages, model: 'm-responses' }, goodStreams.responses.frames.slice(0, 4)],
  ])(
    '%s, before its usage: the cost is unknown, and what was expected stands beside it',
    async (path, body, frames) => {
      const record = await recordOf(path, body, frames);
      expect(record).toMatchObject({ outcome: 'failed', cost: { nanoAiu: null, source: 'unknown' } });
      expect(record.estimate?.inputTokens).toBeGreaterThan(0);
    },
  );

  test.each([
    ['/v1/messages', messages],
    ['/v1/chat/completions', { ...chat, stream: false }],
    ['/v1/responses', responses],
  ])('%s, whose connection died behind the request, is not booked as free', async (path, body) => {
    const record = await recordOfAnswer(path, body, { chunks: [], status: 0, framing: 'close', end: 'reset' });
    expect(record).toMatchObject({
      outcome: 'failed',
      errorCode: 'empty_response',
      cost: { nanoAiu: null, source: 'unknown' },
    });
    expect(record.estimate?.inputTokens).toBeGreaterThan(0);
  });
});

describe('the bill', () => {
  const proxy = useProxy({ knownBreaches: ['refused-input'] });
  const spent = () => Number(proxy().simulator.state.ledger['spentNanoAiu']);
  const total = (session?: string) => proxy().store.ledger.usage({ by: 'model', session }).total;
  const auth = () => ({ authorization: `Bearer ${proxy().key}`, 'content-type': 'application/json' });
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(proxy().url + path, { method: 'POST', headers: { ...auth(), ...headers }, body: JSON.stringify(body) });

  async function during(work: () => Promise<unknown>) {
    const before = { bill: spent(), ledger: total() };
    await work();
    await vi.waitFor(() => expect(total().calls).toBeGreaterThan(before.ledger.calls));
    return {
      bill: spent() - before.bill,
      ledger: total().costNanoAiu - before.ledger.costNanoAiu,
      calls: total().calls - before.ledger.calls,
    };
  }

  test('of a call that was mended and sent again is booked once', async () => {
    proxy().simulator.refuseInput({ field: 'metadata' });
    const body = { model: 'claude-haiku-5.5', max_tokens: 99, metadata: { user_id: 'me' } };
    const hello = { ...body, stream: true, messages: [{ role: 'user', content: 'Hello.' }] };
    const { bill, ledger, calls } = await during(async () => (await post('/v1/messages', hello)).text());
    expect(bill).toBeGreaterThan(0);
    expect({ ledger, calls }).toEqual({ ledger: bill, calls: 1 });
  });

  test('of calls on a WebSocket is booked call by call', async () => {
    const client = await connectSocket(proxy().url, proxy().key);
    for (const word of ['one', 'two']) {
      const input = [{ type: 'message', role: 'user', content: word }];
      const { bill, ledger, calls } = await during(() => client.ask({ model: 'gpt-5.2', store: false, input }));
      expect(bill).toBeGreaterThan(0);
      expect({ ledger, calls }).toEqual({ ledger: bill, calls: 1 });
    }
    client.close();
    await client.closed;
  });

  test('is told to the key that made the calls, by session too', async () => {
    const body = { model: 'gpt-5.2', messages: [{ role: 'user', content: 'Hello.' }] };
    await during(async () => (await post('/v1/chat/completions', body, { 'x-session-id': 'mine' })).text());
    const asked = async (path: string) => (await fetch(proxy().url + path, { headers: auth() })).json();
    const { sessions } = (await asked('/crossfeed/v1/sessions')) as { sessions: { id: string; costNanoAiu: number }[] };
    const [latest] = sessions;
    expect(latest).toMatchObject({ calls: 1, models: ['gpt-5.2'], keyId: 'default' });
    const usage = await asked(`/crossfeed/v1/usage?session=${latest?.id}`);
    expect(usage).toMatchObject({
      by: 'model',
      rows: [{ name: 'gpt-5.2', calls: 1, costNanoAiu: latest?.costNanoAiu }],
    });
    expect(latest?.costNanoAiu).toBeGreaterThan(0);
  });
});
