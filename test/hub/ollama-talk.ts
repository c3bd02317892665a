/** A client of Ollama that sends its messages back as they came, over the official client. */
import { Ollama, type ChatRequest, type ChatResponse, type Message, type ToolCall } from 'ollama';
import { pixelPng, weatherSchema } from '../support/sdk-clients.ts';
import { billOf, exchangeKeeper, type Answer, type Door, type Offer, type Said, type Talk } from './talk.ts';

type OwnCall = ToolCall & { readonly id?: string };

export function openOllamaTalk({ url, key }: Door, offer: Offer): Talk {
  const keeper = exchangeKeeper();
  const client = new Ollama({ host: url, headers: { authorization: `Bearer ${key}` }, fetch: keeper.fetch });
  const messages: Message[] = offer.system === undefined ? [] : [{ role: 'system', content: offer.system }];
  const names = new Map<string, string>();

  async function ask(): Promise<Answer> {
    const body = { ...bodyOf(offer), messages };
    const lines: ChatResponse[] = [];
    if (offer.stream) for await (const line of await client.chat({ ...body, stream: true })) lines.push(line);
    else lines.push(await client.chat({ ...body, stream: false }));
    const told = lines.map(({ message }) => message);
    const content = told.map((message) => message.content).join('');
    const thinking = told.map((message) => message.thinking ?? '').join('');
    const made = told.flatMap(({ tool_calls: some }): readonly OwnCall[] => some ?? []);
    messages.push({
      role: 'assistant',
      content,
      ...(thinking !== '' && { thinking }),
      ...(made.length > 0 && { tool_calls: [...made] }),
    });
    const calls = made.map(({ id = '', function: { name, arguments: input } }) => ({ id, name, input }));
    for (const { id, name } of calls) names.set(id, name);
    const last = lines.at(-1);
    return {
      text: content,
      thinking,
      calls,
      finish: last?.done_reason ?? '',
      usage: { input: last?.prompt_eval_count ?? Number.NaN, cached: null, output: last?.eval_count ?? Number.NaN },
      costNanoAiu: last && billOf(last),
      exchange: keeper.last(),
    };
  }

  return {
    say(said) {
      messages.push({ role: 'user', ...contentOf(said) });
      return ask();
    },
    giveResults(results) {
      for (const { callId, ...said } of results)
        messages.push({ role: 'tool', tool_name: names.get(callId) ?? '', ...contentOf(said) });
      return ask();
    },
  };
}

function bodyOf({ model, tools, thinks, schema, stop, maxTokens }: Offer): ChatRequest {
  return {
    model,
    ...(tools && {
      tools: tools.map((name) => ({
        type: 'function',
        function: {
          name,
          description: 'Tells something of a city',
          parameters: { ...weatherSchema, required: [...weatherSchema.required] },
        },
      })),
    }),
    ...(thinks && { think: 'high' as const }),
    ...(schema && { format: schema }),
    options: {
      ...(stop !== undefined && { stop: [stop] }),
      ...(maxTokens !== undefined && { num_predict: maxTokens }),
    },
  };
}

function contentOf({ text, image }: Said) {
  return { content: text, ...(image === true && { images: [pixelPng] }) };
}
