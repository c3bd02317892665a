/** Data and addresses in a Gemini part: images, documents, sound. */
import type { MediaSource, Part } from '../../canonical/content.ts';
import { objectOf, ownEntry } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { addressFault, imageFault } from '../checked-values.ts';
import { camelCased, malformed, requireText, textOrNull } from './proto-json.ts';

/** Empty for what no model of a seat takes, which is reported. Errors: `invalid_request`. */
export function decodeInlineData(value: unknown, path: string, report: Report): readonly Part[] {
  const told = camelCased(objectOf(value));
  const mediaType = requireText(told['mimeType'], `${path}.mimeType`).toLowerCase();
  const data = standardBase64(requireText(told['data'], `${path}.data`));
  return mediaPart(mediaType, { kind: 'data', mediaType, data }, told['displayName'], path, report);
}

/** Python's SDK writes bytes in the alphabet of URLs, without the signs that fill up. */
function standardBase64(data: string): string {
  if (!/[-_]/.test(data) && data.length % 4 === 0) return data;
  const plain = data.replaceAll('-', '+').replaceAll('_', '/').replaceAll(/[\s=]/g, '');
  return plain + '='.repeat((4 - (plain.length % 4)) % 4);
}

export function decodeFileData(value: unknown, path: string, report: Report): readonly Part[] {
  const told = camelCased(objectOf(value));
  const url = requireText(told['fileUri'], `${path}.fileUri`);
  if (/^gs:|^files\/|^https:\/\/generativelanguage\.googleapis\.com\//.test(url))
    throw malformed(`${path}.fileUri`, 'only Google can read this file: send its bytes as inlineData.');
  const fault = addressFault(url);
  if (fault !== null) throw malformed(`${path}.fileUri`, fault);
  const mediaType = (textOrNull(told['mimeType']) ?? mediaTypeOf(url)).toLowerCase();
  return mediaPart(mediaType, { kind: 'url', url }, told['displayName'], path, report);
}

/** What an address that does not say so leads to. */
function mediaTypeOf(url: string): string {
  if (/\.(?:png|jpe?g|gif|webp|heic|heif|bmp)(?:[?#]|$)/i.test(url)) return 'image/unknown';
  return /\/\/(?:www\.)?(?:youtube\.com|youtu\.be)\//.test(url) ? 'video/unknown' : 'application/pdf';
}

function mediaPart(
  mediaType: string,
  source: MediaSource,
  name: unknown,
  path: string,
  report: Report,
): readonly Part[] {
  const [family = '', form = ''] = mediaType.split(';')[0]?.trim().split('/') ?? [];
  switch (family) {
    case 'image': {
      const fault = imageFault(source);
      if (fault !== null) throw malformed(`${path}.mimeType`, fault);
      return [{ kind: 'image', source }];
    }
    case 'audio':
      if (source.kind === 'data')
        return [{ kind: 'audio', format: ownEntry(audioForms, form) ?? form, data: source.data }];
      break;
    case 'text':
    case 'application':
      return [{ kind: 'document', source, ...(typeof name === 'string' && name !== '' ? { title: name } : {}) }];
    default:
  }
  report({ rule: 'not-carried', path, reason: `No model of a Copilot seat takes ${family} in this way.` });
  return [];
}

/** OpenAI's words for them. */
const audioForms: Readonly<Record<string, string>> = { mpeg: 'mp3', 'x-wav': 'wav', wave: 'wav', 'vnd.wave': 'wav' };
