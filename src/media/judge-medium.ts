/** What an image or a document really is, and the refusal of one that nobody could make sense of. */
import { ProxyError } from '../errors/proxy-error.ts';
import { addressFault, type AddressPolicy } from './address.ts';
import { base64Fault, headOf, isTextType, plainType, typeOfBytes } from './media-type.ts';
import type { Medium } from './medium.ts';

/** Data whose type is known as well as it can be. */
export interface KnownData {
  readonly kind: 'image' | 'document' | 'text';
  /** Null where neither the caller nor the bytes say it. */
  readonly type: string | null;
  /** What it says is not what it is, or not how that is spelled. */
  readonly isMistyped: boolean;
}

export function refuseMedium(param: string, what: string): ProxyError {
  return new ProxyError('invalid_request', `${param}: ${what}`, { param });
}

const noImage = 'expected an image, such as image/png or image/jpeg.';

/** Null for an address with which nothing is wrong. Errors: `invalid_request` with the place as `param`. */
export function judgeMedium(medium: Medium, policy: AddressPolicy): KnownData | null {
  const { content, param } = medium;
  if (content.kind === 'address') {
    const fault = addressFault(Buffer.from(content.url, 'latin1').toString('utf8'), policy);
    if (fault !== null) throw refuseMedium(param, fault);
    return null;
  }
  const fault = base64Fault(content.data);
  if (fault !== null) throw refuseMedium(param, fault);
  return knownData(medium, content.declared, content.data);
}

/** Errors: `invalid_request` where it is not what may stand there. */
export function knownData(medium: Medium, declared: string | null, data: string): KnownData {
  const told = declared === null ? null : plainType(declared);
  if (medium.kind === 'document' && isTextType(told, medium.title))
    return { kind: 'text', type: told, isMistyped: false };
  const seen = typeOfBytes(headOf(data));
  const type = seen ?? told;
  const isMistyped =
    type !== null && ((type !== declared && !(medium.isBare && declared === null)) || medium.isMisspelled);
  if (medium.kind === 'document')
    return { kind: type?.startsWith('image/') && type !== 'image/svg+xml' ? 'image' : 'document', type, isMistyped };
  if (seen === 'application/pdf')
    throw refuseMedium(medium.typeParam, 'this is a PDF, which goes as a document and not as an image.');
  if (type !== null && (!type.startsWith('image/') || type === 'image/svg+xml'))
    throw refuseMedium(medium.typeParam, noImage);
  return { kind: 'image', type, isMistyped };
}
