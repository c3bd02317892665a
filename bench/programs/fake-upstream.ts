/**
 * The bench's upstream, a program of its own: as little work as possible per byte, so that the subject is the limit.
 * It plays GitHub (token, user, models) just far enough for Crossfeed to start, and knows nothing of Crossfeed.
 *
 * A request's text says what to answer: `bench chunks=N gap=MS`, with `call` behind it a tool call's arguments in so many
 * pieces; without it a short whole answer comes, with `bench answer=N` one of that number.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPacer } from './pacer.ts';
import { streamEvents, wholeAnswer, type EndpointName, type StreamAsked } from './upstream-answers.ts';

const models: Readonly<Record<EndpointName, { readonly id: string; readonly path: string; readonly vendor: string }>> =
  {
    chat: { id: 'bench-chat', path: '/chat/completions', vendor: 'Azure OpenAI' },
    responses: { id: 'bench-responses', path: '/responses', vendor: 'OpenAI' },
    messages: { id: 'bench-messages', path: '/v1/messages', vendor: 'Anthropic' },
  };

/** Several events in one socket write, each its own HTTP chunk: what a fast model behind a gateway looks like. */
const burstBytes = 16 * 1024;

/** How much of a request's beginning and end is searched for what it asks. */
const endBytes = 8 * 1024;

const pacer = createPacer();
const prepared = new Map<string, Buffer[]>();
const httpChunk = (event: string) => `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`;

function wireOf(endpoint: EndpointName, asked: StreamAsked, joined: boolean): Buffer[] {
  const key = `${endpoint} ${JSON.stringify(asked)} ${joined}`;
  const known = prepared.get(key);
  if (known !== undefined) return known;
  const wire: Buffer[] = [];
  let burst = '';
  for (const event of streamEvents(endpoint, models[endpoint].id, asked)) {
    burst += httpChunk(event);
    if (joined && burst.length < burstBytes) continue;
    wire.push(Buffer.from(burst));
    burst = '';
  }
  if (burst !== '') wire.push(Buffer.from(burst));
  prepared.set(key, wire);
  return wire;
}

/** Raw writes below the response: prepared HTTP chunks cost the upstream nothing, so it never becomes the limit. */
function stream(response: ServerResponse, wire: readonly Buffer[], gapMs: number): void {
  const { socket } = response;
  if (socket === null) return;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' });
  response.flushHeaders();
  let next = 0;
  const writeOne = () => {
    const piece = wire[next++];
    const room = piece !== undefined && socket.write(piece);
    if (next < wire.length) return room;
    socket.off('drain', writeAll);
    response.end();
    return false;
  };
  const writeAll = () => {
    while (writeOne());
  };
  if (gapMs > 0) {
    const leave = pacer.join(gapMs, () => {
      writeOne();
      return next < wire.length;
    });
    response.on('close', leave);
    return;
  }
  socket.on('drain', writeAll);
  response.on('close', () => socket.off('drain', writeAll));
  writeAll();
}

function answerModel(endpoint: EndpointName, body: Buffer, response: ServerResponse): void {
  const ends =
    body.toString('latin1', 0, endBytes) +
    (body.length > endBytes ? body.toString('latin1', body.length - endBytes) : '');
  const asked = /bench chunks=(\d+) gap=(\d+)( call)?/.exec(ends);
  if (asked === null) {
    const text = wholeAnswer(endpoint, models[endpoint].id, /.*bench answer=(\d+)/s.exec(ends)?.[1]);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
    return;
  }
  const gapMs = Number(asked[2]);
  const wanted = { chunks: Number(asked[1]), calls: asked[3] !== undefined, withUsage: ends.includes('include_usage') };
  stream(response, wireOf(endpoint, wanted, gapMs === 0), gapMs);
}

function catalogue(): object {
  const supports = { streaming: true, tool_calls: true, structured_outputs: true };
  const limits = { max_context_window_tokens: 1_000_000, max_prompt_tokens: 900_000, max_output_tokens: 100_000 };
  const data = Object.values(models).map(({ id, path, vendor }) => ({
    id,
    name: id,
    object: 'model',
    vendor,
    version: '1',
    preview: false,
    model_picker_enabled: true,
    supported_endpoints: [path],
    capabilities: {
      family: id,
      object: 'model_capabilities',
      tokenizer: 'o200k_base',
      type: 'chat',
      limits,
      supports,
    },
  }));
  return { object: 'list', data };
}

function answerGithub(path: string, origin: string, response: ServerResponse): void {
  const endpoints = { api: origin };
  const answers: Readonly<Record<string, object>> = {
    '/copilot_internal/v2/token': {
      token: 'tid=bench;exp=4102444800',
      expires_at: Math.floor(Date.now() / 1000) + 1800,
      refresh_in: 1500,
      endpoints,
    },
    '/copilot_internal/user': { login: 'bench', copilot_plan: 'individual_pro', endpoints },
    '/models': catalogue(),
  };
  const answer = answers[path];
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer ?? { message: 'Not Found' }));
}

function route(request: IncomingMessage, response: ServerResponse): void {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces);
    if (path.endsWith('/chat/completions')) answerModel('chat', body, response);
    else if (path.endsWith('/responses')) answerModel('responses', body, response);
    else if (path.endsWith('/messages')) answerModel('messages', body, response);
    else answerGithub(path, `http://${request.headers.host}`, response);
  });
}

const server = createServer({ keepAliveTimeout: 60_000 }, route);
server.listen({ host: '127.0.0.1', port: 0, backlog: 2048 }, () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);
process.on('disconnect', () => process.exit());
