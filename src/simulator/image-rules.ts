/** What all three endpoints refuse about images: on models that see none, by address, of other types, too many, too large. */
import { invalidBody } from './body-rule.ts';
import { arrayOf, isObject, objectOf, stringOf } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { imageLimits, type ModelSpec } from './models.ts';
import { anthropicRefusal, nestedRefusal, type Refusal } from './refusal.ts';

interface FoundImage {
  readonly path: string;
  /** Undefined: by address. */
  readonly mediaType?: string;
  readonly address?: string;
  readonly bytes?: number | undefined;
}

type Word = (message: string, path: string) => Refusal;

/** Every image of a Messages body, results included. */
function* messageImages(blocks: unknown, path: string): Generator<FoundImage, void> {
  for (const [index, block] of arrayOf(blocks).map(objectOf).entries()) {
    const spot = `${path}.${index}`;
    yield* messageImages(block['content'], `${spot}.content`);
    if (block['type'] !== 'image') continue;
    const source = objectOf(block['source']);
    if (source['type'] === 'base64')
      yield {
        path: `${spot}.image.source.base64`,
        mediaType: stringOf(source['media_type']),
        bytes: decodedBytes(stringOf(source['data'])),
      };
    else yield { path: `${spot}.image.source` };
  }
}

export function refuseMessageImages({ body, model, disputed }: EndpointCall): Refusal | undefined {
  const found = [...messageImages(body['messages'], 'messages')];
  const inline = found.filter((image) => image.mediaType !== undefined);
  if (inline.length < found.length && !disputed.urlImagesOnMessages)
    return anthropicRefusal('external image URLs are not supported');
  const odd = inline.find((image) => !imageLimits(model)?.mediaTypes.includes(image.mediaType ?? ''));
  if (odd !== undefined && model.vision)
    return anthropicRefusal(
      `${odd.path}.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`,
    );
  const empty = inline.find((image) => image.bytes === undefined || image.bytes === 0);
  if (empty !== undefined) return anthropicRefusal(`${empty.path}.data: The image was not valid base64`);
  return refuseImages(found, model, (message, path) => anthropicRefusal(`${path}: ${message}`));
}

/** Every `image_url` part of Chat and `input_image` part of Responses. */
function* partImages(value: unknown, path: string): Generator<FoundImage, void> {
  if (Array.isArray(value))
    for (const [index, inner] of arrayOf(value).entries()) yield* partImages(inner, `${path}[${index}]`);
  if (!isObject(value)) return;
  const { type } = value;
  if (type === 'image_url' || type === 'input_image') {
    const given = value['image_url'];
    const address = stringOf(isObject(given) ? given['url'] : given);
    const data = /^data:([^;,]*)[^,]*,(.*)$/s.exec(address);
    yield data === null
      ? { path, address }
      : { path, mediaType: data[1] ?? '', bytes: decodedBytes((data[2] ?? '').trim()) };
    return;
  }
  yield* partImages(value['content'], `${path}.content`);
  yield* partImages(value['output'], `${path}.output`);
}

export function refusePartImages({ body, model }: EndpointCall): Refusal | undefined {
  const found = [...partImages(body['messages'], 'messages'), ...partImages(body['input'], 'input')];
  const nowhere = found.find(({ address = 'https:' }) => !/^https?:/i.test(address));
  if (nowhere !== undefined)
    return invalidBody(
      `Invalid image URL: '${nowhere.path}.image_url'. Expected a valid URL, but got a value with an invalid format.`,
      `${nowhere.path}.image_url`,
    );
  const odd = found.find(
    ({ mediaType }) => mediaType !== undefined && !imageLimits(model)?.mediaTypes.includes(mediaType),
  );
  if (odd !== undefined && model.vision)
    return nestedRefusal(400, 'image media type not supported', 'invalid_request_body', odd.path);
  return refuseImages(found, model, invalidBody);
}

function refuseImages(found: readonly FoundImage[], model: ModelSpec, word: Word): Refusal | undefined {
  const [first] = found;
  if (first === undefined) return undefined;
  const limits = imageLimits(model);
  if (limits === undefined) return nestedRefusal(400, 'vision is not supported for this model', 'invalid_request_body');
  if (found.length > limits.count)
    return word(`too many images in the request: ${found.length} > ${limits.count} maximum`, first.path);
  const large = found.find(({ bytes = 0 }) => bytes > limits.bytes);
  if (large === undefined) return undefined;
  return word(`image exceeds the maximum size: ${large.bytes} bytes > ${limits.bytes} bytes`, large.path);
}

/** Undefined where the text is no base64. */
function decodedBytes(base64: string): number | undefined {
  const text = base64.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) return undefined;
  return Math.floor((text.replace(/=+$/, '').length * 3) / 4);
}
