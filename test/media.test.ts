/** Images and documents of callers, on every road: what goes up, what is told, what is refused. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { loadSharp } from '../src/media/load-sharp.ts';
import { bytesIn, headOf, typeOfBytes } from '../src/media/media-type.ts';
import { defaultModels } from '../src/simulator/index.ts';
import { images, noisePng, pdf } from './support/sample-images.ts';
import { startProxy, type StartedProxy, type StartProxyOptions } from './support/start-proxy.ts';

type Json = Readonly<Record<string, unknown>>;

let started: StartedProxy | undefined;
afterEach(async () => started?.close());

const maxBytes = 20_000;
/** Of this proxy's models: no image above 20 kB, and no more than four. */
const models = defaultModels.map((model) => ({ ...model, imageBytes: maxBytes, promptImages: 4 }));

async function start(options: StartProxyOptions = {}): Promise<StartedProxy> {
  started = await startProxy({ simulator: { scenario: { models } }, ...options });
  return started;
}

async function ask({ url, key }: StartedProxy, path: string, body: Json) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-session-id': 's' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const edits = response.headers.get('x-crossfeed-edits') ?? '';
  return { status: response.status, text, edits, lane: response.headers.get('x-crossfeed-lane') };
}

/** One way of saying an image; `sent` reads it as it went up. */
interface Face {
  readonly name: string;
  readonly path: string;
  readonly model: string;
  readonly image: (data: string, type: string) => Json;
  readonly address: (url: string) => Json | null;
  readonly body: (turns: readonly (readonly [role: 'user' | 'assistant', parts: readonly Json[]])[]) => Json;
  readonly text: (text: string) => Json;
  readonly param: string;
}

const chatFace = (name: string, model: string): Face => ({
  name,
  path: '/v1/chat/completions',
  model,
  image: (data, type) => ({ type: 'image_url', image_url: { url: `data:${type};base64,${data}` } }),
  address: (url) => ({ type: 'image_url', image_url: { url } }),
  text: (text) => ({ type: 'text', text }),
  body: (turns) => ({ model, messages: turns.map(([role, content]) => ({ role, content })) }),
  param: 'messages[0].content[0].image_url.url',
});
const messagesFace = (name: string, model: string): Face => ({
  name,
  path: '/v1/messages',
  model,
  image: (data, type) => ({ type: 'image', source: { type: 'base64', media_type: type, data } }),
  address: (url) => ({ type: 'image', source: { type: 'url', url } }),
  text: (text) => ({ type: 'text', text }),
  body: (turns) => ({ model, max_tokens: 100, messages: turns.map(([role, content]) => ({ role, content })) }),
  param: 'messages.0.content.0.source.data',
});
const responsesFace = (name: string, model: string): Face => ({
  name,
  path: '/v1/responses',
  model,
  image: (data, type) => ({ type: 'input_image', image_url: `data:${type};base64,${data}` }),
  address: (url) => ({ type: 'input_image', image_url: url }),
  text: (text) => ({ type: 'input_text', text }),
  body: (turns) => ({
    model,
    store: false,
    input: turns.map(([role, parts]) => ({
      role,
      content: role === 'user' ? parts : parts.map((part) => ({ ...part, type: 'output_text' })),
    })),
  }),
  param: 'input[0].content[0].image_url',
});
const geminiFace = (name: string, model: string): Face => ({
  name,
  path: `/v1beta/models/${model}:generateContent`,
  model,
  image: (data, mimeType) => ({ inlineData: { mimeType, data } }),
  address: (fileUri) => ({ fileData: { mimeType: 'image/png', fileUri } }),
  text: (text) => ({ text }),
  body: (turns) => ({ contents: turns.map(([role, parts]) => ({ role: role === 'user' ? 'user' : 'model', parts })) }),
  param: 'contents[0].parts[0].inlineData.data',
});
const ollamaFace = (name: string, model: string): Face => ({
  name,
  path: '/api/chat',
  model,
  image: (data) => ({ image: data }),
  address: (url) => ({ image: url }),
  text: (text) => ({ text }),
  body: (turns) => ({
    model,
    stream: false,
    messages: turns.map(([role, parts]) => ({
      role,
      content: parts.map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join(''),
      images: parts.flatMap((part) => part['image'] ?? []),
    })),
  }),
  param: 'messages[0].images[0]',
});

const faces: readonly Face[] = [
  chatFace('Chat', 'gpt-4.1'),
  chatFace('Chat of Claude', 'claude-sonnet-5.5'),
  chatFace('Chat on Responses', 'gpt-6.1-sol'),
  messagesFace('Messages', 'claude-sonnet-5.5'),
  messagesFace('Messages on Responses', 'gpt-6.1-sol'),
  messagesFace('Messages on Chat', 'gpt-4.1'),
  responsesFace('Responses', 'gpt-6.1-sol'),
  responsesFace('Responses on Messages', 'claude-sonnet-5.5'),
  responsesFace('Responses on Chat', 'gpt-4.1'),
  geminiFace('Gemini on Messages', 'claude-sonnet-5.5'),
  geminiFace('Gemini on Chat', 'gemini-3.8-flash'),
  ollamaFace('Ollama on Messages', 'claude-sonnet-5.5'),
  ollamaFace('Ollama on Responses', 'gpt-6.1-sol'),
];

/** Messages alone takes no image by its address. */
const isOnMessages = ({ name }: Face) => name.endsWith('Messages');

/** A 400 in the caller's own words. */
function refusalOf(path: string): Json {
  if (path.startsWith('/api/')) return { error: expect.any(String) };
  if (path.startsWith('/v1beta/')) return { error: { code: 400, status: 'INVALID_ARGUMENT' } };
  if (path === '/v1/messages') return { type: 'error', error: { type: 'invalid_request_error' } };
  return { error: { type: 'invalid_request_error', param: expect.stringMatching(/^(?:messages|input)\[0\]/) } };
}

const generations = ({ simulator }: StartedProxy) =>
  ['/chat/completions', '/responses', '/v1/messages'].flatMap((path) => simulator.requestsTo(path));

/** Every image of what went up, as type and data. */
function imagesIn(json: unknown): { readonly type: string; readonly data: string }[] {
  const text = JSON.stringify(json);
  const urls = [...text.matchAll(/data:(image\/\w+);base64,([\w+/=]+)/g)].map(([, type = '', data = '']) => ({
    type,
    data,
  }));
  const sources = [...text.matchAll(/"source":(\{"type":"base64".*?\})/g)].map(([, source = '']) => {
    const { media_type: type, data } = JSON.parse(source) as { media_type: string; data: string };
    return { type, data };
  });
  return [...urls, ...sources];
}

const sharp = await loadSharp();
const large = noisePng(120).toString('base64');

describe.each(faces)('$name', ({ path, image, body, address, text, param, name, model }) => {
  test('an image that is not what it says goes up as what it is', async () => {
    const rig = await start();
    const answer = await ask(rig, path, body([['user', [image(images.jpeg, 'image/png'), text('What is it?')]]]));
    expect(answer.status, answer.text).toBe(200);
    expect(imagesIn(generations(rig)[0]?.json)).toEqual([{ type: 'image/jpeg', data: images.jpeg }]);
    if (!name.startsWith('Ollama')) expect(answer.edits).toContain('media-type');
  });

  test.skipIf(sharp === null)('an image that is too large goes up smaller, and the same in the next turn', async () => {
    const rig = await start();
    const first = [['user', [image(large, 'image/png'), text('What is it?')]]] as const;
    const answer = await ask(rig, path, body(first));
    expect(answer.status, answer.text).toBe(200);
    expect(answer.edits).toContain('smaller-image');
    const next = await ask(rig, path, body([...first, ['assistant', [text('Noise.')]], ['user', [text('Thanks.')]]]));
    expect(next.status, next.text).toBe(200);
    const [[sent], [again]] = generations(rig).map(({ json }) => imagesIn(json)) as [
      ReturnType<typeof imagesIn>,
      ReturnType<typeof imagesIn>,
    ];
    expect(bytesIn(sent?.data ?? '')).toBeLessThanOrEqual(maxBytes);
    expect(typeOfBytes(headOf(sent?.data ?? ''))).toBe(sent?.type);
    expect(again).toEqual(sent);
  });

  test('B-097 without sharp it is refused with the numbers, and nothing goes up', async () => {
    const rig = await start({ mediaGround: { loadLibrary: async () => null } });
    const answer = await ask(rig, path, body([['user', [image(large, 'image/png'), text('What is it?')]]]));
    expect(answer.status, answer.text).toBe(413);
    expect(answer.text).toContain(`${bytesIn(large)} bytes and model '${model}' takes ${maxBytes}`);
    expect(answer.text).toContain('install sharp');
    if (path.startsWith('/v1/')) expect(answer.text).toContain(param);
    expect(generations(rig)).toEqual([]);
  });

  test('B-098 what is no image is refused', async () => {
    const rig = await start();
    const svg = Buffer.from('<svg onload="x"/>').toString('base64');
    const bodies = [svg, Buffer.from('<b>').toString('base64'), '', '{not base64}', pdf].map((data) =>
      body([['user', [image(data, 'image/png'), text('What is it?')]]]),
    );
    const answers = await Promise.all(bodies.map((one) => ask(rig, path, one)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
    for (const answer of answers) expect(JSON.parse(answer.text)).toMatchObject(refusalOf(path));
    expect(generations(rig)).toEqual([]);
  });

  test.runIf(address('') !== null)('B-092 to B-094 an address within is refused', async () => {
    const rig = await start();
    const urls = ['http://169.254.169.254/', 'file:///etc/passwd', 'http://2130706433/', 'http://[::ffff:127.0.0.1]/'];
    const answers = await Promise.all(
      urls.map((url) => ask(rig, path, body([['user', [address(url) as Json, text('What is it?')]]]))),
    );
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    expect(generations(rig)).toEqual([]);
  });

  test('the oldest of too many images become a stated text, and stay it', async () => {
    const rig = await start();
    const shots = [1, 2, 3, 4, 5, 6].map((edge) => noisePng(edge).toString('base64'));
    const turns = shots.flatMap((data) => [
      ['user', [image(data, 'image/png'), text('And this?')]] as const,
      ['assistant', [text('Noise.')]] as const,
    ]);
    const sent = async (count: number) => {
      const { status, text: said, edits } = await ask(rig, path, body(turns.slice(0, count * 2 - 1)));
      expect(status, said).toBe(200);
      return { edits, data: imagesIn(generations(rig).at(-1)?.json).map(({ data }) => data) };
    };
    expect(await sent(4)).toMatchObject({ data: shots.slice(0, 4), edits: expect.not.stringContaining('placeholder') });
    // One more than goes: a quarter is left free, so that the next turn need not change the prefix again.
    expect(await sent(5)).toMatchObject({
      data: shots.slice(2, 5),
      edits: expect.stringContaining('image-placeholder'),
    });
    expect(await sent(6)).toMatchObject({
      data: shots.slice(2, 6),
      edits: expect.stringContaining('image-placeholder'),
    });
    expect(JSON.stringify(generations(rig).at(-1)?.json)).toContain('[image removed by Crossfeed');
  });
});

/** A server of this machine that stands for the open internet. */
async function startRemote(type: keyof typeof images | 'pdf' = 'png') {
  const paths: string[] = [];
  const server: Server = createServer((request, response) => {
    paths.push(request.url ?? '');
    response.end(Buffer.from(type === 'pdf' ? pdf : images[type], 'base64'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const options: StartProxyOptions = {
    media: { fetchRemote: true, fetchPorts: [port] },
    mediaGround: {
      isPublic: (one) => one === '127.0.0.1',
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    },
  };
  return { paths, options, url: `http://images.example:${port}/secret-name.png` };
}

describe('images by their address', () => {
  const remote = 'https://images.example/a.png';

  test.each(faces.filter((face) => isOnMessages(face) && face.address('') !== null))(
    '$name: refused where the endpoint takes none, in words that name the switch',
    async ({ path, address, body, text }) => {
      const rig = await start();
      const answer = await ask(rig, path, body([['user', [address(remote) as Json, text('What is it?')]]]));
      expect(answer.status).toBe(400);
      expect(answer.text).toMatch(/--fetch-images/);
      expect(answer.text).toMatch(/media\.fetchRemote/);
      expect(generations(rig)).toEqual([]);
    },
  );

  test.each(faces.filter((face) => !isOnMessages(face) && face.address('') !== null))(
    '$name: goes up as it is where the endpoint takes it',
    async ({ path, address, body, text }) => {
      const rig = await start();
      const answer = await ask(rig, path, body([['user', [address(remote) as Json, text('What is it?')]]]));
      expect(answer.status, answer.text).toBe(200);
      expect(JSON.stringify(generations(rig)[0]?.json)).toContain(remote);
    },
  );

  test.each(faces.filter(({ address }) => address('') !== null))(
    '$name: with the switch the data goes up, fetched once a session',
    async ({ path, address, body, text }) => {
      const { paths, options, url } = await startRemote('jpeg');
      const rig = await start(options);
      const first = [['user', [address(url) as Json, text('What is it?')]]] as const;
      const answer = await ask(rig, path, body(first));
      expect(answer.status, answer.text).toBe(200);
      expect(answer.edits).toContain('fetched-media');
      await ask(rig, path, body([...first, ['assistant', [text('Red.')]], ['user', [text('Thanks.')]]]));
      const sent = generations(rig).map(({ json }) => imagesIn(json));
      expect(sent).toEqual([[{ type: 'image/jpeg', data: images.jpeg }], [{ type: 'image/jpeg', data: images.jpeg }]]);
      expect(paths).toEqual(['/secret-name.png']);
    },
  );

  test('the log names the host and nothing more', async () => {
    const { options, url } = await startRemote();
    const rig = await start(options);
    const edits: unknown[] = [];
    rig.proxy.events.subscribe((event) => event.type === 'edited' && edits.push(...event.edits));
    const { path, body, address } = messagesFace('', 'claude-sonnet-5.5');
    await ask(rig, path, body([['user', [address(url) as Json]]]));
    expect(edits).toContainEqual(
      expect.objectContaining({ rule: 'fetched-media', reason: expect.stringMatching(/images\.example/) }),
    );
    expect(JSON.stringify(edits)).not.toContain('secret-name');
  });

  test('the same address twice in a conversation is fetched once', async () => {
    const { paths, options, url } = await startRemote();
    const rig = await start(options);
    const { path, body, address } = messagesFace('', 'claude-sonnet-5.5');
    const answer = await ask(rig, path, body([['user', [address(url) as Json, address(url) as Json]]]));
    expect(answer.status, answer.text).toBe(200);
    expect(paths).toHaveLength(1);
  });

  test('more addresses than anybody needs are refused before the first is fetched', async () => {
    const { paths, options, url } = await startRemote();
    const rig = await start(options);
    const { path, body, address } = messagesFace('', 'claude-sonnet-5.5');
    const many = Array.from({ length: 21 }, (_, index) => address(`${url}?${index}`) as Json);
    expect((await ask(rig, path, body([['user', many]]))).status).toBe(400);
    expect(paths).toEqual([]);
  });

  test('B-095 a redirect that leads home is refused', async () => {
    const home = await startRemote();
    const server = createServer((_request, response) =>
      response.writeHead(302, { location: home.url.replace('images.example', 'localhost') }).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const ports = [port, ...(home.options.media?.fetchPorts ?? [])];
    const rig = await start({ ...home.options, media: { fetchRemote: true, fetchPorts: ports } });
    const { path, body, address } = messagesFace('', 'claude-sonnet-5.5');
    const answer = await ask(rig, path, body([['user', [address(`http://images.example:${port}/`) as Json]]]));
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('private network');
    expect(home.paths).toEqual([]);
    expect(generations(rig)).toEqual([]);
  });

  test('a preview and a count fetch nothing', async () => {
    const { paths, options, url } = await startRemote();
    const rig = await start(options);
    const { path, body, address } = messagesFace('', 'claude-sonnet-5.5');
    const asked = body([['user', [address(url) as Json]]]);
    expect((await ask(rig, '/crossfeed/v1/preview', { path, body: asked })).status).toBe(200);
    await ask(rig, '/v1/messages/count_tokens', asked);
    expect(paths).toEqual([]);
  });

  test('what is fetched and is no image is refused', async () => {
    const { options, url } = await startRemote('pdf');
    const rig = await start(options);
    const { path, body, address } = messagesFace('', 'claude-sonnet-5.5');
    const answer = await ask(rig, path, body([['user', [address(url) as Json]]]));
    expect(answer.status).toBe(400);
    expect(generations(rig)).toEqual([]);
  });
});

describe('documents', () => {
  const file = { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` } };
  const document = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf } };
  const chat = (model: string, part: Json) => ({ model, messages: [{ role: 'user', content: [part] }] });

  test.each([
    ['claude-sonnet-5.5', '/v1/messages'],
    ['gpt-5.2', '/responses'],
  ])('a PDF of Chat goes to %s by %s, which takes it', async (model, upstreamPath) => {
    const rig = await start();
    const answer = await ask(rig, '/v1/chat/completions', chat(model, file));
    expect(answer, answer.text).toMatchObject({ status: 200, lane: 'translated' });
    expect(JSON.stringify(rig.simulator.requestsTo(upstreamPath)[0]?.json)).toContain(pdf);
  });

  test.each([
    ['/v1/chat/completions', chat('gpt-4.1', file)],
    ['/v1/messages', { ...chat('gpt-4.1', document), max_tokens: 100 }],
  ])('a model of Chat alone takes none: %s is told which do', async (path, body) => {
    const rig = await start();
    const answer = await ask(rig, path, body);
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(/gpt-4\.1.*takes no PDF.*claude-opus-5\.5/);
    expect(generations(rig)).toEqual([]);
  });

  test('plain text goes as text', async () => {
    const rig = await start();
    const data = Buffer.from('Grüße').toString('base64');
    const part = { type: 'file', file: { filename: 'a.txt', file_data: `data:text/plain;base64,${data}` } };
    const answer = await ask(rig, '/v1/chat/completions', chat('gpt-4.1', part));
    expect(answer, answer.text).toMatchObject({ status: 200, edits: expect.stringContaining('document-text') });
    expect(generations(rig)[0]?.json).toMatchObject({
      messages: [{ role: 'user', content: [{ type: 'text', text: 'a.txt\n\nGrüße' }] }],
    });
  });

  test('a file that is an image goes as one', async () => {
    const rig = await start();
    const part = { type: 'file', file: { filename: 'a.png', file_data: `data:image/png;base64,${images.png}` } };
    const answer = await ask(rig, '/v1/chat/completions', chat('gpt-4.1', part));
    expect(answer.status, answer.text).toBe(200);
    expect(imagesIn(generations(rig)[0]?.json)).toEqual([{ type: 'image/png', data: images.png }]);
  });
});

describe('a model that sees no images', () => {
  const { path, body, image, text } = chatFace('', 'grok-4.7');
  const shown = ['user', [image(images.png, 'image/png'), text('What is it?')]] as const;

  test('refuses a new one by name, and says which models do', async () => {
    const rig = await start();
    const answer = await ask(rig, path, body([shown]));
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(/'grok-4\.7' sees no images\. These do: claude-opus-5\.5/);
    expect(generations(rig)).toEqual([]);
  });

  test('goes on from a conversation that had one', async () => {
    const rig = await start();
    const answer = await ask(rig, path, body([shown, ['assistant', [text('Red.')]], ['user', [text('Thanks.')]]]));
    expect(answer, answer.text).toMatchObject({ status: 200, edits: expect.stringContaining('image-placeholder') });
    expect(imagesIn(generations(rig)[0]?.json)).toEqual([]);
  });
});

test('a body that fits stays byte for byte on the raw lane', async () => {
  const rig = await start();
  const { path, body, image } = messagesFace('', 'claude-sonnet-5.5');
  const answer = await ask(rig, path, body([['user', [image(images.png, 'image/png')]]]));
  expect(answer).toMatchObject({ status: 200, lane: 'raw' });
});
