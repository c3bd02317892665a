/** One item of a Responses stream while it is written: its events, and the whole of it at its end. All is JSON text. */
import type { Annotation } from '../../canonical/content.ts';
import type { BlockStart, TokenLogprob } from '../../canonical/stream-part.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import { encodeAnnotation } from './annotation.ts';
import { shellAction } from './encode-items.ts';
import { encodeLogprobs } from './logprobs.ts';

/** Writes one event: its type, and its members besides type and sequence number. */
export type WriteEvent = (type: string, members: string) => void;

/** Writes an event of which all but its number and its literal is known: `head` ends where the number stands. */
export type WriteDelta = (head: string, middle: string, literal: string, tail: string) => void;

export interface OutputItem {
  /** `literal` is a JSON string literal. */
  delta(literal: string): void;
  annotation(annotation: Annotation): boolean;
  logprobs(tokens: readonly TokenLogprob[]): void;
  /** Ends the item; `encrypted` is the seal of reasoning. The whole item, as it stands in the last event too. */
  end(encrypted: string | null): string;
}

export interface ItemPlace {
  readonly outputIndex: number;
  readonly id: string;
  readonly event: WriteEvent;
  readonly grow: WriteDelta;
}

/** The text of an event up to its number. */
export function eventHead(type: string): string {
  return `event: ${type}\ndata: {"type":"${type}","sequence_number":`;
}

/** Nearly all of a stream is such events, so what they have in common is put together once. */
function deltaWriter({ grow }: ItemPlace, type: string, spot: string): (literal: string, tail?: string) => void {
  const head = eventHead(type);
  const middle = `,${spot},"delta":`;
  return (literal, tail = '}\n\n') => grow(head, middle, literal, tail);
}

/** Ids are told apart by these heads. */
export const idHeads = {
  text: 'msg',
  refusal: 'msg',
  reasoning: 'rs',
  function: 'fc',
  custom: 'ctc',
  'local-shell': 'lsh',
};

export function openItem(start: BlockStart, place: ItemPlace): OutputItem {
  switch (start.kind) {
    case 'text':
      return openText(place, start.phase);
    case 'refusal':
      return openRefusal(place);
    case 'reasoning':
      return openReasoning(place);
    case 'tool-call':
      return start.form === 'local-shell' ? openShellCall(place, start) : openCall(place, start);
  }
}

const nothing = { annotation: () => false, logprobs: () => undefined };

function added({ event, outputIndex }: ItemPlace, item: string) {
  event('response.output_item.added', `"output_index":${outputIndex},"item":${item}`);
}

function done({ event, outputIndex }: ItemPlace, item: string): string {
  event('response.output_item.done', `"output_index":${outputIndex},"item":${item}`);
  return item;
}

/** The members that say where an event of this item belongs. */
function at({ id, outputIndex }: ItemPlace): string {
  return `"item_id":"${id}","output_index":${outputIndex}`;
}

const bodyOf = (literal: string): string => literal.slice(1, -1);

/** Behind a delta of text without log probabilities. */
const plainTail = ',"logprobs":[]}\n\n';

function openText(place: ItemPlace, phase: string | null): OutputItem {
  const { id, event } = place;
  const spot = `${at(place)},"content_index":0`;
  const said = phase === null ? '' : `,"phase":${JSON.stringify(phase)}`;
  const item = (status: string, content: string) =>
    `{"id":"${id}","type":"message","status":"${status}","role":"assistant"${said},"content":[${content}]}`;
  const part = (text: string, notes: string, tokens: string) =>
    `{"type":"output_text","text":"${text}","annotations":[${notes}],"logprobs":[${tokens}]}`;
  const say = deltaWriter(place, 'response.output_text.delta', spot);
  let body = '';
  const notes: string[] = [];
  const tokens: string[] = [];
  /** Told, but not yet written with a delta. */
  let waiting: string[] = [];
  added(place, item('in_progress', ''));
  event('response.content_part.added', `${spot},"part":${part('', '', '')}`);
  return {
    delta(literal) {
      body += bodyOf(literal);
      if (waiting.length === 0) return say(literal, plainTail);
      say(literal, `,"logprobs":[${waiting.join(',')}]}\n\n`);
      waiting = [];
    },
    annotation(annotation) {
      const encoded = encodeAnnotation(annotation);
      if (!encoded) return false;
      const text = JSON.stringify(encoded);
      event('response.output_text.annotation.added', `${spot},"annotation_index":${notes.length},"annotation":${text}`);
      notes.push(text);
      return true;
    },
    logprobs(more) {
      const texts = encodeLogprobs(more).map((token) => JSON.stringify(token));
      tokens.push(...texts);
      waiting.push(...texts);
    },
    end() {
      event('response.output_text.done', `${spot},"text":"${body}","logprobs":[${tokens.join(',')}]`);
      const whole = part(body, notes.join(','), tokens.join(','));
      event('response.content_part.done', `${spot},"part":${whole}`);
      return done(place, item('completed', whole));
    },
  };
}

function openRefusal(place: ItemPlace): OutputItem {
  const { id, event } = place;
  const spot = `${at(place)},"content_index":0`;
  const item = (status: string, content: string) =>
    `{"id":"${id}","type":"message","status":"${status}","role":"assistant","content":[${content}]}`;
  const part = (text: string) => `{"type":"refusal","refusal":"${text}"}`;
  const say = deltaWriter(place, 'response.refusal.delta', spot);
  let body = '';
  added(place, item('in_progress', ''));
  event('response.content_part.added', `${spot},"part":${part('')}`);
  return {
    ...nothing,
    delta(literal) {
      body += bodyOf(literal);
      say(literal);
    },
    end() {
      event('response.refusal.done', `${spot},"refusal":"${body}"`);
      event('response.content_part.done', `${spot},"part":${part(body)}`);
      return done(place, item('completed', part(body)));
    },
  };
}

/** The text is a summary of one part, which opens with the first of it: sealed reasoning may show nothing. */
function openReasoning(place: ItemPlace): OutputItem {
  const { id, event } = place;
  const spot = `${at(place)},"summary_index":0`;
  const part = (text: string) => `{"type":"summary_text","text":"${text}"}`;
  const say = deltaWriter(place, 'response.reasoning_summary_text.delta', spot);
  let body = '';
  let opened = false;
  added(place, `{"id":"${id}","type":"reasoning","summary":[]}`);
  return {
    ...nothing,
    delta(literal) {
      if (!opened) event('response.reasoning_summary_part.added', `${spot},"part":${part('')}`);
      opened = true;
      body += bodyOf(literal);
      say(literal);
    },
    end(encrypted) {
      if (opened) {
        event('response.reasoning_summary_text.done', `${spot},"text":"${body}"`);
        event('response.reasoning_summary_part.done', `${spot},"part":${part(body)}`);
      }
      const sealed = encrypted === null ? '' : `,"encrypted_content":${JSON.stringify(encrypted)}`;
      return done(place, `{"id":"${id}","type":"reasoning","summary":[${opened ? part(body) : ''}]${sealed}}`);
    },
  };
}

type CallStart = Extract<BlockStart, { kind: 'tool-call' }>;

function openCall(place: ItemPlace, { callId, name, namespace, form }: CallStart): OutputItem {
  const { id, event } = place;
  const isCustom = form === 'custom';
  const [type, member] = isCustom ? ['custom_tool_call', 'input'] : ['function_call', 'arguments'];
  const events = `response.${isCustom ? 'custom_tool_call_input' : 'function_call_arguments'}`;
  const within = namespace === null ? '' : `,"namespace":${JSON.stringify(namespace)}`;
  const named = `"call_id":${JSON.stringify(callId)},"name":${JSON.stringify(name)}${within}`;
  const item = (status: string, input: string) =>
    `{"id":"${id}","type":"${type}","status":"${status}",${named},"${member}":"${input}"}`;
  const spot = at(place);
  const say = deltaWriter(place, `${events}.delta`, spot);
  let body = '';
  added(place, item('in_progress', ''));
  const delta = (literal: string) => {
    body += bodyOf(literal);
    say(literal);
  };
  return {
    ...nothing,
    delta,
    end() {
      // Clients parse the arguments of a function, and nothing is no JSON.
      if (body === '' && !isCustom) delta('"{}"');
      event(`${events}.done`, `${spot},"${member}":"${body}"`);
      return done(place, item('completed', body));
    },
  };
}

/** Its action is an object, no text that could grow: it stands in the event that ends the item. */
function openShellCall(place: ItemPlace, { callId }: CallStart): OutputItem {
  const item = (status: string, input: string) =>
    `{"id":"${place.id}","type":"local_shell_call","status":"${status}","call_id":${JSON.stringify(callId)},` +
    `"action":${JSON.stringify(shellAction(input))}}`;
  let body = '';
  added(place, item('in_progress', ''));
  return {
    ...nothing,
    delta(literal) {
      body += bodyOf(literal);
    },
    end: () => done(place, item('completed', String(parseLatin1Json(`"${body}"`)))),
  };
}
