/** Citations as Responses writes them, both directions. */
import type { Annotation } from '../../canonical/content.ts';
import { isObject, numberOrNull, type JsonObject } from '../../canonical/json-value.ts';

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Null for what is no annotation at all. */
export function decodeAnnotation(value: unknown): Annotation | null {
  if (!isObject(value)) return null;
  const { type, url } = value;
  if (type !== 'url_citation' || typeof url !== 'string')
    return { kind: 'foreign', protocol: 'openai-responses', value };
  return {
    kind: 'url',
    url,
    title: textOrNull(value['title']),
    citedText: null,
    start: numberOrNull(value['start_index']),
    end: numberOrNull(value['end_index']),
  };
}

/** Undefined where Responses has no word for it. */
export function encodeAnnotation(annotation: Annotation): JsonObject | undefined {
  if (annotation.kind === 'foreign') return annotation.protocol === 'openai-responses' ? annotation.value : undefined;
  const { url, title, start, end } = annotation;
  // SDKs want numbers here; an unknown place is the beginning.
  return { type: 'url_citation', url, title: title ?? '', start_index: start ?? 0, end_index: end ?? start ?? 0 };
}
