/** Finds the words of an error in whatever body an upstream gives it: JSON of many shapes, nested JSON, text, HTML. */
import { presentable } from './error-text.ts';
import { isObject, parseJson, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { textOf } from './wire-value.ts';

export interface ErrorBody {
  /** Fit for a caller, empty where the body says nothing presentable. */
  readonly message: string;
  /** The whole words in lower case, for matching only. */
  readonly matchText: string;
  readonly code: string;
  readonly type: string;
  readonly param: string | undefined;
  /** Where GitHub sends the user to mend it. */
  readonly link: string | undefined;
}

const nothing: ErrorBody = { message: '', matchText: '', code: '', type: '', param: undefined, link: undefined };

/** A message that is JSON itself is opened so many times (Gemini through two gateways was seen with two). */
const deepestNesting = 4;

/** Reads a body as text first and as JSON whatever the content type: JSON errors come as `text/plain`. */
export function readErrorBody(text: string): ErrorBody {
  const trimmed = text.trim();
  if (trimmed === '') return nothing;
  const json = parseJson(trimmed);
  if (typeof json === 'object' && json !== null) return readErrorValue(json);
  if (looksLikeHtml(trimmed)) return nothing;
  return { ...nothing, message: presentable(trimmed), matchText: trimmed.slice(0, 4096).toLowerCase() };
}

/** The same for a value that is JSON already: in-band errors. */
export function readErrorValue(value: unknown, depth = 0): ErrorBody {
  if (typeof value === 'string') return readText(value, depth);
  if (Array.isArray(value)) return readErrorValue(value[0], depth + 1);
  if (!isObject(value) || depth > deepestNesting) return nothing;
  const inner = innermost(value);
  const own: ErrorBody = {
    ...(inner === undefined ? readText(messageOf(value), depth) : readErrorValue(inner, depth + 1)),
  };
  const outerType = textOf(value['type']) ?? textOf(value['status']) ?? '';
  return {
    ...own,
    message: own.message === '' ? presentable(messageOf(value)) : own.message,
    matchText: own.matchText === '' ? messageOf(value).toLowerCase() : own.matchText,
    code: own.code === '' ? (textOf(value['code']) ?? notificationOf(value)) : own.code,
    type: own.type === '' && !envelopeTypes.has(outerType) ? outerType : own.type,
    param: own.param ?? textOf(value['param']),
    link: own.link ?? textOf(objectOf(value['error_details'])['url']) ?? textOf(value['authorize_url']),
  };
}

/** Types that only say "an error follows". */
const envelopeTypes = new Set(['error', 'response.failed', 'response']);

function innermost(value: JsonObject): unknown {
  for (const key of ['error', 'error_details', 'response'] as const) {
    const inner = value[key];
    if (isObject(inner) || (key === 'error' && typeof inner === 'string' && inner !== '') || Array.isArray(inner))
      return inner;
  }
  return undefined;
}

function readText(text: string, depth: number): ErrorBody {
  const trimmed = text.trim();
  if (depth < deepestNesting && /^[[{]/.test(trimmed)) {
    const json = parseJson(trimmed);
    if (typeof json === 'object' && json !== null) return readErrorValue(json, depth + 1);
  }
  if (looksLikeHtml(trimmed)) return nothing;
  return { ...nothing, message: presentable(trimmed), matchText: trimmed.slice(0, 4096).toLowerCase() };
}

function messageOf(value: JsonObject): string {
  return textOf(value['message']) ?? textOf(value['detail']) ?? textOf(value['error_description']) ?? '';
}

function notificationOf(value: JsonObject): string {
  return textOf(value['notification_id']) ?? '';
}

export function looksLikeHtml(text: string): boolean {
  return /^\uFEFF?\s*<(?:!doctype|!--|html|head|body|\?xml|title|h1|center)/i.test(text.slice(0, 512));
}
