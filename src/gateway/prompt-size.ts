/** How large a prompt is by its bytes, and where a session's earlier prompts stood in tokens. */
import { isObject, type JsonObject } from '../canonical/json-value.ts';

/** A prompt of a session as the upstream counted it. */
export interface PromptPoint {
  readonly modelId: string;
  readonly bytes: number;
  readonly tokens: number;
}

export interface PromptSize {
  /** Of the texts that count: no images, files or seals. */
  readonly bytes: number;
  /** Of earlier reasoning and its seals, which the upstream may leave out of its count. */
  readonly reasoningBytes: number;
}

const promptMembers = ['system', 'instructions', 'tools', 'messages', 'input'] as const;
/** Members whose texts are base64, or an address. */
const media: ReadonlySet<string> = new Set(['data', 'file_data', 'image_url', 'url']);
const reasoning: ReadonlySet<string> = new Set([
  'thinking',
  'signature',
  'encrypted_content',
  'summary',
  'reasoning_text',
  'reasoning_content',
  'reasoning_opaque',
]);

/** `view` holds latin1 views of UTF-8, whose length is their bytes. */
export function promptSize(view: JsonObject): PromptSize {
  let bytes = 0;
  let reasoningBytes = 0;

  function add(key: string, value: unknown, isReasoning: boolean) {
    if (typeof value === 'string') {
      if (isReasoning) reasoningBytes += value.length;
      else if (!media.has(key)) bytes += value.length;
    } else if (Array.isArray(value)) {
      for (const entry of value) add(key, entry, isReasoning);
    } else if (isObject(value)) {
      // A redacted thought has its seal under a name that images have for their bytes.
      const isThought = isReasoning || value['type'] === 'redacted_thinking';
      for (const [name, member] of Object.entries(value)) add(name, member, isThought || reasoning.has(name));
    }
  }

  for (const name of promptMembers) add(name, view[name], false);
  return { bytes, reasoningBytes };
}
