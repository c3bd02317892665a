/** Our parts as content blocks of Messages. */
import type { CacheMark, MediaSource, Part } from '../../canonical/content.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
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
      return part.text === '' ? [] : [{ type: 'text', text: part.text, ...cacheControl(part.cache) }];
    case 'refusal':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'image': {
      const source = encodeSource(part.source, path, report);
      return source ? [{ type: 'image', source, ...cacheControl(part.cache) }] : lost(part.source, path, report);
    }
    case 'document': {
      const source = encodeSource(part.source, path, report);
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

function encodeSource(source: MediaSource, path: string, report: Report): JsonObject | null {
  switch (source.kind) {
    case 'data':
      return { type: 'base64', media_type: source.mediaType, data: source.data };
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
