/** Content parts of Chat Completions in our words. */
import type { CacheMark, MediaSource, Part } from '../../canonical/content.ts';
import { isObject, objectOf, ownEntry, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { addressFault, imageFault } from '../checked-values.ts';
import { saysNothing } from '../member-table.ts';
import { partMembers } from './member-tables.ts';

/** The refusal of a body that no upstream could make sense of. `messages.3.content.0` is `messages[3].content[0]` to OpenAI. */
export function malformed(path: string, what: string): ProxyError {
  const param = path.replaceAll(/\.(\d+)/g, '[$1]');
  return new ProxyError('invalid_request', `Invalid '${param}': ${what}`, { param });
}

/** A string that must be there. */
export function requireText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw malformed(path, 'expected a string.');
  return value;
}

/** Copilot's marker on a message, Anthropic's and OpenAI's on a part: some clients send them to every endpoint. */
export function cacheOf(value: JsonObject): { readonly cache?: CacheMark } {
  const mark = [value['copilot_cache_control'], value['cache_control'], value['prompt_cache_breakpoint']].find(
    isObject,
  );
  if (!mark) return {};
  return { cache: { ttl: typeof mark['ttl'] === 'string' ? mark['ttl'] : null } };
}

/** A text, or a list of parts. Null is no content, and so is an empty text. */
export function decodeContent(content: unknown, path: string, report: Report): readonly Part[] {
  if (content === undefined || content === null || content === '') return [];
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  if (!Array.isArray(content)) throw malformed(path, 'expected a string or a list of content parts.');
  return content.flatMap((part: unknown, index) => decodePart(part, `${path}.${index}`, report));
}

/** Empty where the part says nothing. Errors: `invalid_request`. */
function decodePart(part: unknown, path: string, report: Report): readonly Part[] {
  if (typeof part === 'string') return part === '' ? [] : [{ kind: 'text', text: part }];
  if (!isObject(part)) throw malformed(path, 'expected an object.');
  const type = requireText(part['type'], `${path}.type`);
  const known = ownEntry(partMembers, type);
  if (!known) throw malformed(`${path}.type`, `expected one of ${Object.keys(partMembers).join(', ')}.`);
  for (const [member, value] of Object.entries(part)) {
    if (member === 'type' || known.includes(member) || saysNothing(value)) continue;
    report({ rule: 'not-carried', path: `${path}.${member}`, reason: `Nothing is known of ${member} on ${type}.` });
  }
  switch (type) {
    case 'text': {
      const text = requireText(part['text'], `${path}.text`);
      return text === '' ? [] : [{ kind: 'text', text, ...cacheOf(part) }];
    }
    case 'refusal':
      return [{ kind: 'refusal', text: requireText(part['refusal'], `${path}.refusal`) }];
    case 'image_url': {
      // Older clients give the address itself.
      const { url = part['image_url'], detail } = objectOf(part['image_url']);
      const source = decodeUrl(requireText(url, `${path}.image_url.url`), `${path}.image_url.url`);
      const fault = imageFault(source);
      if (fault !== null) throw malformed(`${path}.image_url.url`, fault);
      return [
        {
          kind: 'image',
          source,
          ...(typeof detail === 'string' ? { detail } : {}),
          ...cacheOf(part),
        },
      ];
    }
    case 'file':
      return [decodeFile(part, path)];
    default: {
      const { data, format } = objectOf(part['input_audio']);
      return [
        {
          kind: 'audio',
          data: requireText(data, `${path}.input_audio.data`),
          format: requireText(format, `${path}.input_audio.format`),
        },
      ];
    }
  }
}

function decodeFile(part: JsonObject, path: string): Part {
  const { file_data: data, file_id: id, filename } = objectOf(part['file']);
  const title = typeof filename === 'string' && filename !== '' ? { title: filename } : {};
  return { kind: 'document', source: fileSource(data, id, filename, path), ...title, ...cacheOf(part) };
}

function fileSource(data: unknown, id: unknown, filename: unknown, path: string): MediaSource {
  if (typeof data === 'string')
    return /^(?:data|https?):/.test(data)
      ? decodeUrl(data, `${path}.file.file_data`)
      : { kind: 'data', mediaType: mediaTypeOf(filename), data };
  if (typeof id === 'string') return { kind: 'file', id };
  throw malformed(`${path}.file`, 'expected file_data or file_id.');
}

/** Bare base64 does not say what it is; the name may. */
function mediaTypeOf(filename: unknown): string {
  return typeof filename === 'string' && /\.(?:txt|md|csv|json)$/i.test(filename) ? 'text/plain' : 'application/pdf';
}

const base64Mark = ';base64,';

function decodeUrl(url: string, path: string): MediaSource {
  const mark = url.startsWith('data:') ? url.indexOf(base64Mark) : -1;
  const fault = mark < 0 ? addressFault(url) : null;
  if (fault !== null) throw malformed(path, fault);
  if (mark < 0) return { kind: 'url', url };
  const [mediaType = ''] = url.slice('data:'.length, mark).split(';');
  return { kind: 'data', mediaType: mediaType.toLowerCase(), data: url.slice(mark + base64Mark.length) };
}
