/** Recognises the chunks that only go on with a text, by comparing them with one that was read whole. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { closingQuote, isLiteral } from '../../framing/json-literal.ts';

/**
 * The chunks of one stream differ in a single JSON string (the content, the reasoning, the arguments of a call), and
 * nearly all of a stream is such chunks. A frame that begins and ends like the one before it, which was parsed, with one
 * string between, says nothing else that is new. Measured: a tenth of what parsing it costs, and to look at each character
 * of the text would cost as much as all of the rest.
 */
export interface TextChunkShape {
  /** Such a chunk, but for its text, which nobody looked into: it may hold what is no JSON. */
  matches(text: string, start: number, end: number): boolean;
  /** Such a chunk, its text as valid as that of the one that was parsed. */
  matchesWhole(text: string, start: number, end: number): boolean;
  /** The JSON literal, with escapes or without, that `text` as a whole adds; null where it is no such chunk. */
  literalOf(text: string): string | null;
  /**
   * Learns from the frame `[start, end)`, whose payload has `choice` as its only choice, if it is such a chunk: then the
   * member that holds the text.
   */
  learn(text: string, start: number, end: number, choice: JsonObject): string | undefined;
  /** Some other frame came: what is known may no longer hold after it. */
  forget(): void;
}

/** Whether `[from, to)` is the body of a JSON string without escapes. Measured: sooner done than asking an expression. */
function isPlainBody(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x5c) return false;
  }
  return true;
}

/** How far Azure's filter has read: three numbers in every chunk of some models. */
const offsets = /"content_filter_offsets":\{[^{}]*\}/;

function movingTailOf(tail: string): RegExp | undefined {
  const found = offsets.exec(tail);
  if (!found) return undefined;
  const [told] = found;
  const plain = (text: string) => text.replaceAll(/[^\w ]/g, String.raw`\$&`);
  const before = plain(tail.slice(0, found.index));
  const behind = plain(tail.slice(found.index + told.length));
  return new RegExp(`${before}${plain(told).replaceAll(/\d+/g, String.raw`(?:0|[1-9]\d*)`)}${behind}$`);
}

export function createTextChunkShape(): TextChunkShape {
  let head = '';
  let tail = '';
  /** The tail where some of its numbers change with every chunk. */
  let movingTail: RegExp | undefined;

  /** Where the quote stands that closes the text of the frame `[start, end)`, if the rest of it is known; else -1. */
  function textEnd(text: string, start: number, end: number): number {
    const headEnd = start + head.length;
    // Slices are views, and comparing two strings is twice as fast as `startsWith` (measured).
    if (head === '' || headEnd >= end || text.slice(start, headEnd) !== head) return -1;
    const close = closingQuote(text, headEnd - 1);
    if (close < 0 || close >= end) return -1;
    const rest = text.slice(close, end);
    return rest === tail || movingTail?.exec(rest)?.index === 0 ? close : -1;
  }

  return {
    matches: (text, start, end) => textEnd(text, start, end) >= 0,
    matchesWhole(text, start, end) {
      const close = textEnd(text, start, end);
      if (close < 0) return false;
      const from = start + head.length;
      return isPlainBody(text, from, close) || isLiteral(text.slice(from - 1, close + 1));
    },
    literalOf(text) {
      if (head === '' || text.slice(0, head.length) !== head) return null;
      const tailStart = text.length - tail.length;
      const close =
        tailStart >= head.length && text.slice(tailStart) === tail ? tailStart : (movingTail?.exec(text)?.index ?? -1);
      if (close < head.length) return null;
      const literal = text.slice(head.length - 1, close + 1);
      return isLiteral(literal) ? literal : null;
    },
    learn(text, start, end, choice) {
      head = '';
      const said = onlyText(choice);
      if (!said) return undefined;
      const [member, value] = said;
      const literal = `"${member}":${JSON.stringify(value)}`;
      const at = text.indexOf(literal, start);
      // Another spelling of the same text, or a second member of that name: such a frame teaches nothing.
      if (at < 0 || at + literal.length > end) return undefined;
      const second = text.indexOf(`"${member}"`, at + 1);
      if (second >= 0 && second < end) return undefined;
      head = text.slice(start, at + member.length + 4);
      tail = text.slice(at + literal.length - 1, end);
      movingTail = movingTailOf(tail);
      return member;
    },
    forget() {
      head = '';
    },
  };
}

/** The one text that a choice adds, by the member that holds it; undefined where it adds more, or something else. */
function onlyText(choice: JsonObject): readonly [member: string, value: string] | undefined {
  if (choice['finish_reason'] != null || !isObject(choice['delta'])) return undefined;
  const said = Object.entries(choice['delta']).filter(
    ([key, value]) => key !== 'role' && value != null && value !== '',
  );
  const [only] = said;
  if (!only || said.length > 1) return undefined;
  const [member, value] = only;
  if (typeof value === 'string') return [member, value];
  const [call, ...others]: readonly unknown[] = member === 'tool_calls' && Array.isArray(value) ? value : [];
  const { name, arguments: pieces } = objectOf(objectOf(call)['function']);
  if (others.length > 0 || (name != null && name !== '') || typeof pieces !== 'string') return undefined;
  return ['arguments', pieces];
}
