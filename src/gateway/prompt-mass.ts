/** How much of a request is prompt: its bytes without media and seals, and constants for what has no text. */
import { isObject, type JsonObject } from '../canonical/json-value.ts';
import type { RequestBody } from './request-body.ts';

export interface PromptMass {
  /** Of the request, as JSON, without what is base64. */
  readonly bytes: number;
  /** Tokens of images, documents, audio and seals. */
  readonly fixedTokens: number;
  /** Images, documents or audio are among them: constants, and no ground to learn from. */
  readonly hasMedia: boolean;
}

/** As in `tokens/count-request.ts`: what the vendors say of their images, and what a page comes to. */
const fixed = {
  image: 1_500,
  smallImage: 85,
  audio: 500,
  page: 2_000,
  pageBase64: 64 * 1024,
  sealedBytesPerToken: 6,
} as const;

/** Members that hold reasoning which nobody can read. A signature beside a thought costs nothing. */
const seals: ReadonlySet<string> = new Set(['encrypted_content', 'reasoning_opaque']);
const freeSeals: ReadonlySet<string> = new Set(['signature', 'thoughtSignature', 'thought_signature']);

/** One walk over what is parsed already; no text is looked at. */
export function promptMass({ bytes, view }: Pick<RequestBody, 'bytes' | 'view'>): PromptMass {
  let opaqueBytes = 0;
  let fixedTokens = 0;
  let hasMedia = false;

  function show(tokens: number, base64Bytes: number) {
    fixedTokens += tokens;
    opaqueBytes += base64Bytes;
    hasMedia = true;
  }

  function image(address: unknown, detail: unknown) {
    show(detail === 'low' ? fixed.smallImage : fixed.image, inlineBytes(address));
  }

  function document(base64Bytes: number) {
    show(fixed.page * Math.max(1, Math.ceil(base64Bytes / fixed.pageBase64)), base64Bytes);
  }

  /** Whether the member is dealt with. */
  function takesMember(name: string, value: unknown, owner: JsonObject): boolean {
    switch (name) {
      case 'image_url':
        image(isObject(value) ? value['url'] : value, isObject(value) ? value['detail'] : owner['detail']);
        return true;
      case 'source':
        return isObject(value) && takesSource(value, owner['type'] === 'image');
      case 'inlineData':
      case 'inline_data': {
        const { mimeType, mime_type: snake = mimeType, data } = isObject(value) ? value : {};
        if (typeof data !== 'string') return false;
        if (String(snake).startsWith('image/')) show(fixed.image, data.length);
        else document(data.length);
        return true;
      }
      case 'file_data':
        document(lengthOf(value));
        return true;
      case 'input_audio':
        show(fixed.audio, lengthOf(isObject(value) ? value['data'] : undefined));
        return true;
      case 'images':
        if (!Array.isArray(value)) return false;
        for (const data of value) show(fixed.image, lengthOf(data));
        return true;
      case 'data':
        if (owner['type'] !== 'redacted_thinking') return false;
        seal(value);
        return true;
      default:
        if (seals.has(name)) seal(value);
        else if (freeSeals.has(name)) opaqueBytes += lengthOf(value);
        return false;
    }
  }

  function seal(value: unknown) {
    opaqueBytes += lengthOf(value);
    fixedTokens += Math.ceil(lengthOf(value) / fixed.sealedBytesPerToken);
  }

  function takesSource({ type, data }: JsonObject, isImage: boolean): boolean {
    if (type !== 'base64' && type !== 'url' && type !== 'file') return false;
    if (isImage) show(fixed.image, lengthOf(data));
    else document(lengthOf(data));
    return true;
  }

  function walk(value: unknown) {
    if (Array.isArray(value)) {
      for (const entry of value) if (typeof entry === 'object') walk(entry);
    } else if (isObject(value)) {
      for (const name in value) {
        const member = value[name];
        if (!takesMember(name, member, value) && typeof member === 'object') walk(member);
      }
    }
  }

  // Tools have schemas, in which these names mean other things, and no media.
  for (const name of ['system', 'instructions', 'messages', 'input', 'contents', 'systemInstruction', 'images'])
    if (!takesMember(name, view[name], view)) walk(view[name]);
  return { bytes: bytes.length - opaqueBytes, fixedTokens, hasMedia };
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}

/** Of a `data:` address; another one is as long as any text. */
function inlineBytes(address: unknown): number {
  return typeof address === 'string' && address.startsWith('data:') ? address.length : 0;
}
