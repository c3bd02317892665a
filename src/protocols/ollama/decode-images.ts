/** Images as Ollama takes them: base64 alone, so their first bytes say what they are. */
import type { ImagePart, TextPart } from '../../canonical/content.ts';
import { isObject } from '../../canonical/json-value.ts';
import { listOf, malformed } from './malformed.ts';

/** The base64 of each form's first bytes. */
const forms: readonly (readonly [head: RegExp, mediaType: string])[] = [
  [/^iVBORw0KGgo/, 'image/png'],
  [/^\/9j\//, 'image/jpeg'],
  [/^R0lGOD/, 'image/gif'],
  // `RIFF`, four bytes of length, `WEBP`.
  [/^UklGR.{6}XRUJQ/, 'image/webp'],
];

/** Errors: `invalid_request`. */
export function decodeImages(images: unknown, path: string): readonly (ImagePart | TextPart)[] {
  return listOf(images, path).map((image, index) => decodeImage(image, `${path}.${index}`));
}

function decodeImage(image: unknown, path: string): ImagePart | TextPart {
  const placeholder = isObject(image) ? image['placeholder'] : undefined;
  // Of our own: it stands for an image that the model does not take.
  if (typeof placeholder === 'string') return { kind: 'text', text: placeholder };
  const text = typeof image === 'string' ? image : base64Of(image);
  if (text === null) throw malformed(path, 'expected an image in base64.');
  // Ollama takes neither; clients that were made for OpenAI send some all the same.
  if (/^https?:/i.test(text)) return { kind: 'image', source: { kind: 'url', url: text } };
  const data = text.replace(/^data:[^,]*,/i, '').replaceAll(/\s/g, '');
  const mediaType = forms.find(([head]) => head.test(data))?.[1];
  if (mediaType === undefined) throw malformed(path, 'expected a PNG, JPEG, GIF or WebP image in base64.');
  return { kind: 'image', source: { kind: 'data', mediaType, data } };
}

/** Bytes as JSON writes them: a list of numbers, Node's `Buffer`, or a typed array's positions. */
function base64Of(value: unknown): string | null {
  const listed = isObject(value) ? (value['data'] ?? Object.values(value)) : value;
  if (!Array.isArray(listed) || listed.length === 0) return null;
  const bytes = listed as readonly unknown[];
  return bytes.every(isByte) ? Buffer.from(bytes as readonly number[]).toString('base64') : null;
}

function isByte(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}
