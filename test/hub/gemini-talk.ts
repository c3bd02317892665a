/** A client of Gemini over Google's SDK, which keeps its history as the SDK's chat and Gemini CLI do: every content as it came. */
import {
  GoogleGenAI,
  ThinkingLevel,
  type Content,
  type GenerateContentConfig,
  type GenerateContentResponse,
  type Part,
} from '@google/genai';
import { pixelPng, weatherSchema } from '../support/sdk-clients.ts';
import { exchangeKeeper, type Answer, type Door, type Offer, type Said, type Talk } from './talk.ts';

export function openGeminiTalk({ url, key }: Door, offer: Offer): Talk {
  const keeper = exchangeKeeper();
  let raw: Promise<string> = Promise.resolve('');
  // The SDK drops members that it has no type for, as that of the bill.
  const client = new GoogleGenAI({
    vertexai: false,
    apiKey: key,
    httpOptions: {
      baseUrl: url,
      fetch: async (input, init) => {
        const response = await keeper.fetch(input, init);
        raw = response.clone().text();
        return response;
      },
    },
  });
  const contents: Content[] = [];
  const names = new Map<string, string>();

  async function ask(): Promise<Answer> {
    const asked = { model: offer.model, contents: [...contents], config: configOf(offer) };
    const chunks: GenerateContentResponse[] = [];
    if (offer.stream) for await (const chunk of await client.models.generateContentStream(asked)) chunks.push(chunk);
    else chunks.push(await client.models.generateContent(asked));
    for (const chunk of chunks) contents.push(chunk.candidates?.[0]?.content ?? { role: 'model', parts: [] });
    const parts = chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? []);
    const textOf = (isThought: boolean) =>
      parts.flatMap(({ text, thought }) => ((thought ?? false) === isThought ? [text ?? ''] : [])).join('');
    const calls = parts.flatMap(({ functionCall: call }) =>
      call ? [{ id: call.id ?? '', name: call.name ?? '', input: call.args }] : [],
    );
    for (const { id, name } of calls) names.set(id, name);
    const last = chunks.at(-1);
    const bill = [...(await raw).matchAll(/"total_nano_aiu":(\d+)/g)].at(-1)?.[1];
    return {
      text: textOf(false),
      thinking: textOf(true),
      calls,
      finish: last?.candidates?.[0]?.finishReason ?? '',
      usage: countsOf(last),
      costNanoAiu: bill === undefined ? undefined : Number(bill),
      exchange: keeper.last(),
    };
  }

  return {
    say(said) {
      contents.push({ role: 'user', parts: partsOf(said) });
      return ask();
    },
    giveResults(results) {
      const parts = results.map(({ callId, text, image }): Part => ({
        functionResponse: {
          id: callId,
          name: names.get(callId) ?? '',
          response: { output: text },
          ...(image === true && { parts: [{ inlineData: pixel }] }),
        },
      }));
      contents.push({ role: 'user', parts });
      return ask();
    },
  };
}

/** Thoughts are counted beside the answer, and cached input within the prompt. */
function countsOf(last: GenerateContentResponse | undefined): Answer['usage'] {
  const usage = last?.usageMetadata;
  return {
    input: usage?.promptTokenCount ?? Number.NaN,
    cached: usage?.cachedContentTokenCount ?? Number.NaN,
    output: (usage?.candidatesTokenCount ?? Number.NaN) + (usage?.thoughtsTokenCount ?? 0),
  };
}

function configOf({ tools, thinks, schema, stop, maxTokens, system }: Offer): GenerateContentConfig {
  return {
    ...(system !== undefined && { systemInstruction: system }),
    ...(tools && {
      tools: [
        {
          functionDeclarations: tools.map((name) => ({
            name,
            description: 'Tells something of a city',
            parametersJsonSchema: weatherSchema,
          })),
        },
      ],
    }),
    ...(thinks && { thinkingConfig: { includeThoughts: true, thinkingLevel: ThinkingLevel.HIGH } }),
    ...(schema && { responseMimeType: 'application/json', responseJsonSchema: schema }),
    ...(stop !== undefined && { stopSequences: [stop] }),
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
  };
}

const pixel = { mimeType: 'image/png', data: pixelPng };

function partsOf({ text, image }: Said): Part[] {
  return image === true ? [{ text }, { inlineData: pixel }] : [{ text }];
}
