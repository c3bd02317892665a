/** Whether a request carries an image anywhere: the upstream refuses one without its header, and wants it only then. */
import type { UpstreamPath } from '../upstream.ts';
import { isObject } from '../../canonical/json-value.ts';

/** Chat, Responses and Messages names; `computer_screenshot` is an image in a Responses tool output. */
const imageTypes = new Set(['image_url', 'input_image', 'image', 'computer_screenshot']);

/** Where content may hold more content. Tool arguments and schemas are not content: an `image` there is only a word. */
const contentKeys = ['content', 'output', 'source'] as const;

/** Far deeper than any protocol nests content; a hostile body must not cost a stack. */
const deepestContent = 12;

/** Looks deep: images in tool results and in tool outputs count too. */
export function containsImage(path: UpstreamPath, body: Readonly<Record<string, unknown>>): boolean {
  if (path === '/embeddings') return false;
  return holdsImage(path === '/responses' ? body['input'] : body['messages'], 0);
}

function holdsImage(value: unknown, depth: number): boolean {
  if (depth > deepestContent) return false;
  if (Array.isArray(value)) return value.some((entry) => holdsImage(entry, depth + 1));
  if (!isObject(value)) return false;
  const type = value['type'];
  if (typeof type === 'string' && imageTypes.has(type)) return true;
  return contentKeys.some((key) => value[key] !== undefined && holdsImage(value[key], depth + 1));
}
