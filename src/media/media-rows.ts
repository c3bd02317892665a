/** Where each protocol has images and documents, as data: one row a protocol. */
import { isObject, objectOf, type JsonObject } from '../canonical/json-value.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { JsonEdit } from '../framing/json-text.ts';
import type { MediumContent, Path } from './medium.ts';

/** What a row finds in a block. Paths begin at the block. */
export interface FoundMedium {
  readonly kind: 'image' | 'document';
  readonly content: MediumContent;
  readonly title?: string | undefined;
  readonly member: Path;
  readonly typeMember?: Path;
  /** Stands there without any word for its type. */
  readonly isBare?: boolean;
  /** Is not written as endpoints read it: data where an address belongs, `BASE64`. */
  readonly isMisspelled?: boolean;
  /** `at` is the path of the block. */
  readonly put: (at: Path, type: string, base64: string) => readonly JsonEdit[];
}

export interface MediaRow {
  /** The member of the body that holds the turns. */
  readonly turns: string;
  /** Where content holds more content. Tool arguments and schemas are not content. */
  readonly nests: readonly string[];
  readonly spelling: 'dots' | 'brackets';
  /** Null for what is neither image nor document. `at` is the block's path. */
  readonly read: (value: unknown, at: Path) => FoundMedium | null;
  /** A text in the place of that block; null where there is no place for one. */
  say(text: string, block: unknown): JsonObject | null;
  /** An image in the place of a document that is one; null where both stand in the same way. */
  show(type: string, base64: string): JsonObject | null;
}

export const mediaRows: Readonly<Partial<Record<ProtocolId, MediaRow>>> = {
  'openai-chat': {
    turns: 'messages',
    nests: ['content'],
    spelling: 'brackets',
    read: (value) => (isObject(value) ? (chatImage(value) ?? chatFile(value)) : null),
    say: (text, block) => ({ type: 'text', text, ...markerOf(block) }),
    show: (type, base64) => ({ type: 'image_url', image_url: { url: dataUrl(type, base64) } }),
  },
  'openai-responses': {
    turns: 'input',
    nests: ['content', 'output'],
    spelling: 'brackets',
    read: (value) => (isObject(value) ? (responsesImage(value) ?? responsesFile(value)) : null),
    // A screenshot that a tool owes must be one.
    say: (text, block) => (objectOf(block)['type'] === 'computer_screenshot' ? null : { type: 'input_text', text }),
    show: (type, base64) => ({ type: 'input_image', detail: 'auto', image_url: dataUrl(type, base64) }),
  },
  'anthropic-messages': {
    turns: 'messages',
    nests: ['content', 'source'],
    spelling: 'dots',
    read: (value) => (isObject(value) ? messagesBlock(value) : null),
    say: (text, block) => ({ type: 'text', text, ...markerOf(block) }),
    show: (type, base64) => ({ type: 'image', source: { type: 'base64', media_type: type, data: base64 } }),
  },
  gemini: {
    turns: 'contents',
    nests: ['parts', 'functionResponse', 'function_response'],
    spelling: 'brackets',
    read: (value) => (isObject(value) ? geminiPart(value) : null),
    say: (text) => ({ text }),
    show: () => null,
  },
  ollama: {
    turns: 'messages',
    nests: ['images'],
    spelling: 'brackets',
    read: ollamaImage,
    say: (text) => ({ placeholder: text }),
    show: () => null,
  },
  'ollama-generate': {
    turns: 'images',
    nests: [],
    spelling: 'brackets',
    read: ollamaImage,
    say: () => null,
    show: () => null,
  },
};

/** Without its cache marker the prompt cache would begin elsewhere. */
function markerOf(block: unknown): JsonObject {
  const { cache_control: mark } = objectOf(block);
  return mark == null ? {} : { cache_control: mark };
}

const dataUrl = (type: string, base64: string) => `data:${type};base64,${base64}`;

const dataHead = /^data:([^,;]*)(?:;[^,;]*)*?;base64,/i;
const plainHead = /^data:[^,]*;base64,/;
const longestHead = 300;

/** A `data:` URL is its data; any other is an address, sound or not. */
function contentOf(url: string): MediumContent {
  const head = dataHead.exec(url.slice(0, longestHead));
  if (!head) return { kind: 'address', url };
  const [{ length }, type = ''] = head;
  return { kind: 'inline', declared: type === '' ? null : type, data: url.slice(length) };
}

/** Data as a `data:` URL in one member. */
function atMember(kind: FoundMedium['kind'], url: unknown, member: Path, title?: string): FoundMedium | null {
  if (typeof url !== 'string') return null;
  const put = (at: Path, type: string, base64: string): readonly JsonEdit[] => [
    { op: 'set', path: [...at, ...member], value: dataUrl(type, base64) },
  ];
  const content = contentOf(url);
  return { kind, content, title, member, isMisspelled: content.kind === 'inline' && !plainHead.test(url), put };
}

function chatImage({ type, image_url: image }: JsonObject): FoundMedium | null {
  if (type !== 'image_url') return null;
  // Older clients give the address itself.
  return isObject(image)
    ? atMember('image', image['url'], ['image_url', 'url'])
    : atMember('image', image, ['image_url']);
}

const nameOf = (name: unknown) => (typeof name === 'string' && name !== '' ? name : undefined);

function chatFile({ type, file }: JsonObject): FoundMedium | null {
  if (type !== 'file') return null;
  const { file_data: data, filename } = objectOf(file);
  return withBare(atMember('document', data, ['file', 'file_data'], nameOf(filename)));
}

/** A file's data may stand there without the head of a `data:` URL. */
function withBare(found: FoundMedium | null): FoundMedium | null {
  if (found?.content.kind !== 'address' || /^[a-z][a-z0-9+.-]*:/i.test(found.content.url)) return found;
  return { ...found, content: { kind: 'inline', declared: null, data: found.content.url }, isBare: true };
}

function responsesImage({ type, image_url: url }: JsonObject): FoundMedium | null {
  return type === 'input_image' || type === 'computer_screenshot' ? atMember('image', url, ['image_url']) : null;
}

function responsesFile({ type, file_data: data, file_url: url, filename }: JsonObject): FoundMedium | null {
  if (type !== 'input_file') return null;
  const title = nameOf(filename);
  if (typeof data === 'string') return withBare(atMember('document', data, ['file_data'], title));
  const found = atMember('document', url, ['file_url'], title);
  if (found === null) return null;
  return {
    ...found,
    put: (at, mediaType, base64) => [
      { op: 'remove', path: [...at, 'file_url'] },
      { op: 'set', path: [...at, 'filename'], value: title ?? 'document.pdf' },
      { op: 'set', path: [...at, 'file_data'], value: dataUrl(mediaType, base64) },
    ],
  };
}

function messagesBlock({ type, source, title }: JsonObject): FoundMedium | null {
  if (type !== 'image' && type !== 'document') return null;
  const { type: kind, media_type: declared, data, url } = objectOf(source);
  const put = (at: Path, mediaType: string, base64: string): readonly JsonEdit[] => [
    { op: 'set', path: [...at, 'source'], value: { type: 'base64', media_type: mediaType, data: base64 } },
  ];
  const found = { kind: type, title: nameOf(title), typeMember: ['source', 'media_type'], put } as const;
  if (kind === 'base64' && typeof data === 'string') {
    const content = { kind: 'inline', declared: typeof declared === 'string' ? declared : null, data } as const;
    return { ...found, content, member: ['source', 'data'] };
  }
  return kind === 'url' && typeof url === 'string'
    ? { ...found, content: contentOf(url), member: ['source', 'url'], isMisspelled: true }
    : null;
}

/** Google's members come in two spellings. Sound and film are neither image nor document. */
const spellings = {
  camel: { inline: 'inlineData', file: 'fileData', type: 'mimeType' },
  snake: { inline: 'inline_data', file: 'file_data', type: 'mime_type' },
} as const;

function geminiPart(part: JsonObject): FoundMedium | null {
  const names =
    part['inline_data'] === undefined && part['file_data'] === undefined ? spellings.camel : spellings.snake;
  const isInline = part[names.inline] !== undefined;
  const key = isInline ? names.inline : names.file;
  const held = objectOf(part[key]);
  const typeKey = ['mimeType', 'mime_type'].find((name) => held[name] !== undefined) ?? names.type;
  const dataKey = (isInline ? ['data'] : ['fileUri', 'file_uri']).find((name) => held[name] !== undefined) ?? 'data';
  const { [typeKey]: told, [dataKey]: data } = held;
  const declared = typeof told === 'string' ? told : null;
  const kind = kindOf(declared);
  if (kind === null || typeof data !== 'string') return null;
  return {
    kind,
    content: isInline ? { kind: 'inline', declared, data } : contentOf(data),
    member: [key, dataKey],
    typeMember: [key, typeKey],
    isMisspelled: !isInline,
    put: (at, type, base64) => [
      ...(isInline ? [] : [{ op: 'remove', path: [...at, key] } as const]),
      { op: 'set', path: [...at, names.inline], value: { [typeKey]: type, data: base64 } },
    ],
  };
}

function kindOf(declared: string | null): FoundMedium['kind'] | null {
  if (declared === null || /^image\//i.test(declared)) return 'image';
  return /^(?:application\/(?:x-)?pdf$|text\/)/i.test(declared) ? 'document' : null;
}

function ollamaImage(value: unknown, at: Path): FoundMedium | null {
  if (typeof value !== 'string' || at.at(-2) !== 'images') return null;
  // Ollama takes no addresses; clients that were made for OpenAI send some all the same.
  const content: MediumContent = /^(?:data|https?):/i.test(value)
    ? contentOf(value)
    : { kind: 'inline', declared: null, data: value };
  return {
    kind: 'image',
    content,
    member: [],
    isBare: true,
    put: (path, _type, base64) => [{ op: 'set', path, value: base64 }],
  };
}
