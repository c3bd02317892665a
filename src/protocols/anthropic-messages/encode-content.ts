/** Our parts as content blocks of Messages. */
import { plainText, type CacheMark, type MediaSource, type Part } from '../../canonical/content.ts';
import { ownEntry, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';

export function cacheControl(cache: CacheMark | undefined): JsonObject {
  if (!cache) return {};
  return { cache_control: { type: 'ephemeral', ...(cache.ttl === null ? {} : { ttl: cache.ttl }) } };
}

/** Empty for a part that says nothing, or that Messages has no word for: that is reported. */
export function encodePart(part: Part, path: string, report: Report): readonly JsonObject[] {
  switch (part.kind) {
    case 'text':
      if (part.annotations?.length)
        report({ rule: 'not-carried', path, reason: 'Messages takes no citations that Claude did not make.' });
      return isBlank(part.text, path, report) ? [] : [{ type: 'text', text: part.text, ...cacheControl(part.cache) }];
    case 'refusal':
      return isBlank(part.text, path, report) ? [] : [{ type: 'text', text: part.text }];
    case 'image': {
      const source = encodeSource(part.source, path, report);
      return source ? [{ type: 'image', source, ...cacheControl(part.cache) }] : lost(part.source, path, report);
    }
    case 'document': {
      // Some callers know no other way to hand an image in than as a file.
      if (part.source.kind === 'data' && part.source.mediaType.startsWith('image/'))
        return encodePart({ ...part, kind: 'image' }, path, report);
      const source = encodeSource(plainText(part.source) ?? part.source, path, report);
      if (!source) return lost(part.source, path, report);
      return [
        {
          type: 'document',
          source,
          ...(part.title === undefined ? {} : { title: part.title }),
          ...(part.context === undefined ? {} : { context: part.context }),
          ...(part.citations === true ? { citations: { enabled: true } } : {}),
          ...cacheControl(part.cache),
        },
      ];
    }
    case 'audio':
    case 'foreign':
      report({ rule: 'not-carried', path, reason: `Messages has nothing like ${part.kind}.` });
      return [];
  }
}

/** Nothing but white space is refused, and tells nobody anything. */
function isBlank(text: string, path: string, report: Report): boolean {
  if (/[^ \t\r\n]/.test(text)) return false;
  if (text !== '') report({ rule: 'not-carried', path, reason: 'Messages refuses a text of nothing but white space.' });
  return true;
}

/** What a system turn says: nothing but text may stand there. */
export function encodeTexts(parts: readonly Part[], path: string, report: Report): readonly JsonObject[] {
  return parts.flatMap((part, index) => {
    if (part.kind === 'text') return encodePart(part, `${path}.${index}`, report);
    const reason = `Messages takes no ${part.kind} in a system turn.`;
    report({ rule: 'not-carried', path: `${path}.${index}`, reason });
    return [];
  });
}

/** What a tool gave back, which may be blank. A marker stands on the result as a whole, so there is none within it. */
export function encodeResultParts(parts: readonly Part[], path: string, report: Report): readonly JsonObject[] {
  return parts.flatMap((part, index): readonly JsonObject[] => {
    if (part.kind === 'text' && part.text !== '' && !part.annotations?.length)
      return [{ type: 'text', text: part.text }];
    const encoded = encodePart(part, `${path}.${index}`, report);
    return encoded.map(({ cache_control: _mark, ...block }) => block);
  });
}

/** A name of it that callers write and the vendor does not know. */
const spelledOtherwise: Readonly<Record<string, string>> = { 'image/jpg': 'image/jpeg' };

function encodeSource(source: MediaSource, path: string, report: Report): JsonObject | null {
  switch (source.kind) {
    case 'data':
      return {
        type: 'base64',
        media_type: ownEntry(spelledOtherwise, source.mediaType) ?? source.mediaType,
        data: source.data,
      };
    case 'url':
      return { type: 'url', url: source.url };
    case 'text':
      return { type: 'text', media_type: 'text/plain', data: source.text };
    case 'parts':
      return { type: 'content', content: source.parts.flatMap((part) => encodePart(part, path, report)) };
    case 'file':
      return null;
  }
}

/** A file that only another vendor's account knows: the model is told that there was one. */
function lost(source: MediaSource, path: string, report: Report): readonly JsonObject[] {
  const id = source.kind === 'file' ? source.id : source.kind;
  report({ rule: 'not-carried', path, reason: 'Files of another vendor cannot be read here.' });
  return [{ type: 'text', text: `[file ${id} is not available]` }];
}
