/** What each operation makes of an answer that comes in one piece. */
import { createHash } from 'node:crypto';
import { objectOf, type JsonObject } from '../canonical/json-value.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { createMessagesCollector } from '../protocols/anthropic-messages/collect-stream.ts';
import { messagesUsage } from '../protocols/anthropic-messages/usage.ts';
import { createChatCollector } from '../protocols/openai-chat/collect-stream.ts';
import { mergeCompletion } from '../protocols/openai-chat/merge-choices.ts';
import { chatUsage } from '../protocols/openai-chat/usage.ts';
import { createResponsesCollector } from '../protocols/openai-responses/collect-stream.ts';
import { responsesUsage } from '../protocols/openai-responses/usage.ts';
import type { AnswerShape } from './answer-relay.ts';
import { clientCodecs } from './codecs.ts';
import { countAnswer } from './count-answer.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import { createReturnWatch, type AnswerPlace } from './return-way.ts';
import type { ReturnWay } from './translate-request.ts';
import { createStreamTranslator } from './translate-stream.ts';
import { shapeWithToolNames } from './restore-tool-names.ts';

/** The same for the same request: a random id would break replays. */
function mint(body: Buffer, index: number): string {
  return createHash('sha256').update(body).update(`#${index}`).digest('hex').slice(0, 24);
}

/** Copilot's errors come nested and flat; whether there is an answer beside the words is for each protocol to see. */
function saysError(answer: JsonObject): boolean {
  return answer['error'] != null || typeof answer['message'] === 'string';
}

function chatShape(plan: ExchangePlan): AnswerShape {
  const mergesChoices = plan.streamRules.has('merge-choices');
  return {
    collector: () => createChatCollector((index) => `call_${mint(plan.body, index)}`),
    isError: (answer) => saysError(answer) && !Array.isArray(answer['choices']),
    usage: chatUsage,
    rewrite(answer) {
      const merged = mergesChoices ? mergeCompletion(answer) : undefined;
      return merged && JSON.stringify(merged);
    },
  };
}

const responsesShape: AnswerShape = {
  collector: createResponsesCollector,
  // A response object that says it failed is an answer of the protocol; anything else with an error is not.
  isError: (answer) => saysError(answer) && answer['object'] !== 'response' && !Array.isArray(answer['output']),
  usage: (answer) => responsesUsage(answer, undefined),
  rewrite: () => undefined,
};

const messagesShape: AnswerShape = {
  collector: createMessagesCollector,
  isError: (answer) => answer['type'] === 'error' || (saysError(answer) && answer['content'] === undefined),
  usage: (answer) => messagesUsage(answer['usage'], answer['copilot_usage'], null),
  rewrite: () => undefined,
};

/** `client` is the protocol of a caller who is told in other words than the upstream's. */
const countShape = (client: ProtocolId | undefined): AnswerShape => ({
  collector: null,
  isError: (answer) => typeof answer['input_tokens'] !== 'number',
  usage: () => null,
  rewrite: (answer) => client && JSON.stringify(countAnswer(client, Number(answer['input_tokens']))),
});

/** OpenAI's SDKs ask for base64 unless told otherwise; Copilot answers in numbers and leaves members out. */
export function embeddingsShape(modelId: string, asBase64: boolean): AnswerShape {
  return {
    collector: null,
    isError: (answer) => !Array.isArray(answer['data']),
    usage: chatUsage,
    rewrite(answer) {
      const rows: readonly unknown[] = Array.isArray(answer['data']) ? answer['data'] : [];
      if (!asBase64 && answer['object'] === 'list' && answer['model'] !== undefined && rows.every(isWhole))
        return undefined;
      const data = rows.map((row, index) => embeddingOf(objectOf(row), index, asBase64));
      return JSON.stringify({ object: 'list', model: modelId, ...answer, data });
    },
  };
}

/** A row that lacks nothing keeps its bytes: numbers would be spelled anew. */
function isWhole(row: unknown): boolean {
  const { object, index } = objectOf(row);
  return object === 'embedding' && typeof index === 'number';
}

function embeddingOf(row: JsonObject, index: number, asBase64: boolean): JsonObject {
  const { embedding } = row;
  const isNumbers = Array.isArray(embedding) && embedding.every((value) => typeof value === 'number');
  const encoded =
    asBase64 && isNumbers ? Buffer.from(Float32Array.from(embedding).buffer).toString('base64') : embedding;
  return { object: 'embedding', index, ...row, embedding: encoded };
}

/** A translated answer is a stream: it is translated as it comes, and folded by the collector of the caller's protocol. */
function translatedShape(plan: ExchangePlan, way: ReturnWay, place: AnswerPlace, maxEventBytes: number): AnswerShape {
  const watch = createReturnWatch(plan, way, place);
  return {
    collector: clientCodecs[way.client]?.createCollector ?? null,
    translator: createStreamTranslator(watch, maxEventBytes),
    isError: () => false,
    usage: () => watch.standing.usage,
    rewrite: () => undefined,
    endingMended: () => watch.standing.endingMended,
  };
}

export function answerShape(plan: ExchangePlan, place: AnswerPlace, maxEventBytes: number): AnswerShape {
  if (plan.path === '/v1/messages/count_tokens') return countShape(plan.returnWay?.client);
  if (plan.returnWay) return translatedShape(plan, plan.returnWay, place, maxEventBytes);
  return shapeWithToolNames(shapeOf(plan), plan.endpoint, plan.toolNames);
}

function shapeOf(plan: ExchangePlan): AnswerShape {
  switch (plan.endpoint) {
    case '/responses':
      return responsesShape;
    case '/v1/messages':
      return messagesShape;
    case '/chat/completions':
    case '/embeddings':
      return chatShape(plan);
  }
}
