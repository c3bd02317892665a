/** What of a request counts as prompt: the text that is tokenized, and constants for what is no text. */
import type { MediaSource, Part } from '../canonical/content.ts';
import type { Item } from '../canonical/conversation.ts';
import type { ModelRequest } from '../canonical/model-request.ts';
import type { Tool } from '../canonical/tool.ts';

export interface CountedRequest {
  /** All text that counts, a view like the request's own strings. */
  readonly text: string;
  /** Tokens of what has no text: images, documents, and the frames around turns, calls and tools. */
  readonly fixedTokens: number;
  /** Images, documents or audio are among them: a mere estimate, from which nothing can be learned. */
  readonly hasMedia: boolean;
}

/** Tokens of what is no text. The vendors name their image sizes; the frames are what chat templates take. */
const fixed = {
  turn: 4,
  call: 8,
  tool: 12,
  image: 1_500,
  /** OpenAI's `detail: low`. */
  smallImage: 85,
  audio: 500,
  /** A document whose size nobody knows: about a page. */
  page: 2_000,
  /** Base64 of one page of a PDF. */
  pageBase64: 64 * 1024,
  /** Base64 of sealed reasoning for one token of it. */
  sealedBytesPerToken: 6,
} as const;

export function countedRequest({ items, tools, output }: ModelRequest): CountedRequest {
  const texts: string[] = [];
  let fixedTokens = 0;
  let hasMedia = false;
  const say = (...words: readonly (string | null | undefined)[]) => {
    for (const word of words) if (word != null && word !== '') texts.push(word);
  };
  const show = (tokens: number) => {
    fixedTokens += tokens;
    hasMedia = true;
  };

  function countSource(source: MediaSource) {
    switch (source.kind) {
      case 'text':
        return say(source.text);
      case 'parts':
        return source.parts.forEach(countPart);
      case 'data':
        return show(fixed.page * Math.max(1, Math.ceil(source.data.length / fixed.pageBase64)));
      case 'url':
      case 'file':
        return show(fixed.page);
    }
  }

  function countPart(part: Part) {
    switch (part.kind) {
      case 'text':
      case 'refusal':
        return say(part.text);
      case 'image':
        return show(part.detail === 'low' ? fixed.smallImage : fixed.image);
      case 'document':
        say(part.title, part.context);
        return countSource(part.source);
      case 'audio':
        return show(fixed.audio);
      case 'foreign':
        return say(JSON.stringify(part.value));
    }
  }

  function countItem(item: Item) {
    switch (item.kind) {
      case 'message':
        fixedTokens += fixed.turn;
        say(item.name);
        return item.parts.forEach(countPart);
      case 'reasoning':
        if (item.text !== '') return say(item.text);
        fixedTokens += Math.ceil((item.sealed?.blob.length ?? 0) / fixed.sealedBytesPerToken);
        return;
      case 'tool-call':
        fixedTokens += fixed.call;
        return say(item.name, item.input);
      case 'tool-result':
        fixedTokens += fixed.call;
        return item.parts.forEach(countPart);
      case 'foreign':
        return say(JSON.stringify(item.value));
    }
  }

  items.forEach(countItem);
  for (const tool of tools) {
    fixedTokens += fixed.tool;
    say(...wordsOf(tool));
  }
  if (output.format.kind === 'json-schema') say(JSON.stringify(output.format.schema));
  return { text: texts.join('\n'), fixedTokens, hasMedia };
}

function wordsOf(tool: Tool): readonly (string | null | undefined)[] {
  switch (tool.kind) {
    case 'function':
      return [tool.name, tool.namespaceDescription, tool.description, tool.schema && JSON.stringify(tool.schema)];
    case 'custom':
      return [tool.name, tool.namespaceDescription, tool.description, tool.grammar?.definition];
    case 'local-shell':
      return [];
    case 'hosted':
      return [JSON.stringify(tool.value)];
  }
}
