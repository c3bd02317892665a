/** A client of Chat Completions that knows Copilot's reasoning members, over the official SDK. */
import OpenAI from 'openai';
import type {
  ChatCompletion,
  ChatCompletionContentPart,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { pixelPng, weatherSchema } from '../support/sdk-clients.ts';
import { billOf, exchangeKeeper, type Answer, type Door, type Offer, type Said, type Talk } from './talk.ts';

interface Thoughts {
  reasoning_text?: string;
  reasoning_opaque?: string;
}

export function openChatTalk({ url, key }: Door, offer: Offer): Talk {
  const keeper = exchangeKeeper();
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0, fetch: keeper.fetch });
  const messages: ChatCompletionMessageParam[] =
    offer.system === undefined ? [] : [{ role: 'system', content: offer.system }];

  async function ask(): Promise<Answer> {
    const body = { ...bodyOf(offer), messages };
    const { completion, bill } = offer.stream ? await streamed(body) : await whole(body);
    const [choice] = completion.choices;
    if (!choice) throw new Error('an answer without a choice');
    const message = choice.message as typeof choice.message & Thoughts;
    const { content, tool_calls: calls, reasoning_text, reasoning_opaque } = message;
    messages.push({
      role: 'assistant',
      content,
      ...(calls && { tool_calls: calls }),
      ...(reasoning_text && { reasoning_text }),
      ...(reasoning_opaque && { reasoning_opaque }),
    });
    return {
      text: content ?? '',
      thinking: reasoning_text ?? '',
      calls: (calls ?? []).flatMap((call) =>
        call.type === 'function'
          ? [{ id: call.id, name: call.function.name, input: JSON.parse(call.function.arguments) as unknown }]
          : [],
      ),
      finish: choice.finish_reason,
      usage: countsOf(completion),
      costNanoAiu: bill,
      exchange: keeper.last(),
    };
  }

  async function whole(body: ChatCompletionCreateParamsNonStreaming) {
    const completion = await client.chat.completions.create(body);
    return { completion, bill: billOf(completion) };
  }

  /** The SDK folds a stream by itself, but for the members that it does not know. */
  async function streamed(body: ChatCompletionCreateParamsNonStreaming) {
    const thoughts: Thoughts = {};
    let bill: number | undefined;
    const stream = client.chat.completions.stream({ ...body, stream: true, stream_options: { include_usage: true } });
    stream.on('chunk', (chunk) => {
      bill = billOf(chunk) ?? bill;
      const delta = (chunk.choices[0]?.delta ?? {}) as Thoughts;
      if (delta.reasoning_text) thoughts.reasoning_text = (thoughts.reasoning_text ?? '') + delta.reasoning_text;
      if (delta.reasoning_opaque)
        thoughts.reasoning_opaque = (thoughts.reasoning_opaque ?? '') + delta.reasoning_opaque;
    });
    const completion: ChatCompletion = await stream.finalChatCompletion();
    const [choice] = completion.choices;
    if (choice) Object.assign(choice.message, thoughts);
    return { completion, bill };
  }

  return {
    say(said) {
      messages.push({ role: 'user', content: partsOf(said) });
      return ask();
    },
    giveResults(results) {
      for (const { callId, text } of results) messages.push({ role: 'tool', tool_call_id: callId, content: text });
      return ask();
    },
  };
}

/** Chat leaves counts out where nobody knows them, as behind a stop sequence that the proxy found by itself. */
function countsOf({ usage }: ChatCompletion): Answer['usage'] {
  return {
    input: usage?.prompt_tokens ?? Number.NaN,
    cached: usage?.prompt_tokens_details?.cached_tokens ?? Number.NaN,
    output: usage?.completion_tokens ?? Number.NaN,
  };
}

function bodyOf(offer: Offer): Omit<ChatCompletionCreateParamsNonStreaming, 'messages'> {
  const { model, tools, thinks, schema, stop, maxTokens } = offer;
  return {
    model,
    ...(tools && {
      tools: tools.map((name) => ({
        type: 'function' as const,
        function: { name, description: 'Tells something of a city', parameters: weatherSchema },
      })),
    }),
    ...(thinks && { reasoning_effort: 'high' as const }),
    ...(schema && { response_format: { type: 'json_schema' as const, json_schema: { name: 'city', schema } } }),
    ...(stop !== undefined && { stop: [stop] }),
    ...(maxTokens !== undefined && { max_completion_tokens: maxTokens }),
  };
}

function partsOf({ text, image }: Said): string | ChatCompletionContentPart[] {
  if (image !== true) return text;
  return [
    { type: 'text', text },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${pixelPng}` } },
  ];
}
