/** What an upstream body says, read by the vendors' documentation alone: turns, and in each what was said in order. */
import type { Endpoint } from '../../src/canonical/protocol-id.ts';
import type { Part } from '../../src/canonical/content.ts';
import type { Item } from '../../src/canonical/conversation.ts';
import { normalArguments, parseExact } from './exact-json.ts';

/** `said` holds a line for each thing: adjacent texts are one, empty ones none. Call ids are numbered by their first use. */
export interface SaidTurn {
  readonly who: 'system' | 'user' | 'model' | 'tools';
  readonly said: readonly string[];
}

export interface SaidBody {
  readonly turns: readonly SaidTurn[];
  readonly tools: readonly string[];
  /** Ids of calls and results as they stand there. */
  readonly callIds: readonly string[];
  readonly seals: readonly string[];
}

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
type Json = any;

interface Notes {
  say(who: SaidTurn['who'], line: string): void;
  call(id: string, name: string, text: string): void;
  result(id: string, lines: readonly string[], failed?: boolean): void;
  readonly seals: string[];
}

function createNotes() {
  const turns: { who: SaidTurn['who']; said: string[] }[] = [];
  const ids = new Map<string, number>();
  const seals: string[] = [];
  const numberOf = (id: string) => {
    if (!ids.has(id)) ids.set(id, ids.size);
    return ids.get(id);
  };
  const notes: Notes = {
    seals,
    say(who, told) {
      // The id that stands there is the one that went up.
      const line = told.replace(
        /^text:\[content of tool result (.+)\]$/,
        (_whole, id: string) => `text:[${numberOf(id)}]`,
      );
      if (line === 'text:') return;
      let turn = turns.at(-1);
      if (turn?.who !== who) turns.push((turn = { who, said: [] }));
      const last = turn.said.at(-1);
      if (line.startsWith('text:') && last?.startsWith('text:') === true)
        turn.said[turn.said.length - 1] = last + line.slice('text:'.length);
      else turn.said.push(line);
    },
    call: (id, name, text) => notes.say('model', `call ${numberOf(id)} ${name} ${normalArguments(text)}`),
    result(id, lines, failed = false) {
      const text = lines.filter((line) => line.startsWith('text:')).map((line) => line.slice(5));
      const others = lines.filter((line) => !line.startsWith('text:'));
      notes.say(
        'tools',
        `result ${numberOf(id)} ${JSON.stringify([text.join(''), ...others])}${failed ? ' failed' : ''}`,
      );
    },
  };
  return { notes, turns, callIds: () => [...ids.keys()] };
}

const imageLine = (url: string) => `image:${url}`;

function partLine(part: Part): string {
  if (part.kind === 'text') return `text:${part.text}`;
  if (part.kind !== 'image') return part.kind;
  const { source } = part;
  if (source.kind === 'data') return imageLine(`data:${source.mediaType};base64,${source.data}`);
  return imageLine(source.kind === 'url' ? source.url : source.kind);
}

/** Anthropic refuses a text of nothing but white space, so it stays here. */
export function isLeftOut(part: Part, endpoint: Endpoint): boolean {
  return endpoint === '/v1/messages' && part.kind === 'text' && !/[^ \t\r\n]/.test(part.text);
}

/** What the body should say of these items. Chat says a turn's text before its calls, and no images in results. */
export function expectedTurns(items: readonly Item[], endpoint: Endpoint): readonly SaidTurn[] {
  const { notes, turns } = createNotes();
  let moved: { readonly id: string; readonly lines: readonly string[] }[] = [];
  const settle = () => {
    for (const { id, lines } of moved) {
      notes.say('user', `text:[content of tool result ${id}]`);
      for (const line of lines) notes.say('user', line);
    }
    moved = [];
  };
  for (const item of items) {
    if (item.kind !== 'tool-result') settle();
    switch (item.kind) {
      case 'message': {
        const who = item.role === 'assistant' ? 'model' : item.role === 'user' ? 'user' : 'system';
        for (const part of item.parts) if (!isLeftOut(part, endpoint)) notes.say(who, partLine(part));
        break;
      }
      case 'tool-call':
        notes.call(item.callId, item.name, item.input);
        break;
      case 'tool-result': {
        const failed = item.isError === true;
        const lines = failed ? failedLines(item.parts, endpoint) : item.parts.map(partLine);
        const media = lines.filter((line) => !line.startsWith('text:'));
        const isMoved = endpoint === '/chat/completions' && media.length > 0;
        notes.result(
          item.callId,
          isMoved ? lines.filter((line) => line.startsWith('text:')) : lines,
          failed && endpoint === '/v1/messages',
        );
        if (isMoved) moved.push({ id: item.callId, lines: media });
        break;
      }
      default:
        throw new Error(`no ${item.kind} in these conversations`);
    }
  }
  settle();
  return turns.map((turn) => (endpoint === '/chat/completions' && turn.who === 'model' ? asChat(turn) : turn));
}

/** Only Messages has a word for a call that failed: elsewhere the text says it. */
function failedLines(parts: readonly Part[], endpoint: Endpoint): readonly string[] {
  const lines = parts.map(partLine).filter((line) => line !== 'text:');
  if (endpoint === '/v1/messages') return lines;
  const at = lines.findIndex((line) => line.startsWith('text:'));
  if (at < 0) return ['text:[error]', ...lines];
  return lines.map((line, index) => (index === at ? `text:[error] ${line.slice('text:'.length)}` : line));
}

function asChat({ who, said }: SaidTurn): SaidTurn {
  const text = said.filter((line) => line.startsWith('text:')).map((line) => line.slice(5));
  const calls = said.filter((line) => !line.startsWith('text:'));
  return { who, said: [...(text.length > 0 ? [`text:${text.join('')}`] : []), ...calls] };
}

/** `text` is JSON in UTF-8, as a string. */
export function readBody(endpoint: Endpoint, text: string): SaidBody {
  const body = parseExact(text) as Json;
  const { notes, turns, callIds } = createNotes();
  readers[endpoint]?.(body, notes);
  const tools = (body.tools ?? []).map((tool: Json) => {
    const { name, description, parameters, input_schema: schema } = tool.function ?? tool;
    return JSON.stringify([name, description ?? null, parameters ?? schema]);
  });
  return { turns, tools, callIds: callIds(), seals: notes.seals };
}

const listOf = (content: Json): Json[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);

function contentLine(part: Json): string {
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return `text:${part.text}`;
    case 'refusal':
      return `text:${part.refusal}`;
    case 'image_url':
      return imageLine(part.image_url.url);
    case 'input_image':
      return imageLine(part.image_url);
    case 'image':
      return imageLine(
        part.source.type === 'base64' ? `data:${part.source.media_type};base64,${part.source.data}` : part.source.url,
      );
    default:
      return JSON.stringify(part);
  }
}

const speakers: Readonly<Record<string, SaidTurn['who']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'model',
};

const readers: Readonly<Partial<Record<Endpoint, (body: Json, notes: Notes) => void>>> = {
  '/chat/completions'(body, notes) {
    for (const message of body.messages) {
      if (message.role === 'tool') {
        notes.result(message.tool_call_id, listOf(message.content).map(contentLine));
        continue;
      }
      const who = speakers[message.role] ?? 'user';
      if (message.reasoning_opaque != null) notes.seals.push(message.reasoning_opaque);
      for (const part of listOf(message.content)) notes.say(who, contentLine(part));
      if (message.refusal != null) notes.say(who, `text:${message.refusal}`);
      for (const call of message.tool_calls ?? []) notes.call(call.id, call.function.name, call.function.arguments);
    }
  },
  '/responses'(body, notes) {
    for (const item of body.input) {
      switch (item.type) {
        case 'function_call':
          notes.call(item.call_id, item.name, item.arguments);
          break;
        case 'function_call_output':
          notes.result(item.call_id, listOf(item.output).map(contentLine));
          break;
        case 'reasoning':
          notes.seals.push(item.encrypted_content);
          break;
        default:
          for (const part of listOf(item.content)) notes.say(speakers[item.role] ?? 'user', contentLine(part));
      }
    }
  },
  '/v1/messages'(body, notes) {
    for (const part of listOf(body.system)) notes.say('system', contentLine(part));
    for (const { role, content } of body.messages) {
      for (const block of listOf(content)) {
        if (block.type === 'tool_use') notes.call(block.id, block.name, JSON.stringify(block.input));
        else if (block.type === 'tool_result')
          notes.result(block.tool_use_id, listOf(block.content).map(contentLine), block.is_error === true);
        else if (block.type === 'thinking') notes.seals.push(block.signature);
        else if (block.type === 'redacted_thinking') notes.seals.push(block.data);
        else notes.say(speakers[role] ?? 'user', contentLine(block));
      }
    }
  },
};
