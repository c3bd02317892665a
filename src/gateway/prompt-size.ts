/** How large a prompt is by its bytes, and where a session's earlier prompts stood in tokens. */
import { isObject, type JsonObject } from '../canonical/json-value.ts';

/** One turn's text by its size, and by a number that differs where the text does. */
export interface TurnSize {
  readonly bytes: number;
  readonly print: number;
}

/** A prompt of a session as the upstream counted it. */
export interface PromptPoint {
  readonly modelId: string;
  readonly turns: readonly TurnSize[];
  readonly bytes: number;
  readonly tokens: number;
}

export interface PromptSize {
  /** Of the texts that count, turn by turn: no images, files or seals. System and tools are the first. */
  readonly turns: readonly TurnSize[];
  /** All of them. */
  readonly bytes: number;
  /** Of earlier reasoning and its seals, which the upstream may leave out of its count. */
  readonly reasoningBytes: number;
}

const headMembers = ['system', 'instructions', 'systemInstruction', 'system_instruction', 'tools'] as const;
/** Members whose texts are base64 or an address; and cache markers, which wander from turn to turn. */
const uncounted: ReadonlySet<string> = new Set([
  'data',
  'file_data',
  'image_url',
  'url',
  'images',
  'fileUri',
  'file_uri',
  'cache_control',
]);
/** So many characters of each text are looked at to tell it from another one. */
const lookedAt = 32;
const reasoning: ReadonlySet<string> = new Set([
  'thinking',
  'signature',
  'encrypted_content',
  'summary',
  'reasoning_text',
  'reasoning_content',
  'reasoning_opaque',
  'thoughtSignature',
  'thought_signature',
]);

/** `view` holds latin1 views of UTF-8, whose length is their bytes. */
export function promptSize(view: JsonObject): PromptSize {
  let bytes = 0;
  let print = 0;
  let reasoningBytes = 0;

  function add(key: string, value: unknown, isReasoning: boolean) {
    if (uncounted.has(key) && !isReasoning) return;
    if (typeof value === 'string') {
      if (isReasoning) reasoningBytes += value.length;
      else {
        bytes += value.length;
        print = printOf(value, print);
      }
    } else if (Array.isArray(value)) {
      for (const entry of value) add(key, entry, isReasoning);
    } else if (isObject(value)) {
      // A redacted thought has its seal under a name that images have for their bytes; Gemini's has its text under `text`.
      const isThought = isReasoning || value['type'] === 'redacted_thinking' || value['thought'] === true;
      for (const [name, member] of Object.entries(value)) add(name, member, isThought || reasoning.has(name));
    }
  }

  for (const name of headMembers) add(name, view[name], false);
  const turns = [{ bytes, print }];
  const said = view['messages'] ?? view['input'] ?? view['contents'] ?? view['prompt'];
  const list: readonly unknown[] = Array.isArray(said) ? said : [said];
  for (const turn of list) {
    const before = bytes;
    print = 0;
    add('', turn, false);
    turns.push({ bytes: bytes - before, print });
  }
  return { turns, bytes, reasoningBytes };
}

/** `print` with `text` behind it. Not against forgery: whoever deceives it deceives his own bill. */
function printOf(text: string, print: number): number {
  let next = Math.imul(print, 31) + text.length;
  const step = Math.max(1, Math.floor(text.length / lookedAt));
  for (let index = 0; index < text.length; index += step) next = Math.imul(next, 31) + text.charCodeAt(index);
  return next;
}
