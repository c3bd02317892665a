/** The form of a client row: bytes a client sends, and what it must get, by `faults.md` §3. */
import type { ProtocolId } from '../../../src/canonical/protocol-id.ts';

/** What each protocol's error must say; copied from the table of faults, not from the code under test. */
export interface ErrorWords {
  readonly status: number;
  /** `error.type` and `error.code` of the OpenAI faces. */
  readonly openai: readonly [type: string, code: string | null];
  /** `error.type` of Messages. */
  readonly anthropic: string;
  /** `error.status` of Gemini. */
  readonly gemini: string;
}

export type Expectation =
  /** The server's own words: this status, `Connection: close`, no protocol, no call. */
  | { readonly raw: 400 | 408 | 417 | 431 }
  /** An error in the shape of the path's protocol, and no call. */
  | { readonly error: ErrorWords; readonly close?: boolean; readonly headers?: Readonly<Record<string, string>> }
  /** The answer of the gateway, and exactly one call. */
  | { readonly ok: true; readonly close?: boolean }
  /** Nothing: the socket ends, and no call is made. */
  | { readonly gone: true };

export interface ClientRow {
  /** The number in `faults.md`; a letter for variants of ours. */
  readonly id: string;
  readonly title: string;
  /**
   * What goes on the wire, in latin1. Placeholders: `{path}`, `{port}`, `{key}`, `{body}` (a sound body of the route, or
   * `payload`), `{length}` (of that body).
   */
  readonly bytes: string;
  readonly payload?: Uint8Array;
  /** What the client does when it has sent that: half-closes, or goes on byte by byte, or chunk by chunk for ever. */
  readonly afterwards?: 'fin' | 'drip' | 'flood';
  readonly expect: Expectation;
  /** Where a protocol gets something else. */
  readonly but?: Partial<Record<ProtocolId, Expectation>>;
}

export const head = 'POST {path} HTTP/1.1\r\n';
export const host = 'Host: 127.0.0.1:{port}\r\n';
export const key = 'Authorization: Bearer {key}\r\n';
export const json = 'Content-Type: application/json\r\n';
export const body = 'Content-Length: {length}\r\n\r\n{body}';
