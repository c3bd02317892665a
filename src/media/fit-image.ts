/** Brings one image within what the catalogue says of its model: its type, and its size in bytes. */
import { createHash } from 'node:crypto';
import type { Model } from '../canonical/model.ts';
import type { RequestEdit } from '../canonical/request-edit.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { JsonEdit } from '../framing/json-text.ts';
import { createByteCache } from './byte-cache.ts';
import type { ImageLibrary, LoadImageLibrary } from './image-library.ts';
import { createTurns } from './in-turn.ts';
import { refuseMedium } from './judge-medium.ts';
import { bytesIn } from './media-type.ts';
import type { Medium } from './medium.ts';
import { shrinkImage, type FittedImage } from './shrink-image.ts';

export type ImageFit =
  | (FittedImage & { readonly kind: 'changed'; readonly edit: RequestEdit })
  /** A text stands for it. */
  | {
      readonly kind: 'left-out';
      readonly jsonEdit: JsonEdit;
      readonly edit: RequestEdit;
      readonly type?: undefined;
      readonly base64?: undefined;
    };

/** Null where it fits as it is. Errors: `request_too_large`, `invalid_request`. */
export type FitImage = (medium: Medium, type: string | null, data: string, model: Model) => Promise<ImageFit | null>;

/** Results, which are small; the images themselves come again with every turn. */
const keptChars = 64 * 1024 * 1024;
/** Each image that is open holds all of its pixels. */
const mostAtOnce = 2;

const removed = (limit: number) =>
  `[image removed by Crossfeed: it is larger than the ${limit} bytes that the model takes]`;

export function createImageFitter(loadLibrary: LoadImageLibrary, disabledRules: ReadonlySet<string>): FitImage {
  const results = createByteCache<FittedImage>(keptChars);
  const inTurn = createTurns(mostAtOnce);
  let library: Promise<ImageLibrary | null> | undefined;

  async function made(using: ImageLibrary, type: string, data: string, maxBytes: number | undefined) {
    const key = `${maxBytes ?? 0} ${createHash('sha256').update(data, 'latin1').digest('hex')}`;
    const known = results.get(key);
    if (known) return known;
    const fitted = await inTurn(() => shrinkImage(using, Buffer.from(data, 'base64'), { maxBytes, type }));
    if (fitted) results.set(key, fitted, fitted.base64.length);
    return fitted;
  }

  return async (medium, type, data, model) => {
    const { promptImageBytes, promptImageTypes } = model.limits;
    const size = bytesIn(data);
    const isLarge = promptImageBytes !== undefined && size > promptImageBytes && !disabledRules.has('smaller-image');
    const isOdd = type !== null && promptImageTypes?.includes(type) === false && !disabledRules.has('image-format');
    if (!isLarge && !isOdd) return null;
    const path = medium.path.join('.');
    const using = await (library ??= loadLibrary());
    const fitted = using && (await made(using, type ?? '', data, promptImageBytes));
    if (fitted) {
      const reason = isLarge
        ? `The image has ${size} bytes and the model takes ${promptImageBytes}: made smaller, to ${fitted.bytes} bytes of ${fitted.type}.`
        : `The model takes no ${type ?? ''}: the image goes as ${fitted.type}.`;
      return { kind: 'changed', ...fitted, edit: { rule: isLarge ? 'smaller-image' : 'image-format', reason, path } };
    }
    const help = using
      ? 'it cannot be read here to be changed.'
      : 'install sharp (npm install sharp) and it is changed here.';
    if (!isLarge) {
      const takes = promptImageTypes?.join(', ') ?? '';
      throw refuseMedium(medium.typeParam, `model '${model.id}' takes no ${type ?? ''} but ${takes}, and ${help}`);
    }
    // An older one would keep the whole conversation from going on.
    const jsonEdit = medium.isNew ? null : medium.say(removed(promptImageBytes));
    if (jsonEdit !== null) {
      const reason = `The image has ${size} bytes and the model takes ${promptImageBytes}: a text stands for it, as it is an older one.`;
      return { kind: 'left-out', jsonEdit, edit: { rule: 'image-placeholder', reason, path } };
    }
    const { param } = medium;
    const message = `${param}: the image has ${size} bytes and model '${model.id}' takes ${promptImageBytes}; ${help}`;
    throw new ProxyError('request_too_large', message, { param });
  };
}
