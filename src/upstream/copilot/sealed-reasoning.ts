/** Thoughts that only their own model and account can open: where they stand in a request, and what their refusal says. */
import { createHash } from 'node:crypto';
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { ProxyError } from '../../errors/proxy-error.ts';
import type { JsonEdit } from '../../framing/json-text.ts';
import type { UpstreamPath } from '../upstream.ts';

type Path = readonly (string | number)[];

/** One sealed thought. */
export interface SealedThought {
  /** The same for the same thought, wherever it stands. */
  readonly id: string;
  /** The opaque member itself; empty where there is none. */
  readonly seal: string;
  /** Where it stands: what is removed with it. */
  readonly paths: readonly Path[];
  /** The message that it leaves empty if all of its thoughts go; undefined elsewhere. */
  readonly message?: number;
}

/** Whether a 400 complains about sealed thoughts, or about their absence where the model wants to go on thinking. */
export function isReasoningRefusal({ code, upstreamStatus, message, upstreamCode }: ProxyError): boolean {
  if (code !== 'invalid_request' || (upstreamStatus !== 400 && upstreamStatus !== 422)) return false;
  if (upstreamCode === 'invalid_encrypted_content') return true;
  return /`?signature`?.{0,40}\bthinking\b|\bthinking\b.{0,40}`?signature`?|\bredacted_thinking\b|thinking`? blocks?.{0,60}(?:cannot be modified|must)|encrypted[ _]content|reasoning_opaque|thought[ _]?signature/i.test(
    message,
  );
}

/** In order of the conversation. */
export function sealedThoughts(path: UpstreamPath, body: JsonObject): readonly SealedThought[] {
  switch (path) {
    case '/responses':
      return listOf(body['input']).flatMap((item, index) =>
        objectOf(item)['type'] === 'reasoning'
          ? [{ id: idOf(item), seal: sealOf(item), paths: [['input', index]] }]
          : [],
      );
    case '/chat/completions':
      return listOf(body['messages']).flatMap((message, index) => {
        const { reasoning_opaque: opaque } = objectOf(message);
        if (opaque == null) return [];
        // The open text belongs to its seal, and is nothing without it.
        const keys = ['reasoning_opaque', 'reasoning_text'].filter((key) => objectOf(message)[key] !== undefined);
        const seal = typeof opaque === 'string' ? opaque : '';
        return [{ id: hash(JSON.stringify(opaque)), seal, paths: keys.map((key) => ['messages', index, key]) }];
      });
    case '/v1/messages':
    case '/v1/messages/count_tokens':
      return listOf(body['messages']).flatMap((message, index) =>
        listOf(objectOf(message)['content']).flatMap((block, place) =>
          isThought(block)
            ? [{ id: idOf(block), seal: sealOf(block), paths: [['messages', index, 'content', place]], message: index }]
            : [],
        ),
      );
    case '/embeddings':
      return [];
  }
}

/**
 * The id of the turn that a Messages conversation is in the middle of: the model has called tools and gets their
 * results. Undefined where a person spoke last. The same for all calls of the turn, wherever cache markers stand.
 */
export function openTurn(path: UpstreamPath, body: JsonObject): string | undefined {
  if (path !== '/v1/messages' && path !== '/v1/messages/count_tokens') return undefined;
  const messages = listOf(body['messages']).map(objectOf);
  if (!isResult(messages.at(-1))) return undefined;
  const asked = messages.findLastIndex((message) => message['role'] === 'user' && !isResult(message));
  return `turn ${asked} ${hash(textOf(messages[asked]?.['content']))}`;
}

/** The edits that take the thoughts in `ids` out, and thinking itself where `ids` holds the open turn. */
export function withoutThoughts(path: UpstreamPath, body: JsonObject, ids: ReadonlySet<string>): readonly JsonEdit[] {
  const thoughts = sealedThoughts(path, body).filter(({ id }) => ids.has(id));
  const edits: JsonEdit[] = thoughts.flatMap(({ paths }) => paths.map((at) => ({ op: 'remove' as const, path: at })));
  for (const [index, message] of listOf(body['messages']).entries()) {
    const blocks = listOf(objectOf(message)['content']).length;
    const gone = thoughts.filter((thought) => thought.message === index).length;
    if (gone > 0 && gone === blocks) edits.push({ op: 'remove', path: ['messages', index] });
  }
  const turn = openTurn(path, body);
  return turn !== undefined && ids.has(turn) ? [...edits, ...thinkingOff(body)] : edits;
}

/** A turn that lost its thoughts cannot go on thinking, nor clear what it does not have. */
function thinkingOff(body: JsonObject): JsonEdit[] {
  const edits: JsonEdit[] = body['thinking'] === undefined ? [] : [{ op: 'remove', path: ['thinking'] }];
  const clearing = listOf(objectOf(body['context_management'])['edits']);
  const gone = clearing.flatMap((edit, index) =>
    String(objectOf(edit)['type']).startsWith('clear_thinking') ? [index] : [],
  );
  if (gone.length === 0) return edits;
  if (gone.length === clearing.length) return [...edits, { op: 'remove', path: ['context_management'] }];
  return [...edits, ...gone.map((index): JsonEdit => ({ op: 'remove', path: ['context_management', 'edits', index] }))];
}

function isThought(block: unknown): boolean {
  const { type } = objectOf(block);
  return type === 'thinking' || type === 'redacted_thinking';
}

function isResult(message: JsonObject | undefined): boolean {
  return listOf(message?.['content']).some((block) => objectOf(block)['type'] === 'tool_result');
}

/** By its seal; where it has none by its text. */
function idOf(thought: unknown): string {
  const { thinking, summary } = objectOf(thought);
  return hash(sealOf(thought) || JSON.stringify(thinking ?? summary ?? null));
}

function sealOf(thought: unknown): string {
  const { signature, data, encrypted_content: content } = objectOf(thought);
  const seal = [signature, data, content].find((one) => typeof one === 'string' && one !== '');
  return typeof seal === 'string' ? seal : '';
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((block) => (isObject(block) && typeof block['text'] === 'string' ? block['text'] : ''))
    .join('\n');
}

function hash(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex').slice(0, 16);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
