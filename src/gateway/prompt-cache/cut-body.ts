/** Cuts a body that goes up into blocks by the places of its turns: what an earlier body has too is not parsed again. */
import { hash } from 'node:crypto';
import type { Endpoint } from '../../canonical/protocol-id.ts';
import { skipSpace, valueEnd } from '../../framing/json-text.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import { cutSystem, cutTools, cutTurns, firstTurn, type PromptBlock, type TurnPlace } from './cut-prompt.ts';

/** Some bytes of a body and the blocks that they are. The same bytes at the same place are the same blocks. */
export interface CutPart {
  readonly kind: 'tools' | 'system' | 'turns';
  readonly bytes: number;
  readonly hash: string;
  readonly place: TurnPlace;
  readonly after: TurnPlace;
  readonly blocks: readonly PromptBlock[];
}

export interface CutBody {
  /** Tools, system, turns: the order in which a prompt is read. */
  readonly blocks: readonly PromptBlock[];
  /** To be known when the next body is cut. */
  readonly parts: readonly CutPart[];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Turns beside each other. */
interface TurnSpan extends Span {
  readonly known?: CutPart;
  /** The end of the conversation, too short to be worth remembering; markers wander there too. */
  readonly isRest?: boolean;
}

/** Turns are remembered together, since each part costs an entry and a call of the hash. */
const leastPartBytes = 16 * 1024;

/** `known` are the parts of earlier bodies for the same endpoint. Undefined where `body` is no JSON object. */
export function cutBody(endpoint: Endpoint, body: Buffer, known: Iterable<CutPart>): CutBody | undefined {
  const text = body.toString('latin1');
  const open = skipSpace(text, 0);
  if (text[open] !== '{') return undefined;
  const knownParts = [...new Set(known)];
  const hashOf = ({ start, end }: Span) => hash('sha1', body.subarray(start, end), 'base64');
  const parse = ({ start, end }: Span) => parseLatin1Json(text.slice(start, end));

  const knownTurns = new Map<number, CutPart[]>();
  for (const part of knownParts) {
    if (part.kind !== 'turns') continue;
    const { turn } = part.place;
    const beside = knownTurns.get(turn);
    if (beside) beside.push(part);
    else knownTurns.set(turn, [part]);
  }

  function knownAt(turn: number, start: number): CutPart | undefined {
    return knownTurns.get(turn)?.find((part) => {
      const end = start + part.bytes;
      const next = text[skipSpace(text, end)];
      // A number has no end of its own.
      return (next === ',' || next === ']') && hashOf({ start, end }) === part.hash;
    });
  }

  /** The turns of the list at `at`, and the index behind it. */
  function turnSpans(at: number): { readonly spans: readonly TurnSpan[]; readonly end: number } {
    const spans: TurnSpan[] = [];
    const behind = (end: number) => {
      const comma = skipSpace(text, end);
      return text[comma] === ',' ? skipSpace(text, comma + 1) : comma;
    };
    let turn = 0;
    let next = skipSpace(text, at + 1);
    let start = next;
    let end = next;
    while (next < text.length && text[next] !== ']') {
      const part = next === start ? knownAt(turn, start) : undefined;
      end = part === undefined ? valueEnd(text, next) : start + part.bytes;
      next = behind(end);
      turn = part?.after.turn ?? turn + 1;
      if (part === undefined && end - start < leastPartBytes) continue;
      spans.push({ start, end, ...(part && { known: part }) });
      start = next;
    }
    if (start < next) spans.push({ start, end, isRest: true });
    return { spans, end: next + 1 };
  }

  /** The last member of each name, as a parser has it. */
  function members() {
    const places = new Map<string, Span & { readonly turns?: readonly TurnSpan[] }>();
    let at = skipSpace(text, open + 1);
    while (at < text.length && text[at] !== '}') {
      const keyEnd = valueEnd(text, at);
      const key = String(parse({ start: at, end: keyEnd }));
      const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
      const isList = (key === 'messages' || key === 'input') && text[start] === '[';
      const turns = isList ? turnSpans(start) : undefined;
      const end = turns?.end ?? valueEnd(text, start);
      if (text[start] === 'n') places.delete(key);
      else places.set(key, { start, end, ...(turns && { turns: turns.spans }) });
      at = skipSpace(text, end);
      if (text[at] === ',') at = skipSpace(text, at + 1);
    }
    return places;
  }

  const blocks: PromptBlock[] = [];
  const parts: CutPart[] = [];
  function keep(part: CutPart): CutPart {
    parts.push(part);
    blocks.push(...part.blocks);
    return part;
  }

  const places = members();
  const nowhere = firstTurn(endpoint, 0);
  const cutHead = (
    kind: 'tools' | 'system',
    span: Span | undefined,
    cut: (value: unknown) => readonly PromptBlock[],
  ) => {
    if (span === undefined) return 0;
    const seen = { kind, bytes: span.end - span.start, hash: hashOf(span) };
    const before = knownParts.find((part) => part.kind === kind && part.hash === seen.hash);
    return keep(before ?? { ...seen, place: nowhere, after: nowhere, blocks: cut(parse(span)) }).blocks.length;
  };
  cutHead('tools', places.get('tools'), cutTools);
  const systems = cutHead('system', places.get('system') ?? places.get('instructions'), cutSystem);

  let place = firstTurn(endpoint, systems);
  const said = places.get('messages') ?? places.get('input');
  if (said !== undefined && said.turns === undefined) {
    const content = parse(said);
    if (typeof content === 'string') blocks.push(...cutTurns(endpoint, [{ role: 'user', content }], place).blocks);
  }
  for (const { known: part, isRest, ...span } of said?.turns ?? []) {
    if (part !== undefined && part.place.systems === place.systems && part.place.isHead === place.isHead) {
      place = keep(part).after;
      continue;
    }
    const turns = parseLatin1Json(`[${text.slice(span.start, span.end)}]`);
    const cut = cutTurns(endpoint, Array.isArray(turns) ? turns : [], place);
    if (isRest) blocks.push(...cut.blocks);
    else keep({ kind: 'turns', bytes: span.end - span.start, hash: hashOf(span), place, ...cut });
    place = cut.after;
  }
  return { blocks, parts };
}
