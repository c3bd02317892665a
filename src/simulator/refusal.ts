/** The ways in which Copilot words a refusal: nested, flat, Anthropic's envelope, plain text. */
import { objectOf, stringOf, type JsonObject } from './json-value.ts';

export interface Refusal {
  readonly status: number;
  /** A string is sent as it is; an object as JSON, typed `text/plain` as the real one does (reference §8). */
  readonly body: string | JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  /** The rule that was broken, for the log of breaches. Undefined: nobody could have known before asking. */
  readonly rule?: string;
}

/** The words of a refusal, whichever envelope they are in. */
export function wordsOfRefusal({ body }: Refusal): string {
  if (typeof body === 'string') return body;
  return stringOf(objectOf(body['error'])['message'] ?? body['message']);
}

export function plainRefusal(status: number, text: string): Refusal {
  return { status, body: text };
}

/** `{error:{message, code}}`: what the Copilot API itself finds wrong. */
export function nestedRefusal(status: number, message: string, code: string, param?: string): Refusal {
  const type = status === 429 ? 'rate_limit_error' : 'invalid_request_error';
  return { status, body: { error: { message, code, type, ...(param === undefined ? {} : { param }) } } };
}

/** `{message}`: some checks in front of the Messages endpoint. */
export function flatRefusal(status: number, message: string): Refusal {
  return { status, body: { message } };
}

/** What the Messages backend finds wrong. */
export function anthropicRefusal(message: string, status = 400, type = 'invalid_request_error'): Refusal {
  return { status, body: { type: 'error', error: { type, message }, request_id: 'req_011simulated' } };
}
