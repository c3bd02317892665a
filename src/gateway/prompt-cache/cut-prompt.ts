/** Cuts tools, system and turns of a request into the blocks that a prompt cache compares. */
import { hash } from 'node:crypto';
import { isObject, objectOf } from '../../canonical/json-value.ts';
import type { Endpoint } from '../../canonical/protocol-id.ts';
import { utf8Text } from '../latin1-view.ts';

export interface PromptBlock {
  readonly kind: 'tool' | 'system' | 'turn';
  /** As people are told of it: `tool 7 (Bash)`, `system block 0`, `turn 12 user`. */
  readonly name: string;
  /** What it is, whatever it says: the tool's name, or its place. */
  readonly place: string;
  /** Of turns: which one. */
  readonly turn: number;
  readonly hash: string;
  /** Its bytes as far as they are text; media count as one size. */
  readonly weight: number;
  /** A latin1 view of its JSON; null where the memory is full. */
  text: string | null;
}

/** Markers wander from turn to turn, and are no part of what is cached. */
const markers: ReadonlySet<string> = new Set(['cache_control', 'copilot_cache_control']);
/** Where content holds more content. Arguments and schemas are none, and are taken as they are. */
const inner: ReadonlySet<string> = new Set(['content', 'output', 'source', 'image_url', 'file', 'input_audio']);
const mediaMembers: ReadonlySet<string> = new Set(['data', 'url', 'image_url', 'file_data']);
const textTypes: ReadonlySet<unknown> = new Set(['text', 'input_text', 'output_text']);
const leastMediaCharacters = 2_048;
/** Of an image or a page: some 1,500 tokens. */
const mediaWeight = 6_000;
const samples = 512;

/** Where in a conversation a turn stands: which one it is, and what came before it. */
export interface TurnPlace {
  readonly turn: number;
  /** System blocks so far. */
  readonly systems: number;
  /** Nobody but the system has spoken yet. */
  readonly isHead: boolean;
}

interface CutTurns {
  readonly blocks: readonly PromptBlock[];
  /** Where the next turn stands. */
  readonly after: TurnPlace;
}

export function cutTools(tools: unknown): readonly PromptBlock[] {
  return listOf(tools).map((tool, index) => {
    const name = toolName(tool);
    return blockOf('tool', `tool ${index} (${name})`, name, 0, tool);
  });
}

export function cutSystem(system: unknown): readonly PromptBlock[] {
  return contentOf(system).map((block, index) => systemBlock(index, block));
}

export function firstTurn(endpoint: Endpoint, systems: number): TurnPlace {
  return { turn: 0, systems, isHead: endpoint !== '/v1/messages' };
}

/** `turns` stand at `place`, one behind the other, parsed from their latin1 view. */
export function cutTurns(endpoint: Endpoint, turns: readonly unknown[], place: TurnPlace): CutTurns {
  const blocks: PromptBlock[] = [];
  let { turn: index, systems, isHead } = place;
  for (const turn of turns) {
    const { role, type, content, ...rest } = objectOf(turn);
    isHead &&= role === 'system' || role === 'developer';
    if (isHead) {
      blocks.push(systemBlock(systems, turn));
      systems += 1;
    } else {
      const who = typeof role === 'string' ? role : typeof type === 'string' ? type : 'item';
      const name = `turn ${index} ${who}`;
      // Only Messages reads turns block by block; elsewhere a turn may have more than content.
      const parts = endpoint === '/v1/messages' && Object.keys(rest).length === 0 ? contentOf(content) : [];
      if (parts.length === 0) blocks.push(blockOf('turn', name, String(index), index, turn));
      for (const [at, part] of parts.entries()) {
        const told = parts.length === 1 ? name : `${name}, block ${at}`;
        blocks.push(blockOf('turn', told, `${index} ${at}`, index, part, who));
      }
    }
    index += 1;
  }
  return { blocks, after: { turn: index, systems, isHead } };
}

function systemBlock(index: number, value: unknown): PromptBlock {
  return blockOf('system', `system block ${index}`, String(index), 0, value);
}

function blockOf(
  kind: PromptBlock['kind'],
  name: string,
  place: string,
  turn: number,
  value: unknown,
  role = '',
): PromptBlock {
  const seen = { media: 0 };
  const text = role + (JSON.stringify(plain(value, seen)) ?? '');
  const weight = text.length + seen.media * mediaWeight;
  return { kind, name, place: `${kind} ${place}`, turn, hash: hash('sha1', text, 'base64'), weight, text };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text is short for one block of it. */
function contentOf(content: unknown): readonly unknown[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content);
}

function toolName(tool: unknown): string {
  const { name, function: called, type } = objectOf(tool);
  const said = name ?? objectOf(called)['name'] ?? type;
  return typeof said === 'string'
    ? utf8Text(said)
        .replaceAll(/[\p{C}]/gu, '')
        .slice(0, 64)
    : '?';
}

/** `value` without markers, and with a print in the place of media. */
function plain(value: unknown, seen: { media: number }): unknown {
  if (Array.isArray(value)) return value.map((entry) => plain(entry, seen));
  if (!isObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (markers.has(key)) continue;
    const isMedia =
      typeof member === 'string' &&
      member.length > leastMediaCharacters &&
      mediaMembers.has(key) &&
      value['type'] !== 'redacted_thinking';
    if (isMedia) seen.media += 1;
    copy[key] = isMedia ? printOf(member) : inner.has(key) ? plain(asText(member), seen) : member;
  }
  return copy;
}

/** Clients that mark the end of a conversation write it as a block there, and as a text once it is no longer the end. */
function asText(content: unknown): unknown {
  if (!Array.isArray(content) || content.length !== 1 || !isObject(content[0])) return content;
  const { type, text, ...rest } = content[0];
  const isPlain = typeof text === 'string' && textTypes.has(type) && Object.keys(rest).every((key) => markers.has(key));
  return isPlain ? text : content;
}

/** Media are megabytes: length and some hundred places tell one from another. */
function printOf(data: string): string {
  let print = data.length;
  const step = data.length / samples;
  for (let at = 0; at < samples; at += 1) print = (Math.imul(print, 31) + data.charCodeAt(Math.floor(at * step))) | 0;
  return `media of ${data.length} characters, ${print >>> 0}`;
}
