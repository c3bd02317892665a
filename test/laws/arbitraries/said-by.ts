/** What of a conversation a caller's protocol has words for, and what it makes one of. */
import type fc from 'fast-check';
import type { Part } from '../../../src/canonical/content.ts';
import type { Item } from '../../../src/canonical/conversation.ts';
import { conversations, type Conversation, type ConversationOptions } from './conversations.ts';
import type { ClientProtocol } from './write-bodies.ts';

interface Words extends ConversationOptions {
  /** Where a system turn behind others has a place. */
  readonly lateSystem: boolean;
  readonly asSaid?: (item: Item) => Item;
}

const words: Readonly<Record<ClientProtocol, Words>> = {
  'openai-chat': { mediaInResults: false, lateSystem: true },
  'openai-responses': { mediaInResults: true, lateSystem: true },
  'anthropic-messages': { mediaInResults: true, errors: true, lateSystem: true },
  gemini: { mediaInResults: true, errors: true, lateSystem: false, asSaid: asGeminiSays },
  ollama: { mediaInResults: true, lateSystem: true, asSaid: asOllamaSays },
};

/** Conversations that a caller of this protocol can have. */
export function conversationsOf(client: ClientProtocol, lateSystem = false): fc.Arbitrary<Conversation> {
  const { asSaid, ...can } = words[client];
  const all = conversations({ ...can, lateSystem: lateSystem && can.lateSystem });
  return asSaid ? all.map((said) => ({ ...said, items: said.items.map(asSaid) })) : all;
}

export const asSaidBy = (client: ClientProtocol, said: Conversation): Conversation => {
  const { asSaid } = words[client];
  return asSaid ? { ...said, items: said.items.map(asSaid) } : said;
};

/** The text of an error is what says that there is one. */
function asGeminiSays(item: Item): Item {
  if (item.kind !== 'tool-result' || item.isError === null) return item;
  return item.parts.some((part) => part.kind === 'text' && part.text !== '') ? item : { ...item, isError: null };
}

/** A message has its images, as data, and one text. */
function asOllamaSays(item: Item): Item {
  if (item.kind !== 'message' && item.kind !== 'tool-result') return item;
  const images = item.parts.flatMap((part): readonly Part[] =>
    part.kind === 'image' && part.source.kind === 'data'
      ? [{ ...part, source: { ...part.source, data: `iVBORw0KGgoA${part.source.data}` } }]
      : [],
  );
  const text = item.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  return { ...item, parts: [...images, { kind: 'text', text }] };
}
