/** A client of Messages that sends its turns back as they came, as Claude Code does, over the official SDK. */
import Anthropic from '@anthropic-ai/sdk';
import type {
  ImageBlockParam,
  Message,
  MessageCreateParamsNonStreaming,
  MessageParam,
  TextBlockParam,
} from '@anthropic-ai/sdk/resources/messages';
import { pixelPng, weatherSchema } from '../support/sdk-clients.ts';
import { billOf, exchangeKeeper, type Answer, type Door, type Offer, type Said, type Talk } from './talk.ts';

export function openMessagesTalk({ url, key }: Door, offer: Offer): Talk {
  const keeper = exchangeKeeper();
  const client = new Anthropic({ baseURL: url, authToken: key, apiKey: null, maxRetries: 0, fetch: keeper.fetch });
  const messages: MessageParam[] = [];

  async function ask(): Promise<Answer> {
    const body = { ...bodyOf(offer), messages: marked(messages) };
    const { message, bill } = offer.stream ? await streamed(body) : await whole(body);
    const { content, usage } = message;
    messages.push({ role: 'assistant', content });
    const read = usage.cache_read_input_tokens ?? 0;
    return {
      text: content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''),
      thinking: content.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : [])).join(''),
      calls: content.flatMap((block) => (block.type === 'tool_use' ? [block] : [])),
      finish: message.stop_reason ?? '',
      usage: {
        input: usage.input_tokens + read + (usage.cache_creation_input_tokens ?? 0),
        cached: read,
        output: usage.output_tokens,
      },
      costNanoAiu: bill,
      exchange: keeper.last(),
    };
  }

  async function whole(body: MessageCreateParamsNonStreaming) {
    const message = await client.messages.create(body);
    return { message, bill: billOf(message) };
  }

  async function streamed(body: MessageCreateParamsNonStreaming) {
    let bill: number | undefined;
    const stream = client.messages.stream(body).on('streamEvent', (event) => {
      bill = billOf(event) ?? bill;
    });
    const message: Message = await stream.finalMessage();
    return { message, bill };
  }

  return {
    say(said) {
      messages.push({ role: 'user', content: partsOf(said) });
      return ask();
    },
    giveResults(results) {
      const content = results.map(({ callId, ...said }) => ({
        type: 'tool_result' as const,
        tool_use_id: callId,
        content: partsOf(said),
      }));
      messages.push({ role: 'user', content });
      return ask();
    },
  };
}

/** The last turn with a cache breakpoint, which moves on with the conversation: without one Claude caches nothing. */
function marked(messages: readonly MessageParam[]): MessageParam[] {
  const last = messages.at(-1);
  if (last?.role !== 'user' || typeof last.content === 'string') return [...messages];
  const content = last.content.map((block, index) =>
    index === last.content.length - 1 && (block.type === 'text' || block.type === 'tool_result')
      ? { ...block, cache_control: { type: 'ephemeral' as const } }
      : block,
  );
  return [...messages.slice(0, -1), { role: 'user', content }];
}

/** The SDK's type wants a list of its own. */
const input_schema = { ...weatherSchema, required: [...weatherSchema.required] };

function bodyOf(offer: Offer): Omit<MessageCreateParamsNonStreaming, 'messages'> {
  const { model, tools, thinks, schema, stop, maxTokens, system } = offer;
  const format = schema && { type: 'json_schema' as const, schema };
  return {
    model,
    max_tokens: maxTokens ?? 4096,
    ...(system !== undefined && { system }),
    ...(tools && {
      tools: tools.map((name) => ({ name, description: 'Tells something of a city', input_schema })),
    }),
    ...(thinks && { thinking: { type: 'adaptive' as const, display: 'summarized' as const } }),
    ...(stop !== undefined && { stop_sequences: [stop] }),
    ...((thinks === true || format) && {
      output_config: { ...(thinks && { effort: 'high' as const }), ...(format && { format }) },
    }),
  };
}

function partsOf({ text, image }: Said): (TextBlockParam | ImageBlockParam)[] {
  const said: TextBlockParam = { type: 'text', text };
  if (image !== true) return [said];
  return [said, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixelPng } }];
}
