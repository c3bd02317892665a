/** What a request says that no upstream takes, found before it is translated: numbers, addresses, schemas. */
import type { MediaSource } from '../canonical/content.ts';
import { isObject, type JsonObject } from '../canonical/json-value.ts';
import { ProxyError } from '../errors/proxy-error.ts';

export interface NumberBounds {
  readonly min: number;
  readonly max: number;
  readonly isWhole?: boolean;
  readonly isRequired?: boolean;
}

/** Of members that are numbers where they are there. */
export type NumberTable = Readonly<Record<string, NumberBounds>>;

export const tokens = { min: 1, max: Infinity, isWhole: true } as const satisfies NumberBounds;

/** Errors: `invalid_request` with the member as `param`. */
export function checkNumbers(table: NumberTable, body: JsonObject): void {
  for (const [param, { min, max, isWhole = false, isRequired = false }] of Object.entries(table)) {
    const value = body[param];
    if (value === undefined || value === null) {
      if (isRequired) throw new ProxyError('invalid_request', `${param}: this number is required.`, { param });
      continue;
    }
    const isNumber = isWhole ? Number.isInteger(value) : typeof value === 'number' && Number.isFinite(value);
    if (isNumber && (value as number) >= min && (value as number) <= max) continue;
    const range = max === Infinity ? `of ${min} or more` : `from ${min} to ${max}`;
    const what = `expected ${isWhole ? 'a whole number' : 'a number'} ${range}.`;
    throw new ProxyError('invalid_request', `${param}: ${what}`, { param });
  }
}

/** More than anybody looks for in one answer. */
const maxStops = 64;

/** Errors: `invalid_request` with `param`. */
export function checkStops(stops: readonly unknown[], param: string): void {
  if (stops.length <= maxStops) return;
  const message = `${param}: no more than ${maxStops} stop sequences are taken.`;
  throw new ProxyError('invalid_request', message, { param });
}

/** Why nobody may be asked to fetch this address; null where nothing speaks against it. */
export function addressFault(address: string): string | null {
  if (address.startsWith('data:')) return 'data must be in base64.';
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    return 'expected data, or an address with http or https.';
  return isWithin(url.hostname) ? 'an address within a private network cannot be fetched.' : null;
}

/** Addresses of this machine and of networks behind it. `URL` has brought every spelling of a number into these forms. */
const withinV4 =
  /^(?:0|10|127)\.|^169\.254\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;
const withinV6 = /^\[(?:::1?|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*)\]$/;
const mappedV4 = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/;

function isWithin(host: string): boolean {
  const [, high, low] = mappedV4.exec(host) ?? [];
  if (high !== undefined && low !== undefined) {
    const parts = [high, low].map((half) => Number.parseInt(half, 16));
    return withinV4.test(parts.flatMap((half) => [half >> 8, half & 255]).join('.'));
  }
  return /^(?:.*\.)?localhost\.?$/.test(host) || withinV4.test(host) || withinV6.test(host);
}

/** Why this is no image; null where it may be one. */
export function imageFault(source: MediaSource): string | null {
  if (source.kind !== 'data' || /^image\/(?!svg)/i.test(source.mediaType)) return null;
  return 'expected an image, such as image/png or image/jpeg.';
}

/** Whether a schema points at one that somebody would have to fetch. */
export function refersElsewhere(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(refersElsewhere);
  if (!isObject(schema)) return false;
  const { $ref: reference } = schema;
  if (typeof reference === 'string' && /^[a-z][a-z0-9+.-]*:|^\/\//i.test(reference)) return true;
  return Object.values(schema).some(refersElsewhere);
}
