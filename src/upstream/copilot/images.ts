/** The images of a request, and the text that stands for one that is too much for the upstream. */
import { createHash } from 'node:crypto';
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { ProxyError } from '../../errors/proxy-error.ts';
import type { UpstreamPath } from '../upstream.ts';

export interface PlacedImage {
  readonly path: readonly (string | number)[];
  /** The same for the same image, in whatever turn it is sent again. */
  readonly id: string;
  /** In what came after the model's last words. */
  readonly isNew: boolean;
  /** What takes its place. */
  readonly placeholder: JsonObject;
}

const placeholderText = '[image removed by Crossfeed: the request was too large for the upstream]';

/** Whether a refusal says that the request, or an image in it, is too large. */
export function isTooLarge({ code, upstreamStatus, message }: ProxyError): boolean {
  if (upstreamStatus === undefined) return false;
  if (code === 'request_too_large') return true;
  return (
    code === 'invalid_request' &&
    /(?:request|payload|entity|body)[^.]{0,40}\btoo large\b|\bimages?\b.{0,80}(?:\bexceeds?\b|\btoo (?:large|many|big)\b)|\btoo many images\b/i.test(
      message,
    )
  );
}

/**
 * The images that go where a model takes no more than `most`: the oldest, and while there are older ones a quarter more than
 * has to, so that not every turn changes the prefix that is cached. An image that was shown again just now is a new one.
 */
export function surplusImages(images: readonly PlacedImage[], most: number): readonly string[] {
  const places = new Map<string, { count: number; isNew: boolean }>();
  for (const { id, isNew } of images) {
    const place = places.get(id) ?? { count: 0, isNew: false };
    places.set(id, { count: place.count + 1, isNew: place.isNew || isNew });
  }
  let left = images.length;
  if (left <= most) return [];
  const surplus: string[] = [];
  function leaveOut(goal: number, areNew: boolean) {
    for (const [id, { count, isNew }] of places) {
      if (isNew !== areNew || left <= goal) continue;
      surplus.push(id);
      left -= count;
    }
  }
  leaveOut(most - Math.floor(most / 4), false);
  leaveOut(most, true);
  return surplus;
}

/** Where content may hold more content, as in `vision.ts`. */
const contentKeys = ['content', 'output', 'source'] as const;
const deepestContent = 12;

/** In order of the conversation. Screenshots in tool outputs that must be images are left alone. */
export function imagesOf(path: UpstreamPath, body: JsonObject): readonly PlacedImage[] {
  const top = path === '/responses' ? 'input' : 'messages';
  const turns = listOf(body[top]);
  const lastAnswer = turns.findLastIndex(isModelsOwn);
  const images: PlacedImage[] = [];
  function look(value: unknown, at: readonly (string | number)[], depth: number) {
    if (depth > deepestContent) return;
    if (Array.isArray(value)) {
      for (const [index, entry] of value.entries()) look(entry, [...at, index], depth + 1);
      return;
    }
    if (!isObject(value)) return;
    const key = imageKey(value);
    if (key !== undefined) {
      const isNew = Number(at[1]) > lastAnswer;
      images.push({ path: at, id: hash(key), isNew, placeholder: placeholderFor(value) });
      return;
    }
    for (const inner of contentKeys) if (value[inner] !== undefined) look(value[inner], [...at, inner], depth + 1);
  }
  look(turns, [top], 0);
  return images;
}

function isModelsOwn(turn: unknown): boolean {
  const { role, type } = objectOf(turn);
  return role === 'assistant' || type === 'reasoning' || (typeof type === 'string' && type.endsWith('_call'));
}

/** What tells one image from another; undefined for what is none. */
function imageKey(block: JsonObject): string | undefined {
  switch (block['type']) {
    case 'image': {
      const { data, url, file_id: fileId } = objectOf(block['source']);
      return JSON.stringify(data ?? url ?? fileId ?? null);
    }
    case 'image_url':
    case 'input_image': {
      const { image_url: image, file_id: fileId } = block;
      return JSON.stringify((isObject(image) ? image['url'] : image) ?? fileId ?? null);
    }
    default:
      return undefined;
  }
}

/** A cache marker stays where it was: without it the prompt cache would begin elsewhere. */
function placeholderFor(block: JsonObject): JsonObject {
  const text = { type: block['type'] === 'input_image' ? 'input_text' : 'text', text: placeholderText };
  return block['cache_control'] == null ? text : { ...text, cache_control: block['cache_control'] };
}

function hash(key: string): string {
  return createHash('sha256').update(key, 'latin1').digest('hex').slice(0, 16);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
