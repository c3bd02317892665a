/** One frame of a Responses WebSocket, read: what it asks for, as the body that the same call has over HTTP. */
import { isObject } from '../canonical/json-value.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { editJson, memberText, type JsonEdit } from '../framing/json-text.ts';
import { parseLatin1Json } from '../framing/latin1-json.ts';

/** What a connection knows of its last answer. All texts are latin1 views. */
export interface Remembered {
  readonly responseId: string;
  /** The items of the conversation, input and answers, as JSON with commas between. */
  readonly items: string;
  /** A response of the store that stands before them, where the connection began with one. */
  readonly basis: string | undefined;
}

export interface ResponseCreate {
  readonly kind: 'create';
  /** JSON text, a latin1 view. */
  readonly body: string;
  /** The conversation that the body holds, for what the connection remembers. */
  readonly conversation: Omit<Remembered, 'responseId'>;
  /** False for a call that only makes ready: it is answered here. */
  readonly generate: boolean;
  /** The Copilot CLI says here, not in a header, who began the turn. */
  readonly initiator: string | undefined;
  readonly model: string;
}

/** `ignored`: a client's word that wants no answer. */
export type SocketFrame = ResponseCreate | { readonly kind: 'ignored' };

/** Codex reports so that it took an answer. */
const wordless = 'response.processed';

/** Members that belong to the connection; HTTP has its own ways to say them. */
const ownMembers = ['type', 'generate', 'initiator', 'background'] as const;

/**
 * Reads `text`, a latin1 view of UTF-8. A previous response of before the connection stays in the body, for the store to find.
 * Errors: `invalid_json`, `invalid_request`.
 */
export function readSocketFrame(text: string, remembered: Remembered | undefined): SocketFrame {
  const view = parseLatin1Json(text);
  if (view === undefined) throw new ProxyError('invalid_json', 'The frame is not valid JSON.');
  if (!isObject(view)) throw new ProxyError('invalid_request', 'A frame must be a JSON object.', { param: 'type' });
  if (view['type'] === wordless) return { kind: 'ignored' };
  if (view['type'] !== 'response.create')
    throw new ProxyError('invalid_request', "type: the frames taken here are 'response.create'.", { param: 'type' });
  const { previous_response_id: previous, initiator, model } = view;
  const own = itemsOf(memberText(text, 'input'));
  const generate = view['generate'] !== false;
  if (!generate && own === undefined)
    throw new ProxyError('invalid_request', 'input: a text or a list is required.', { param: 'input' });
  const goesOn = remembered !== undefined && previous === remembered.responseId;
  const items = goesOn && own !== undefined ? joined(remembered.items, own) : (own ?? '');
  const edits: JsonEdit[] = ownMembers.map((key) => ({ op: 'remove', path: [key] }));
  edits.push({ op: 'set', path: ['stream'], value: true });
  const stored = typeof previous === 'string' ? previous : undefined;
  const basis = goesOn ? remembered.basis : stored;
  if (goesOn) {
    const path = ['previous_response_id'];
    edits.push(basis === undefined ? { op: 'remove', path } : { op: 'set', path, value: basis });
  }
  // What is no list and no text is the gateway's to refuse, in its own words.
  const whole = goesOn && own !== undefined;
  if (whole) edits.push({ op: 'remove', path: ['input'] });
  const body = editJson(text, edits).trimEnd();
  return {
    kind: 'create',
    body: whole ? `${body.slice(0, -1)},"input":[${items}]}` : body,
    conversation: { items, basis },
    generate,
    initiator: typeof initiator === 'string' ? initiator : undefined,
    model: typeof model === 'string' ? model : '',
  };
}

/** The items of an `input` without the brackets around them; undefined for what is none. */
function itemsOf(input: string | undefined): string | undefined {
  if (input === undefined || input === 'null') return '';
  if (input.startsWith('[')) return input.slice(1, -1).trim();
  return input.startsWith('"') ? `{"type":"message","role":"user","content":${input}}` : undefined;
}

/** Two lists of items, or one where the other is empty. */
export function joined(earlier: string, later: string): string {
  return earlier === '' || later === '' ? earlier + later : `${earlier},${later}`;
}
