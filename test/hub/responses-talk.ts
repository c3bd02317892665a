/** A client of Responses that keeps the history itself, as Codex does, over the official SDK. */
import OpenAI from 'openai';
import type {
  Response as OpenAiResponse,
  ResponseCreateParamsNonStreaming,
  ResponseInput,
  ResponseInputItem,
  ResponseInputText,
  ResponseInputImage,
} from 'openai/resources/responses/responses';
import { pixelPng, weatherSchema } from '../support/sdk-clients.ts';
import { billOf, exchangeKeeper, type Answer, type Door, type Offer, type Said, type Talk } from './talk.ts';

export function openResponsesTalk({ url, key }: Door, offer: Offer): Talk {
  const keeper = exchangeKeeper();
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0, fetch: keeper.fetch });
  const input: ResponseInput = [];

  async function ask(): Promise<Answer> {
    const body = { ...bodyOf(offer), input };
    const { response, bill } = offer.stream ? await streamed(body) : await whole(body);
    if (!response.usage) throw new Error('an answer without usage');
    input.push(...(response.output as ResponseInputItem[]));
    const { input_tokens, output_tokens, input_tokens_details } = response.usage;
    return {
      text: response.output_text,
      thinking: response.output
        .flatMap((item) => (item.type === 'reasoning' ? item.summary.map((part) => part.text) : []))
        .join(''),
      calls: response.output.flatMap((item) =>
        item.type === 'function_call'
          ? [{ id: item.call_id, name: item.name, input: JSON.parse(item.arguments) as unknown }]
          : [],
      ),
      finish: response.incomplete_details?.reason ?? response.status ?? '',
      usage: { input: input_tokens, cached: input_tokens_details.cached_tokens, output: output_tokens },
      costNanoAiu: bill,
      exchange: keeper.last(),
    };
  }

  async function whole(body: ResponseCreateParamsNonStreaming) {
    const response = await client.responses.create(body);
    return { response, bill: billOf(response) };
  }

  async function streamed(body: ResponseCreateParamsNonStreaming) {
    let response: OpenAiResponse | undefined;
    let bill: number | undefined;
    const stream = client.responses.stream({ ...body, stream: true });
    for await (const event of stream) {
      if (event.type !== 'response.completed' && event.type !== 'response.incomplete') continue;
      response = event.response;
      bill = billOf(event);
    }
    if (response === undefined) throw new Error('a stream without an end');
    const folded = await stream.finalResponse();
    return { response: { ...response, output_text: folded.output_text }, bill };
  }

  return {
    say(said) {
      input.push({ type: 'message', role: 'user', content: partsOf(said) });
      return ask();
    },
    giveResults(results) {
      for (const { callId, ...said } of results) {
        const output = said.image === true ? partsOf(said) : said.text;
        input.push({ type: 'function_call_output', call_id: callId, output });
      }
      return ask();
    },
  };
}

function bodyOf(offer: Offer): Omit<ResponseCreateParamsNonStreaming, 'input'> {
  const { model, tools, thinks, schema, maxTokens, system } = offer;
  return {
    model,
    store: false,
    include: ['reasoning.encrypted_content'],
    ...(system !== undefined && { instructions: system }),
    ...(tools && {
      tools: tools.map((name) => ({
        type: 'function' as const,
        name,
        description: 'Tells something of a city',
        parameters: weatherSchema,
        strict: false,
      })),
    }),
    reasoning: thinks ? { effort: 'high', summary: 'auto' } : { effort: 'none' },
    ...(schema && { text: { format: { type: 'json_schema' as const, name: 'city', schema } } }),
    ...(maxTokens !== undefined && { max_output_tokens: maxTokens }),
  };
}

function partsOf({ text, image }: Said): (ResponseInputText | ResponseInputImage)[] {
  const said: ResponseInputText = { type: 'input_text', text };
  if (image !== true) return [said];
  return [said, { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${pixelPng}` }];
}
