/** Content blocks of Messages in our words: all that may stand in a turn or in a tool's result. */
import type { Annotation, CacheMark, MediaSource, Part } from '../../canonical/content.ts';
import { isObject, objectOf, ownEntry, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { addressFault, imageFault } from '../checked-values.ts';
import { saysNothing } from '../member-table.ts';
import { blockMembers } from './member-tables.ts';

/** The refusal of a body that no upstream could make sense of. `path` as Anthropic spells it: `messages.3.content.0`. */
export function malformed(path: string, what: string): ProxyError {
  return new ProxyError('invalid_request', `${path}: ${what}`, { param: path });
}

export function requireText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw malformed(path, 'a string is required.');
  return value;
}

export function cacheOf(block: JsonObject): { readonly cache?: CacheMark } {
  const mark = block['cache_control'];
  if (!isObject(mark)) return {};
  return { cache: { ttl: typeof mark['ttl'] === 'string' ? mark['ttl'] : null } };
}

/** Reports members that no other protocol has a word for. */
export function checkMembers(block: JsonObject, type: string, path: string, report: Report) {
  const known = ownEntry(blockMembers, type) ?? [];
  for (const [member, value] of Object.entries(block)) {
    if (member === 'type' || known.includes(member) || saysNothing(value)) continue;
    report({ rule: 'not-carried', path: `${path}.${member}`, reason: `Only Messages has ${member} on ${type}.` });
  }
}

/** A text, or a list of blocks. Undefined is no content at all, which a tool may return. */
export function decodeParts(content: unknown, path: string, report: Report): readonly Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  if (!Array.isArray(content)) throw malformed(path, 'a string or a list of blocks is required.');
  return content.flatMap((block: unknown, index) => decodePart(block, `${path}.${index}`, report));
}

/** Blocks that only Anthropic can read, or that tell its own tools something. */
const foreignBlocks: ReadonlySet<string> = new Set([
  'container_upload',
  'compaction',
  'fallback',
  'tool_addition',
  'tool_removal',
  'mcp_tool_listing',
]);

/** Empty where the block says nothing. Errors: `invalid_request`. */
export function decodePart(block: unknown, path: string, report: Report): readonly Part[] {
  if (!isObject(block)) throw malformed(path, 'an object is required.');
  const type = requireText(block['type'], `${path}.type`);
  checkMembers(block, type, path, report);
  switch (type) {
    case 'text':
      return decodeText(block, path);
    case 'image':
      return [{ kind: 'image', source: decodeImage(block['source'], `${path}.source`, report), ...cacheOf(block) }];
    case 'document': {
      const { title, context } = block;
      return [
        {
          kind: 'document',
          source: decodeSource(block['source'], `${path}.source`, report),
          ...(typeof title === 'string' ? { title } : {}),
          ...(typeof context === 'string' ? { context } : {}),
          ...(objectOf(block['citations'])['enabled'] === true ? { citations: true } : {}),
          ...cacheOf(block),
        },
      ];
    }
    case 'search_result':
      return [
        {
          kind: 'document',
          source: { kind: 'parts', parts: decodeParts(block['content'], `${path}.content`, report) },
          ...(typeof block['title'] === 'string' ? { title: block['title'] } : {}),
          ...(typeof block['source'] === 'string' ? { context: block['source'] } : {}),
          ...(objectOf(block['citations'])['enabled'] === true ? { citations: true } : {}),
          ...cacheOf(block),
        },
      ];
    case 'tool_reference':
      // The tool itself is among the tools from now on; elsewhere a word has to say that it was found.
      return [{ kind: 'text', text: `[found the tool ${requireText(block['tool_name'], `${path}.tool_name`)}]` }];
    default:
      if (!foreignBlocks.has(type)) throw malformed(`${path}.type`, 'this is the type of no content block.');
      return [{ kind: 'foreign', protocol: 'anthropic-messages', type, value: block }];
  }
}

function decodeText(block: JsonObject, path: string): readonly Part[] {
  const text = requireText(block['text'], `${path}.text`);
  const citations: readonly unknown[] = Array.isArray(block['citations']) ? block['citations'] : [];
  if (text === '') return [];
  const annotations = citations.map((citation) => decodeCitation(objectOf(citation)));
  return [{ kind: 'text', text, ...(annotations.length === 0 ? {} : { annotations }), ...cacheOf(block) }];
}

export function decodeCitation(citation: JsonObject): Annotation {
  const { type, url, title, cited_text: citedText } = citation;
  if (type !== 'web_search_result_location' || typeof url !== 'string')
    return { kind: 'foreign', protocol: 'anthropic-messages', value: citation };
  return {
    kind: 'url',
    url,
    title: typeof title === 'string' ? title : null,
    citedText: typeof citedText === 'string' ? citedText : null,
    start: null,
    end: null,
  };
}

function decodeImage(value: unknown, path: string, report: Report): MediaSource {
  const source = decodeSource(value, path, report);
  const fault = imageFault(source);
  if (fault !== null) throw malformed(`${path}.media_type`, fault);
  return source;
}

function decodeAddress(value: unknown, path: string): MediaSource {
  const url = requireText(value, path);
  const fault = addressFault(url);
  if (fault !== null) throw malformed(path, fault);
  return { kind: 'url', url };
}

function decodeSource(source: unknown, path: string, report: Report): MediaSource {
  if (!isObject(source)) throw malformed(path, 'an object is required.');
  const { type, media_type: mediaType, data, url, file_id: id, content } = source;
  switch (type) {
    case 'base64':
      return {
        kind: 'data',
        mediaType: requireText(mediaType, `${path}.media_type`),
        data: requireText(data, `${path}.data`),
      };
    case 'url':
      return decodeAddress(url, `${path}.url`);
    case 'text':
      return { kind: 'text', text: requireText(data, `${path}.data`) };
    case 'content':
      return { kind: 'parts', parts: decodeParts(content, `${path}.content`, report) };
    case 'file':
      return { kind: 'file', id: requireText(id, `${path}.file_id`) };
    default:
      throw malformed(`${path}.type`, 'one of base64, url, text, content and file is required.');
  }
}
