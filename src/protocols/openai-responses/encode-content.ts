/** Content parts in Responses' words. */
import type { MediaSource, Part } from '../../canonical/content.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import { encodeAnnotation } from './annotation.ts';

/** Notes a loss at a place of the conversation. */
export type LossAt = (rule: 'not-carried' | 'approximated', path: string, reason: string) => void;

/** Parts that the caller or a tool says. */
export function encodeInputParts(parts: readonly Part[], path: string, loss: LossAt): readonly JsonObject[] {
  return parts.flatMap((part, index) => encodeInputPart(part, `${path}.${index}`, loss));
}

function encodeInputPart(part: Part, path: string, loss: LossAt): readonly JsonObject[] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return [{ type: 'input_text', text: part.text }];
    case 'image': {
      const url = addressOf(part.source);
      if (url !== null) return [{ type: 'input_image', detail: part.detail ?? 'auto', image_url: url }];
      loss('not-carried', path, 'An image that only its vendor holds cannot be shown to another.');
      return [lost(part.source)];
    }
    case 'document':
      return encodeDocument(part, path, loss);
    case 'audio':
      return [{ type: 'input_audio', input_audio: { data: part.data, format: part.format } }];
    case 'foreign':
      if (part.protocol === 'openai-responses') return [part.value];
      loss('not-carried', path, `Responses has no word for ${part.type}.`);
      return [];
  }
}

function encodeDocument(part: Extract<Part, { kind: 'document' }>, path: string, loss: LossAt): readonly JsonObject[] {
  const { source, title, context, citations } = part;
  if (citations === true)
    loss('not-carried', `${path}.citations`, 'Responses cannot be asked to cite from a document.');
  const head = context === undefined ? [] : [{ type: 'input_text', text: context }];
  if (context !== undefined) loss('approximated', `${path}.context`, 'The context of a document stands before it.');
  switch (source.kind) {
    case 'data':
      return [
        ...head,
        { type: 'input_file', filename: title ?? fileNameOf(source.mediaType), file_data: dataUrl(source) },
      ];
    case 'url':
      // A name beside an address is refused.
      if (title !== undefined) loss('not-carried', `${path}.title`, 'A document by its address has no title.');
      return [...head, { type: 'input_file', file_url: source.url }];
    case 'text':
      loss('approximated', path, 'A document of plain text goes as text.');
      return [...head, { type: 'input_text', text: title === undefined ? source.text : `${title}\n\n${source.text}` }];
    case 'parts':
      loss('approximated', path, 'The content of a document goes as content of the turn.');
      return [
        ...head,
        ...(title === undefined ? [] : [{ type: 'input_text', text: title }]),
        ...encodeInputParts(source.parts, path, loss),
      ];
    case 'file':
      loss('not-carried', path, 'A file that only its vendor holds cannot be shown to another.');
      return [...head, lost(source)];
  }
}

/** The model is told that there was one: a turn of nothing else would be an empty one. */
function lost(source: MediaSource): JsonObject {
  return { type: 'input_text', text: `[file ${source.kind === 'file' ? source.id : source.kind} is not available]` };
}

/** Null where there is none. */
function addressOf(source: MediaSource): string | null {
  if (source.kind === 'data') return dataUrl(source);
  return source.kind === 'url' ? source.url : null;
}

function dataUrl({ mediaType, data }: { readonly mediaType: string; readonly data: string }): string {
  return `data:${mediaType};base64,${data}`;
}

/** A file must have a name. */
function fileNameOf(mediaType: string): string {
  return mediaType === 'application/pdf' ? 'document.pdf' : 'document.txt';
}

/** Parts that the model said. */
export function encodeOutputParts(parts: readonly Part[], path: string, loss: LossAt): readonly JsonObject[] {
  return parts.flatMap((part, index): readonly JsonObject[] => {
    switch (part.kind) {
      case 'text': {
        // A turn of nothing is refused, and says nothing.
        if (part.text === '') return [];
        const annotations = (part.annotations ?? []).flatMap((annotation) => {
          const encoded = encodeAnnotation(annotation);
          if (!encoded)
            loss('not-carried', `${path}.${index}.annotations`, 'A citation that Responses has no word for.');
          return encoded ?? [];
        });
        return [{ type: 'output_text', text: part.text, annotations }];
      }
      case 'refusal':
        return [{ type: 'refusal', refusal: part.text }];
      case 'foreign':
        if (part.protocol === 'openai-responses') return [part.value];
        break;
      case 'image':
      case 'document':
      case 'audio':
        break;
    }
    loss('not-carried', `${path}.${index}`, `Responses lets a model say no ${part.kind} part.`);
    return [];
  });
}
