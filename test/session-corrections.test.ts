/** What a session goes up without, once the upstream has refused it: images that are too much, thoughts it cannot open. */
import { afterEach, describe, expect, test } from 'vitest';
import { startProxy, type StartedProxy } from './support/start-proxy.ts';

let started: StartedProxy | undefined;
afterEach(async () => started?.close());

async function start(): Promise<StartedProxy> {
  started = await startProxy();
  return started;
}

type Json = Readonly<Record<string, unknown>>;

async function ask({ url, key }: StartedProxy, path: string, body: Json, session = 's') {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-session-id': session },
    body: JSON.stringify(body),
  });
  await response.text();
  return { status: response.status, edits: response.headers.get('x-crossfeed-edits') ?? '' };
}

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const other = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
const placeholder = '[image removed by Crossfeed: the request was too large for the upstream]';
const tooLarge = { on: '*', do: { kind: 'status', status: 413, body: 'Request Entity Too Large' } } as const;

interface ImageCase {
  readonly path: string;
  readonly upstreamPath: string;
  readonly image: (data: string) => Json;
  readonly text: Json;
  readonly turn: (role: 'user' | 'assistant', content: unknown) => Json;
  readonly body: (turns: readonly Json[]) => Json;
}

const imageCases: readonly ImageCase[] = [
  {
    path: '/v1/messages',
    upstreamPath: '/v1/messages',
    image: (data) => ({ type: 'image', source: { type: 'base64', media_type: 'image/png', data } }),
    text: { type: 'text', text: placeholder },
    turn: (role, content) => ({ role, content }),
    body: (messages) => ({ model: 'claude-sonnet-5.5', max_tokens: 100, messages }),
  },
  {
    path: '/v1/chat/completions',
    upstreamPath: '/chat/completions',
    image: (data) => ({ type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } }),
    text: { type: 'text', text: placeholder },
    turn: (role, content) => ({ role, content }),
    body: (messages) => ({ model: 'gpt-4.1', messages }),
  },
  {
    path: '/v1/responses',
    upstreamPath: '/responses',
    image: (data) => ({ type: 'input_image', image_url: `data:image/png;base64,${data}` }),
    text: { type: 'input_text', text: placeholder },
    turn: (role, content) => ({ type: 'message', role, content }),
    body: (input) => ({ model: 'gpt-6.1-sol', input }),
  },
];

describe.each(imageCases)('too large on $path', ({ path, upstreamPath, image, text, turn, body }) => {
  const opening = [turn('user', [image(pixel)]), turn('assistant', 'A pixel.')];
  const asked = turn('user', [image(other)]);
  const sent = (rig: StartedProxy) => rig.simulator.requestsTo(upstreamPath).map(({ json }) => json as Json);
  const turns = (json: Json | undefined) => (json?.['messages'] ?? json?.['input']) as Json[];

  test('older images become a stated text, at once and in every later turn', async () => {
    const rig = await start();
    rig.simulator.addFault({ ...tooLarge, on: upstreamPath });
    const answer = await ask(rig, path, body([...opening, asked]));
    expect(answer).toMatchObject({ status: 200, edits: expect.stringContaining('image-placeholder') });
    const [, mended] = sent(rig);
    expect(turns(mended)).toEqual([turn('user', [text]), opening[1], asked]);

    const later = [...opening, asked, turn('assistant', 'Another.'), turn('user', 'Thanks.')];
    await ask(rig, path, body(later));
    expect(turns(sent(rig)[2])).toEqual([turn('user', [text]), ...later.slice(1)]);
    const headers = rig.simulator.requestsTo(upstreamPath).map((one) => one.headers['copilot-vision-request']);
    expect(headers).toEqual(['true', 'true', 'true']);

    await ask(rig, path, body([...opening, asked]), 'another session');
    expect(turns(sent(rig)[3])[0]).toEqual(opening[0]);
  });

  test('where all images are new all of them go, and the vision header with them', async () => {
    const rig = await start();
    rig.simulator.addFault({ ...tooLarge, on: upstreamPath });
    expect((await ask(rig, path, body([asked]))).status).toBe(200);
    expect(turns(sent(rig)[1])).toEqual([turn('user', [text])]);
    expect(rig.simulator.requestsTo(upstreamPath)[1]?.headers['copilot-vision-request']).toBeUndefined();
  });

  test('still too large: the caller is told, and the next try goes without any', async () => {
    const rig = await start();
    rig.simulator.addFault({ ...tooLarge, on: upstreamPath, times: 3 });
    expect((await ask(rig, path, body([...opening, asked]))).status).toBe(413);
    expect(sent(rig)).toHaveLength(2);
    expect((await ask(rig, path, body([...opening, asked]))).status).toBe(200);
    expect(turns(sent(rig)[3])).toEqual([turn('user', [text]), opening[1], turn('user', [text])]);
  });

  test('without images a 413 is the caller’s', async () => {
    const rig = await start();
    rig.simulator.addFault({ ...tooLarge, on: upstreamPath });
    expect((await ask(rig, path, body([turn('user', 'Hi.')]))).status).toBe(413);
    expect(sent(rig)).toHaveLength(1);
  });
});

describe('a thought that the upstream cannot open', () => {
  const foreign = { type: 'thinking', thinking: 'hm', signature: 'of-somebody-else' };
  const said = { type: 'text', text: 'Yes.' };
  const user = (content: unknown) => ({ role: 'user', content });
  const base = { model: 'claude-sonnet-5.5', max_tokens: 4000, thinking: { type: 'adaptive' } };
  const sent = (rig: StartedProxy) => rig.simulator.requestsTo('/v1/messages').map(({ json }) => json as Json);

  test('goes, once and for the whole session', async () => {
    const rig = await start();
    const messages = [user('a'), { role: 'assistant', content: [foreign, said] }, user('b')];
    const answer = await ask(rig, '/v1/messages', { ...base, messages });
    expect(answer).toMatchObject({ status: 200, edits: expect.stringContaining('without-thinking') });
    const without = [messages[0], { role: 'assistant', content: [said] }, messages[2]];
    expect(sent(rig)[1]).toMatchObject({ thinking: { type: 'adaptive' }, messages: without });

    await ask(rig, '/v1/messages', {
      ...base,
      messages: [...messages, { role: 'assistant', content: [said] }, user('c')],
    });
    expect(sent(rig)).toHaveLength(3);
    const { messages: later } = sent(rig)[2] ?? {};
    expect((later as unknown[]).slice(0, 3)).toEqual(without);
  });

  test('within a tool loop thinking is off until the turn is over', async () => {
    const rig = await start();
    const call = { type: 'tool_use', id: 'toolu_1', name: 'read', input: {} };
    const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'x' };
    const tools = [{ name: 'read', input_schema: { type: 'object', properties: {} } }];
    const messages = [user('a'), { role: 'assistant', content: [foreign, call] }, user([result])];
    const answer = await ask(rig, '/v1/messages', { ...base, tools, messages });
    expect(answer.status).toBe(200);
    expect(sent(rig)[1]).not.toHaveProperty('thinking');
    const done = [...messages, { role: 'assistant', content: [said] }, user('b')];
    await ask(rig, '/v1/messages', { ...base, tools, messages: done });
    expect(sent(rig)[2]).toHaveProperty('thinking');
  });

  test('on /responses sealed reasoning goes', async () => {
    const rig = await start();
    const question = { type: 'message', role: 'user', content: 'a' };
    const reasoning = { type: 'reasoning', summary: [], encrypted_content: 'of-somebody-else' };
    const answer = await ask(rig, '/v1/responses', { model: 'gpt-6.1-sol', input: [question, reasoning, question] });
    expect(answer).toMatchObject({ status: 200, edits: expect.stringContaining('without-thinking') });
    const [, mended] = rig.simulator.requestsTo('/responses');
    expect(mended?.json).toMatchObject({ input: [question, question] });
  });

  test('a refusal that stays is the caller’s, and nothing is remembered', async () => {
    const rig = await start();
    const message = 'messages.1.content.0: Invalid `signature` in `thinking` block';
    const body = { type: 'error', error: { type: 'invalid_request_error', message } };
    rig.simulator.addFault({ on: '/v1/messages', times: 2, do: { kind: 'status', status: 400, body } });
    const messages = [user('a'), { role: 'assistant', content: [foreign, said] }, user('b')];
    expect((await ask(rig, '/v1/messages', { ...base, messages })).status).toBe(400);
    await ask(rig, '/v1/messages', { ...base, messages });
    expect(sent(rig)[2]).toMatchObject({ messages });
  });
});
