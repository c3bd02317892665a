/** Content parts of Responses in our words. */
import type { CacheMark, MediaSource, Part } from '../../canonical/content.ts';
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { addressFault, imageFault } from '../checked-values.ts';
import { decodeAnnotation } from './annotation.ts';

/** The refusal of a body that no upstream could make sense of. `param` as OpenAI spells it: `input[3].content[0]`. */
export function malformed(param: string, what: string): ProxyError {
  return new ProxyError('invalid_request', `Invalid '${param}': ${what}`, { param });
}

/** A string that must be there. */
export function requireText(value: unknown, param: string): string {
  if (typeof value !== 'string') throw malformed(param, 'expected a string.');
  return value;
}

/** A text, or a list of parts. */
export function decodeContent(value: unknown, param: string): readonly Part[] {
  if (typeof value === 'string') return [{ kind: 'text', text: value }];
  if (!Array.isArray(value)) throw malformed(param, 'expected a string or a list of content parts.');
  return value.map((part: unknown, index) => decodePart(part, `${param}[${index}]`));
}

/** Parts that only OpenAI, or its hosted tools, can read. */
const foreignParts: ReadonlySet<string> = new Set(['computer_screenshot', 'encrypted_content']);

function decodePart(part: unknown, param: string): Part {
  if (!isObject(part)) throw malformed(param, 'expected an object.');
  const { type } = part;
  switch (type) {
    case 'input_text':
    case 'output_text':
    case 'text':
    case 'summary_text':
    case 'reasoning_text':
      return decodeText(part, param);
    case 'refusal':
      return { kind: 'refusal', text: requireText(part['refusal'], `${param}.refusal`) };
    case 'input_image': {
      const { detail } = part;
      const source = decodeMedia(part['image_url'], part['file_id'], `${param}.image_url`);
      const fault = imageFault(source);
      if (fault !== null) throw malformed(`${param}.image_url`, fault);
      return {
        kind: 'image',
        source,
        ...(typeof detail === 'string' ? { detail } : {}),
        ...cacheOf(part),
      };
    }
    case 'input_file':
      return decodeFile(part, param);
    case 'input_audio': {
      const { data, format } = objectOf(part['input_audio']);
      return {
        kind: 'audio',
        data: requireText(data, `${param}.input_audio.data`),
        format: requireText(format, `${param}.input_audio.format`),
      };
    }
    default:
      if (typeof type !== 'string' || !foreignParts.has(type))
        throw malformed(`${param}.type`, 'expected the type of a content part.');
      return { kind: 'foreign', protocol: 'openai-responses', type, value: part };
  }
}

function decodeText(part: JsonObject, param: string): Part {
  const text = requireText(part['text'], `${param}.text`);
  const listed: readonly unknown[] = Array.isArray(part['annotations']) ? part['annotations'] : [];
  const annotations = listed.flatMap((annotation) => decodeAnnotation(annotation) ?? []);
  return { kind: 'text', text, ...(annotations.length > 0 ? { annotations } : {}), ...cacheOf(part) };
}

function decodeFile(part: JsonObject, param: string): Part {
  const { file_data: data, file_url: url, file_id: id, filename } = part;
  const title = typeof filename === 'string' && filename !== '' ? { title: filename } : {};
  const source: MediaSource =
    typeof data === 'string' && !data.startsWith('data:')
      ? { kind: 'data', mediaType: mediaTypeOf(filename), data }
      : decodeMedia(data ?? url, id, `${param}.file_data`);
  return { kind: 'document', source, ...title, ...cacheOf(part) };
}

/** Bare base64 does not say what it is; the name may. */
function mediaTypeOf(filename: unknown): string {
  return typeof filename === 'string' && /\.(?:txt|md|csv|json)$/i.test(filename) ? 'text/plain' : 'application/pdf';
}

/** A `data:` URL becomes its bytes; what only the vendor's account knows keeps its id. */
function decodeMedia(url: unknown, fileId: unknown, param: string): MediaSource {
  if (typeof url === 'string' && url !== '') return decodeUrl(url, param);
  if (typeof fileId === 'string') return { kind: 'file', id: fileId };
  throw malformed(param, 'expected an address, data or the id of a file.');
}

const base64Mark = ';base64,';

function decodeUrl(url: string, param: string): MediaSource {
  const mark = url.startsWith('data:') ? url.indexOf(base64Mark) : -1;
  const fault = mark < 0 ? addressFault(url) : null;
  if (fault !== null) throw malformed(param, fault);
  if (mark < 0) return { kind: 'url', url };
  const [mediaType = ''] = url.slice('data:'.length, mark).split(';');
  return { kind: 'data', mediaType: mediaType.toLowerCase(), data: url.slice(mark + base64Mark.length) };
}

/** OpenAI's explicit breakpoint; its spans of time are not those of other vendors. */
function cacheOf(part: JsonObject): { readonly cache?: CacheMark } {
  return isObject(part['prompt_cache_breakpoint']) ? { cache: { ttl: null } } : {};
}
