/** Our parts as content parts of Chat Completions. */
import { plainText, type MediaSource, type Part } from '../../canonical/content.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';

/** Parts that a person says: the only ones that may hold more than text. */
export function encodeUserParts(parts: readonly Part[], path: string, report: Report): readonly JsonObject[] {
  return parts.flatMap((part, index) => encodeUserPart(part, `${path}.${index}`, report));
}

function encodeUserPart(part: Part, path: string, report: Report): readonly JsonObject[] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return textPart(part.text);
    case 'image': {
      const url = addressOf(part.source);
      if (url === null) return lost(part.source, path, report);
      const detail = part.detail === undefined ? {} : { detail: part.detail };
      return [{ type: 'image_url', image_url: { url, ...detail } }];
    }
    case 'document':
      return encodeDocument(part, path, report);
    case 'audio':
      return [{ type: 'input_audio', input_audio: { data: part.data, format: part.format } }];
    case 'foreign':
      if (part.protocol === 'openai-chat') return [part.value];
      report({ rule: 'not-carried', path, reason: `Chat has no word for ${part.type}.` });
      return [];
  }
}

export function textPart(text: string): readonly JsonObject[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

function encodeDocument(
  part: Extract<Part, { kind: 'document' }>,
  path: string,
  report: Report,
): readonly JsonObject[] {
  const { title, context, citations } = part;
  const source = plainText(part.source) ?? part.source;
  const approximated = (reason: string) => report({ rule: 'approximated', path, reason });
  if (citations === true)
    report({ rule: 'not-carried', path: `${path}.citations`, reason: 'Chat cannot be asked to cite from a document.' });
  if (context !== undefined) approximated('The context of a document stands before it.');
  const head = context === undefined ? [] : textPart(context);
  switch (source.kind) {
    case 'data': {
      const file_data = `data:${source.mediaType};base64,${source.data}`;
      return [...head, { type: 'file', file: { filename: title ?? fileNameOf(source.mediaType), file_data } }];
    }
    case 'url':
      approximated('Chat takes no document by its address: the address goes as text.');
      return [...head, ...textPart(`[document ${title === undefined ? '' : `"${title}" `}at ${source.url}]`)];
    case 'text':
      approximated('A document of plain text goes as text.');
      return [...head, ...textPart(title === undefined ? source.text : `${title}\n\n${source.text}`)];
    case 'parts':
      approximated('The content of a document goes as content of the turn.');
      return [...head, ...textPart(title ?? ''), ...encodeUserParts(source.parts, path, report)];
    case 'file':
      return [...head, ...lost(source, path, report)];
  }
}

/** Null where there is none. */
function addressOf(source: MediaSource): string | null {
  if (source.kind === 'data') return `data:${source.mediaType};base64,${source.data}`;
  return source.kind === 'url' ? source.url : null;
}

/** A file must have a name. */
function fileNameOf(mediaType: string): string {
  return mediaType === 'application/pdf' ? 'document.pdf' : 'document.txt';
}

/** A file that only its vendor's account knows: the model is told that there was one. */
function lost(source: MediaSource, path: string, report: Report): readonly JsonObject[] {
  const id = source.kind === 'file' ? source.id : source.kind;
  report({ rule: 'not-carried', path, reason: 'Files of another vendor cannot be read here.' });
  return textPart(`[file ${id} is not available]`);
}

/** Parts of a turn that takes nothing but text: a system turn, a tool's result, the model's own words. */
export function encodeTextParts(parts: readonly Part[], path: string, report: Report): readonly JsonObject[] {
  return parts.flatMap((part, index) => {
    if (part.kind === 'text') return textPart(part.text);
    report({ rule: 'not-carried', path: `${path}.${index}`, reason: `Chat takes no ${part.kind} in such a message.` });
    return [];
  });
}

/** One text stands as it is, which every upstream reads; several as a list. */
export function contentOf(parts: readonly JsonObject[]): string | readonly JsonObject[] {
  const [first, ...others] = parts;
  if (!first) return '';
  return others.length === 0 && typeof first['text'] === 'string' ? first['text'] : parts;
}
