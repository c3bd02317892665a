/** What an answer says to a caller, read by the vendors' documentation alone, and what it should say. */
import type { ClientProtocol } from './arbitraries/write-bodies.ts';
import type { Answer, Counts } from './arbitraries/answers.ts';
import { normalArguments, parseExact } from './exact-json.ts';

export interface SaidAnswer {
  /** Blocks in their order, a line each; empty texts are none. */
  readonly said: readonly string[];
  readonly reason: string;
  readonly counts: Counts;
  /** The opaque members, as they came. */
  readonly seals: readonly string[];
}

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
type Json = any;

const isSaid = (line: string) => !/^(?:text|refusal|thought):$/.test(line);
const nanoAiuOf = (answer: Json): number | null => answer.copilot_usage?.total_nano_aiu ?? null;

/** `text` is the whole answer as JSON. */
export function readAnswer(client: ClientProtocol, text: string): SaidAnswer {
  return readers[client](parseExact(text));
}

const readers: Readonly<Record<ClientProtocol, (answer: Json) => SaidAnswer>> = {
  'openai-chat'(answer) {
    const [choice] = answer.choices;
    const { content, refusal, tool_calls: calls, reasoning_text: thought, reasoning_opaque: seal } = choice.message;
    // A stop sequence ends the upstream's call before it says what was used: then there is nothing to tell.
    const usage = answer.usage ?? { prompt_tokens_details: {}, completion_tokens_details: {} };
    const { cached_tokens: cacheRead, cache_write_tokens: cacheWrite } = usage.prompt_tokens_details;
    return {
      said: [
        `thought:${thought ?? ''}`,
        `text:${content ?? ''}`,
        `refusal:${refusal ?? ''}`,
        ...(calls ?? []).map((call: Json) => callLine(call.id, call.function.name, call.function.arguments)),
      ].filter(isSaid),
      reason: choice.finish_reason,
      counts: {
        input: usage.prompt_tokens - cacheRead - cacheWrite,
        cacheRead,
        cacheWrite,
        output: usage.completion_tokens,
        reasoning: usage.completion_tokens_details.reasoning_tokens,
        nanoAiu: nanoAiuOf(answer),
      },
      seals: seal == null ? [] : [seal],
    };
  },
  'openai-responses'(answer) {
    // A stop sequence ends the upstream's call before it says what was used: then there is nothing to tell.
    const usage = answer.usage ?? { prompt_tokens_details: {}, completion_tokens_details: {} };
    const { cached_tokens: cacheRead, cache_write_tokens: cacheWrite } = usage.input_tokens_details;
    const items: Json[] = answer.output;
    return {
      said: items
        .flatMap((item) => {
          if (item.type === 'function_call') return [callLine(item.call_id, item.name, item.arguments)];
          if (item.type === 'reasoning') return [`thought:${item.summary.map((part: Json) => part.text).join('')}`];
          return item.content.map((part: Json) =>
            part.type === 'refusal' ? `refusal:${part.refusal}` : `text:${part.text}`,
          );
        })
        .filter(isSaid),
      reason: answer.incomplete_details?.reason ?? answer.status,
      counts: {
        input: usage.input_tokens - cacheRead - cacheWrite,
        cacheRead,
        cacheWrite,
        output: usage.output_tokens,
        reasoning: usage.output_tokens_details.reasoning_tokens,
        nanoAiu: nanoAiuOf(answer),
      },
      seals: items.flatMap((item) => (item.encrypted_content == null ? [] : [item.encrypted_content])),
    };
  },
  'anthropic-messages'(answer) {
    const { usage } = answer;
    const blocks: Json[] = answer.content;
    return {
      said: blocks
        .flatMap((block) => {
          if (block.type === 'tool_use') return [callLine(block.id, block.name, JSON.stringify(block.input))];
          if (block.type === 'thinking') return [`thought:${block.thinking}`];
          return block.type === 'text' ? [`text:${block.text}`] : [];
        })
        .filter(isSaid),
      reason: answer.stop_reason,
      counts: {
        input: usage.input_tokens,
        cacheRead: usage.cache_read_input_tokens,
        cacheWrite: usage.cache_creation_input_tokens,
        output: usage.output_tokens,
        reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
        nanoAiu: nanoAiuOf(answer),
      },
      seals: blocks.flatMap((block) =>
        block.type === 'redacted_thinking' ? [block.data] : block.signature ? [block.signature] : [],
      ),
    };
  },
  gemini(answer) {
    const [candidate] = answer.candidates;
    const parts: Json[] = candidate.content.parts;
    const { usageMetadata: usage = {} } = answer;
    return {
      said: asGeminiTells(
        parts.map(({ text, thought, functionCall: call }) => {
          if (call !== undefined) return callLine(call.id, call.name, JSON.stringify(call.args));
          return thought === true ? `thought:${text}` : `text:${text}`;
        }),
      ),
      reason: candidate.finishReason,
      counts: {
        input: usage.promptTokenCount - usage.cachedContentTokenCount,
        cacheRead: usage.cachedContentTokenCount,
        cacheWrite: 0,
        output: usage.candidatesTokenCount + usage.thoughtsTokenCount,
        reasoning: usage.thoughtsTokenCount,
        nanoAiu: nanoAiuOf(answer),
      },
      seals: parts.flatMap(({ thoughtSignature: seal }) =>
        seal === undefined ? [] : [Buffer.from(seal, 'base64').toString('latin1')],
      ),
    };
  },
  ollama(answer) {
    const { content, thinking = '', tool_calls: calls = [] } = answer.message;
    return {
      said: [
        `thought:${thinking}`,
        `text:${content}`,
        ...calls.map((call: Json) => callLine(call.id, call.function.name, JSON.stringify(call.function.arguments))),
      ].filter(isSaid),
      reason: answer.done_reason,
      counts: {
        input: answer.prompt_eval_count,
        cacheRead: 0,
        cacheWrite: 0,
        output: answer.eval_count,
        reasoning: 0,
        nanoAiu: nanoAiuOf(answer),
      },
      seals: [],
    };
  },
};

function callLine(id: string, name: string, text: string): string {
  return `call ${id} ${name} ${normalArguments(text)}`;
}

type Why = 'stop' | 'length' | 'calls' | 'refusal' | 'filter';

const reasons: Readonly<Record<ClientProtocol, Readonly<Record<Why, string>>>> = {
  'openai-chat': { stop: 'stop', length: 'length', calls: 'tool_calls', refusal: 'stop', filter: 'content_filter' },
  'openai-responses': {
    stop: 'completed',
    length: 'max_output_tokens',
    calls: 'completed',
    refusal: 'completed',
    filter: 'content_filter',
  },
  'anthropic-messages': {
    stop: 'end_turn',
    length: 'max_tokens',
    calls: 'tool_use',
    refusal: 'refusal',
    filter: 'refusal',
  },
  // What it says of a refusal is an answer like any other.
  gemini: { stop: 'STOP', length: 'MAX_TOKENS', calls: 'STOP', refusal: 'STOP', filter: 'SAFETY' },
  ollama: { stop: 'stop', length: 'length', calls: 'stop', refusal: 'stop', filter: 'stop' },
};

/** Protocols with a word of their own for what a model says in refusing. */
const knowsRefusals: ReadonlySet<ClientProtocol> = new Set(['openai-chat', 'openai-responses']);

/** What a caller should read of it, seals aside. */
export function expectedAnswer(client: ClientProtocol, answer: Answer): Omit<SaidAnswer, 'seals'> {
  const lines = answer.blocks.map((block) => {
    const text = block.pieces.join('');
    switch (block.kind) {
      case 'call':
        return callLine(block.callId, block.name, text);
      case 'reasoning':
        return `thought:${text}`;
      case 'refusal':
        return knowsRefusals.has(client) ? `refusal:${text}` : `text:${text}`;
      case 'text':
        return `text:${text}`;
    }
  });
  const { said = (told: readonly string[]) => told, counts = (told: Counts) => told } = ways[client] ?? {};
  return {
    said: said(lines).filter(isSaid),
    reason: reasons[client][whyOf(answer)],
    counts: counts(answer.counts),
  };
}

/** How a protocol tells what it has no own place for. */
const ways: Readonly<
  Partial<
    Record<
      ClientProtocol,
      { readonly said: (lines: readonly string[]) => readonly string[]; readonly counts?: (told: Counts) => Counts }
    >
  >
> = {
  'openai-chat': { said: inOneMessage },
  gemini: {
    said: asGeminiTells,
    counts: ({ input, cacheWrite, ...rest }) => ({ ...rest, input: input + cacheWrite, cacheWrite: 0 }),
  },
  ollama: {
    said: inOneMessage,
    counts: ({ input, cacheRead, cacheWrite, output, nanoAiu }) => ({
      input: input + cacheRead + cacheWrite,
      cacheRead: 0,
      cacheWrite: 0,
      output,
      reasoning: 0,
      nanoAiu,
    }),
  },
};

/** Calls are whole, so thoughts may overtake them; texts in a row are one. */
function asGeminiTells(lines: readonly string[]): readonly string[] {
  const thoughts = lines.filter((line) => line.startsWith('thought:')).map((line) => line.slice('thought:'.length));
  const told = [`thought:${thoughts.join('')}`];
  for (const line of lines.filter((each) => isSaid(each) && !each.startsWith('thought:'))) {
    if (line.startsWith('text:') && told.at(-1)?.startsWith('text:') === true)
      told.push(`${told.pop()}${line.slice('text:'.length)}`);
    else told.push(line);
  }
  return told.filter(isSaid);
}

/** A message of Chat has one member for each kind. */
function inOneMessage(lines: readonly string[]): readonly string[] {
  const joined = ['thought:', 'text:', 'refusal:'].map(
    (head) => head + lines.flatMap((line) => (line.startsWith(head) ? [line.slice(head.length)] : [])).join(''),
  );
  return [...joined, ...lines.filter((line) => line.startsWith('call '))];
}

function whyOf({ ending, blocks }: Answer): Why {
  if (ending === 'length') return 'length';
  if (ending === 'content-filter') return 'filter';
  if (blocks.some(({ kind }) => kind === 'call')) return 'calls';
  return blocks.some(({ kind, pieces }) => kind === 'refusal' && pieces.join('') !== '') ? 'refusal' : 'stop';
}
