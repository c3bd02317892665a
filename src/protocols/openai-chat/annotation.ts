/** Citations as Chat Completions writes them, both directions. */
import type { Annotation } from '../../canonical/content.ts';
import { isObject, numberOrNull, objectOf, type JsonObject } from '../../canonical/json-value.ts';

/** Null for what is no annotation at all. */
export function decodeAnnotation(value: unknown): Annotation | null {
  if (!isObject(value)) return null;
  const { url, title, start_index: start, end_index: end } = objectOf(value['url_citation']);
  if (value['type'] !== 'url_citation' || typeof url !== 'string')
    return { kind: 'foreign', protocol: 'openai-chat', value };
  return {
    kind: 'url',
    url,
    title: typeof title === 'string' ? title : null,
    citedText: null,
    start: numberOrNull(start),
    end: numberOrNull(end),
  };
}

/** What a delta says of it; undefined where Chat Completions has no word for it. */
export function encodeAnnotation(annotation: Annotation): JsonObject | undefined {
  if (annotation.kind === 'foreign') {
    if (annotation.protocol !== 'openai-chat') return undefined;
    return annotation.value['copilot_annotations'] === undefined
      ? { annotations: [annotation.value] }
      : annotation.value;
  }
  const { url, title, start, end } = annotation;
  // SDKs want numbers here; an unknown place is the beginning.
  const citation = { url, title: title ?? '', start_index: start ?? 0, end_index: end ?? start ?? 0 };
  return { annotations: [{ type: 'url_citation', url_citation: citation }] };
}
