/**
 * The lower bound for translation: Messages to Responses by hand, for this one pair and as fast as it can be made. It
 * checks nothing, knows text and calls of functions only, and fails where something else comes.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool, type Dispatcher } from 'undici';

const [upstreamPort = '', readyFile = ''] = process.argv.slice(2);
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, {
  connections: null,
  pipelining: 1,
  allowH2: false,
  bodyTimeout: 0,
  headersTimeout: 0,
});

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly tool_use_id?: string;
  readonly content?: string | readonly Block[];
}

interface Asked {
  readonly model: string;
  readonly system?: string | readonly Block[];
  readonly max_tokens: number;
  readonly messages: readonly { readonly role: string; readonly content: string | readonly Block[] }[];
  readonly tools?: readonly { readonly name: string; readonly description?: string; readonly input_schema: object }[];
}

const textOf = (content: string | readonly Block[] = '') =>
  typeof content === 'string' ? content : content.map(({ text }) => text).join('\n');

function itemOf(role: string, block: Block): object {
  switch (block.type) {
    case 'tool_use':
      return {
        type: 'function_call',
        call_id: block.id,
        name: block.name,
        arguments: JSON.stringify(block.input),
      };
    case 'tool_result':
      return { type: 'function_call_output', call_id: block.tool_use_id, output: textOf(block.content) };
    default: {
      const part = { type: role === 'assistant' ? 'output_text' : 'input_text', text: block.text };
      return { type: 'message', role, content: [part] };
    }
  }
}

/** On the latin1 view of the UTF-8, which is quicker to parse and to write. */
function translate(body: Buffer): Buffer {
  const asked = JSON.parse(body.toString('latin1')) as Asked;
  const input: object[] = [];
  for (const { role, content } of asked.messages) {
    if (typeof content === 'string') input.push({ role, content });
    else for (const block of content) input.push(itemOf(role, block));
  }
  const text = JSON.stringify({
    model: asked.model,
    stream: true,
    store: false,
    instructions: textOf(asked.system),
    max_output_tokens: asked.max_tokens,
    input,
    tools: asked.tools?.map(({ name, description, input_schema: parameters }) => ({
      type: 'function',
      name,
      description,
      parameters,
      strict: false,
    })),
  });
  return Buffer.from(text, 'latin1');
}

const event = (type: string, value: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`;
const textHead = 'event: response.output_text.delta\n';
const callHead = 'event: response.function_call_arguments.delta\n';

/** Frames of Responses to frames of Messages. */
function createTranslator(model: string): (frames: string) => string {
  let rest = '';
  let index = -1;
  let called = false;
  let before = '';

  function open(block: object): string {
    index += 1;
    return event('content_block_start', { index, content_block: block });
  }

  /** `"delta":"…"`: where the literal ends is the first quote that no backslash stands before. */
  function literal(text: string, start: number): string {
    const from = text.indexOf('"delta":"', start) + 8;
    let end = text.indexOf('"', from + 1);
    while (text.charCodeAt(end - 1) === 0x5c) {
      let slashes = 1;
      while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1;
      if (slashes % 2 === 0) break;
      end = text.indexOf('"', end + 1);
    }
    return text.slice(from, end + 1);
  }

  function grow(member: string): void {
    before = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":${member}:`;
  }

  function other(frame: string): string {
    const payload = JSON.parse(frame.slice(frame.indexOf('data: ') + 6)) as {
      readonly type: string;
      readonly item?: { readonly type: string; readonly call_id: string; readonly name: string };
      readonly response?: { readonly usage: { readonly input_tokens: number; readonly output_tokens: number } };
    };
    switch (payload.type) {
      case 'response.created': {
        const usage = { input_tokens: 0, output_tokens: 0 };
        const message = { id: 'msg_pair', type: 'message', role: 'assistant', model, content: [], usage };
        return event('message_start', { message });
      }
      case 'response.output_item.added': {
        const { item } = payload;
        if (item?.type !== 'function_call') {
          const opened = open({ type: 'text', text: '' });
          grow('"text_delta","text"');
          return opened;
        }
        called = true;
        const opened = open({ type: 'tool_use', id: item.call_id, name: item.name, input: {} });
        grow('"input_json_delta","partial_json"');
        return opened;
      }
      case 'response.output_item.done':
        return event('content_block_stop', { index });
      case 'response.completed': {
        const delta = { stop_reason: called ? 'tool_use' : 'end_turn', stop_sequence: null };
        return event('message_delta', { delta, usage: payload.response?.usage }) + event('message_stop', {});
      }
      default:
        return '';
    }
  }

  return (frames) => {
    const text = rest + frames;
    let out = '';
    let start = 0;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n', start)) {
      if (text.startsWith(textHead, start)) out += `${before}${literal(text, start + textHead.length)}}}\n\n`;
      else if (text.startsWith(callHead, start)) out += `${before}${literal(text, start + callHead.length)}}}\n\n`;
      else out += other(text.slice(start, end));
      start = end + 2;
    }
    rest = text.slice(start);
    return out;
  };
}

function relay(response: ServerResponse, model: string): Dispatcher.DispatchHandler {
  const translateFrames = createTranslator(model);
  let waiting: Buffer[] = [];
  let controller: Dispatcher.DispatchController | undefined;
  const flush = () => {
    const [first] = waiting;
    if (first === undefined) return;
    const joined = waiting.length === 1 ? first : Buffer.concat(waiting);
    waiting = [];
    const frames = translateFrames(joined.toString('latin1'));
    if (frames !== '' && !response.write(frames, 'latin1')) controller?.pause();
  };
  response.on('drain', () => controller?.resume());
  response.on('close', () => {
    if (!response.writableFinished) controller?.abort(new Error('the client left'));
  });
  return {
    onRequestStart(started) {
      controller = started;
    },
    onResponseStart(_controller, status) {
      response.writeHead(status, ['content-type', 'text/event-stream']);
    },
    onResponseData(_controller, chunk) {
      if (waiting.push(chunk) === 1) process.nextTick(flush);
    },
    onResponseEnd() {
      flush();
      response.end();
    },
    onResponseError() {
      response.destroy();
    },
  };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const [first] = pieces;
    const body = translate(pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces));
    const headers = ['content-type', 'application/json', 'authorization', request.headers.authorization ?? ''];
    pool.dispatch({ path: '/responses', method: 'POST', headers, body }, relay(response, 'bench-responses'));
  });
}

const server = createServer(answer);
server.listen({ host: '127.0.0.1', port: 0, backlog: 2048 }, () => {
  const { port } = server.address() as AddressInfo;
  writeFileSync(`${readyFile}.part`, JSON.stringify({ pid: process.pid, port }));
  renameSync(`${readyFile}.part`, readyFile);
});
