/** Request bodies of each protocol, typed by hand from the vendors' documentation: nothing of ours writes them. */
import type { MediaSource, Part } from '../../../src/canonical/content.ts';
import type { Item } from '../../../src/canonical/conversation.ts';
import type { ProtocolId } from '../../../src/canonical/protocol-id.ts';
import type { FunctionTool } from '../../../src/canonical/tool.ts';
import type { Conversation } from './conversations.ts';
import { asciiJson } from './texts.ts';
import { geminiBody } from './write-gemini.ts';
import { ollamaBody } from './write-ollama.ts';

export type ClientProtocol = Extract<
  ProtocolId,
  'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini' | 'ollama'
>;

interface BodyOptions {
  readonly model: string;
  readonly stream: boolean;
  /** How much of the conversation there is yet. */
  readonly items?: readonly Item[];
  /** Where a protocol leaves ids of calls to its callers: that every call has one. */
  readonly giveAllIds?: boolean;
}

/** The bytes that a caller of this protocol would send. */
export function writeBody(client: ClientProtocol, conversation: Conversation, options: BodyOptions): Buffer {
  const json = writers[client](conversation.tools, options.items ?? conversation.items, options);
  return Buffer.from(conversation.ascii ? asciiJson(json) : json);
}

type Writer = (tools: readonly FunctionTool[], items: readonly Item[], options: BodyOptions) => string;

const writers: Readonly<Record<ClientProtocol, Writer>> = {
  'openai-chat': (tools, items, { model, stream }) =>
    JSON.stringify({
      model,
      stream,
      ...(stream ? { stream_options: { include_usage: true } } : {}),
      messages: chatMessages(items),
      ...(tools.length === 0
        ? {}
        : {
            tools: tools.map(({ name, description, schema }) => ({
              type: 'function',
              function: { name, ...said(description), parameters: schema },
            })),
          }),
    }),
  'openai-responses': (tools, items, { model, stream }) =>
    JSON.stringify({
      model,
      stream,
      store: false,
      include: ['reasoning.encrypted_content'],
      input: items.map(responsesItem),
      ...(tools.length === 0
        ? {}
        : {
            tools: tools.map(({ name, description, schema }) => ({
              type: 'function',
              name,
              ...said(description),
              parameters: schema,
              strict: false,
            })),
          }),
    }),
  'anthropic-messages': (tools, items, { model, stream }) => {
    const isSystem = (item: Item | undefined) => item?.kind === 'message' && item.role === 'system';
    const leading = isSystem(items[0]) ? 1 : 0;
    const system = items.slice(0, leading).flatMap((item) => (item.kind === 'message' ? item.parts : []));
    return withArguments({
      model,
      stream,
      max_tokens: 4096,
      ...(system.length === 0 ? {} : { system: system.map(messagesPart) }),
      messages: messagesTurns(items.slice(leading)),
      ...(tools.length === 0
        ? {}
        : {
            tools: tools.map(({ name, description, schema }) => ({ name, ...said(description), input_schema: schema })),
          }),
    });
  },
  gemini: (tools, items, { giveAllIds = false }) => withArguments(geminiBody(tools, items, giveAllIds)),
  ollama: (tools, items, { model, stream, giveAllIds = false }) =>
    withArguments(ollamaBody(tools, items, { model, stream, giveAllIds })),
};

/** Arguments are objects here: their text stands in the body as it is. */
function withArguments(body: object): string {
  return JSON.stringify(body).replaceAll(/"@@input:((?:[^"\\]|\\.)*)@@"/g, (_whole, inner: string) =>
    String(JSON.parse(`"${inner}"`)),
  );
}

const said = (description: string | null) => (description === null ? {} : { description });

function urlOf(source: MediaSource): string {
  if (source.kind === 'url') return source.url;
  return source.kind === 'data' ? `data:${source.mediaType};base64,${source.data}` : '';
}

const textOf = (part: Part): string => (part.kind === 'text' ? part.text : '');

function chatMessages(items: readonly Item[]): readonly object[] {
  const messages: Record<string, unknown>[] = [];
  for (const item of items) {
    switch (item.kind) {
      case 'message': {
        const media = item.parts.some(({ kind }) => kind === 'image');
        const content = media
          ? item.parts.map((part) =>
              part.kind === 'image'
                ? { type: 'image_url', image_url: { url: urlOf(part.source) } }
                : { type: 'text', text: textOf(part) },
            )
          : item.parts.length === 1
            ? item.parts.map(textOf).join('')
            : item.parts.map((part) => ({ type: 'text', text: textOf(part) }));
        messages.push({ role: item.role, content });
        break;
      }
      case 'tool-call': {
        const call = { id: item.callId, type: 'function', function: { name: item.name, arguments: item.input } };
        const last = messages.at(-1);
        if (last?.['role'] !== 'assistant') messages.push({ role: 'assistant', content: null, tool_calls: [call] });
        else last['tool_calls'] = [...((last['tool_calls'] as object[] | undefined) ?? []), call];
        break;
      }
      case 'tool-result':
        messages.push({
          role: 'tool',
          tool_call_id: item.callId,
          content:
            item.parts.length < 2
              ? item.parts.map(textOf).join('')
              : item.parts.map((part) => ({ type: 'text', text: textOf(part) })),
        });
        break;
      default:
        throw new Error(`no ${item.kind} in these conversations`);
    }
  }
  return messages;
}

function responsesPart(part: Part, role: string): object {
  if (part.kind === 'image') return { type: 'input_image', detail: 'auto', image_url: urlOf(part.source) };
  return role === 'assistant'
    ? { type: 'output_text', text: textOf(part), annotations: [] }
    : { type: 'input_text', text: textOf(part) };
}

function responsesItem(item: Item): object {
  switch (item.kind) {
    case 'message':
      return {
        type: 'message',
        role: item.role,
        content: item.parts.map((part) => responsesPart(part, item.role)),
        ...(item.role === 'assistant' ? { status: 'completed' } : {}),
      };
    case 'tool-call':
      return { type: 'function_call', call_id: item.callId, name: item.name, arguments: item.input };
    case 'tool-result': {
      const [only] = item.parts;
      const plain = item.parts.length === 0 || (item.parts.length === 1 && only?.kind === 'text');
      return {
        type: 'function_call_output',
        call_id: item.callId,
        output: plain ? item.parts.map(textOf).join('') : item.parts.map((part) => responsesPart(part, 'user')),
      };
    }
    default:
      throw new Error(`no ${item.kind} in these conversations`);
  }
}

function messagesPart(part: Part): object {
  if (part.kind !== 'image') return { type: 'text', text: textOf(part) };
  const { source } = part;
  return {
    type: 'image',
    source:
      source.kind === 'data'
        ? { type: 'base64', media_type: source.mediaType, data: source.data }
        : { type: 'url', url: urlOf(source) },
  };
}

function messagesTurns(items: readonly Item[]): readonly object[] {
  const turns: { role: string; content: object[] }[] = [];
  const say = (role: string, ...blocks: object[]) => {
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: blocks });
  };
  for (const item of items) {
    switch (item.kind) {
      case 'message':
        say(item.role, ...item.parts.map(messagesPart));
        break;
      case 'tool-call': {
        const input = item.input.trim() === '' ? '{}' : item.input;
        say('assistant', { type: 'tool_use', id: item.callId, name: item.name, input: `@@input:${input}@@` });
        break;
      }
      case 'tool-result':
        say('user', {
          type: 'tool_result',
          tool_use_id: item.callId,
          content: item.parts.map(messagesPart),
          ...(item.isError === true ? { is_error: true } : {}),
        });
        break;
      default:
        throw new Error(`no ${item.kind} in these conversations`);
    }
  }
  return turns;
}
