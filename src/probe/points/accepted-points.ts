/** Points that one model call decides: it is served, or refused with 400. */
import type { JsonObject } from '../../canonical/json-value.ts';
import { isClaude, isOpenAi, isReasoningGpt } from '../../canonical/model.ts';
import type { Model } from '../../canonical/model.ts';
import { cheapest } from '../pick-model.ts';
import { evidenceOf, undecided } from '../probe-point.ts';
import type { ProbeCall, ProbePoint } from '../probe-point.ts';

interface AcceptedPoint extends Pick<ProbePoint, 'id' | 'section' | 'question' | 'request' | 'reference'> {
  readonly simulator: 'accepted' | 'refused';
  readonly endpoint: ProbeCall['endpoint'];
  /** What kind of model it takes, for the sentence where the seat has none. */
  readonly kind: string;
  readonly fits: (model: Model) => boolean;
  readonly body: (model: Model) => JsonObject;
  readonly hasImages?: true;
  readonly inputTokens?: number;
}

/** Reasoning models think within it, and a cut answer is as good an answer. */
const answerTokens = 64;
const ask = 'Answer with the word: yes.';
/** One transparent pixel. */
const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
/** A public picture of GitHub's own. */
const pictureUrl = 'https://github.githubassets.com/favicons/favicon.png';
const noParameters = { type: 'object', properties: {}, additionalProperties: false };

const on = (endpoint: ProbeCall['endpoint']) => (model: Model) => model.endpoints.includes(endpoint);
const onMessages = (model: Model) => isClaude(model) && on('/v1/messages')(model);

function chatBody(model: Model, more: JsonObject): JsonObject {
  const limit = isReasoningGpt(model) ? 'max_completion_tokens' : 'max_tokens';
  return { model: model.id, messages: [{ role: 'user', content: ask }], [limit]: answerTokens, ...more };
}

function messagesBody(model: Model, more: JsonObject): JsonObject {
  return { model: model.id, max_tokens: answerTokens, messages: [{ role: 'user', content: ask }], ...more };
}

function responsesBody(model: Model, more: JsonObject): JsonObject {
  return { model: model.id, input: ask, max_output_tokens: answerTokens, store: false, ...more };
}

const rows: readonly AcceptedPoint[] = [
  {
    id: 'tool-choice-required',
    section: '§10.3',
    question: 'Does /chat/completions take `tool_choice: "required"`?',
    request: 'a chat call with one tool and `tool_choice: "required"`, to a GPT model',
    reference: "VS Code's code says no, later probes say yes",
    simulator: 'accepted',
    endpoint: '/chat/completions',
    kind: 'GPT model on /chat/completions that calls tools',
    fits: (model) => on('/chat/completions')(model) && isOpenAi(model) && model.supports.toolCalls,
    body: (model) =>
      chatBody(model, {
        tools: [
          { type: 'function', function: { name: 'say_yes', description: 'Says yes.', parameters: noParameters } },
        ],
        tool_choice: 'required',
      }),
  },
  {
    id: 'url-images-on-messages',
    section: '§10.3, §6',
    question: 'Does /v1/messages take images by their address?',
    request: 'a message with one image block whose source is a URL',
    reference: 'reports of 400, though VS Code sends some',
    simulator: 'refused',
    endpoint: '/v1/messages',
    kind: 'Claude model with vision on /v1/messages',
    fits: (model) => onMessages(model) && model.supports.vision,
    hasImages: true,
    inputTokens: 2000,
    body: (model) =>
      messagesBody(model, {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image', source: { type: 'url', url: pictureUrl } },
              { type: 'text', text: ask },
            ],
          },
        ],
      }),
  },
  {
    id: 'images-in-tool-outputs',
    section: '§10.3, §5',
    question: 'May the output of a function on /responses hold an image?',
    request: 'a function call and its output, a list with one `input_image`',
    reference: 'VS Code sends a user message in its place, a probe says it works',
    simulator: 'accepted',
    endpoint: '/responses',
    kind: 'model with vision on /responses',
    fits: (model) => on('/responses')(model) && model.supports.vision,
    hasImages: true,
    inputTokens: 2000,
    body: (model) =>
      responsesBody(model, {
        input: [
          { role: 'user', content: ask },
          { type: 'function_call', call_id: 'call_probe', name: 'look', arguments: '{}' },
          {
            type: 'function_call_output',
            call_id: 'call_probe',
            output: [{ type: 'input_image', image_url: pixel, detail: 'low' }],
          },
        ],
        tools: [{ type: 'function', name: 'look', description: 'Looks.', parameters: noParameters, strict: true }],
      }),
  },
  {
    id: 'hour-long-cache',
    section: '§6',
    question: 'May a cache marker on /v1/messages ask for an hour?',
    request: 'a message with `cache_control: {type: "ephemeral", ttl: "1h"}`',
    reference: 'taken by newer models, mixed elsewhere',
    simulator: 'accepted',
    endpoint: '/v1/messages',
    kind: 'Claude model on /v1/messages',
    fits: onMessages,
    body: (model) =>
      messagesBody(model, {
        system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      }),
  },
  {
    id: 'unlisted-endpoint',
    section: '§11.3',
    question: 'Is a model refused on /chat/completions where its row does not list it?',
    request: 'a chat call to a model that lists /responses alone',
    reference: 'refused: 400 `unsupported_api_for_model`',
    simulator: 'refused',
    endpoint: '/chat/completions',
    kind: 'model that lists /responses and not /chat/completions',
    fits: (model) => on('/responses')(model) && !on('/chat/completions')(model),
    body: (model) => chatBody(model, {}),
  },
  {
    id: 'context-tier-on-messages',
    section: '§11.4',
    question: 'Does /v1/messages take the field `contextTier`?',
    request: 'a message with `contextTier: "default"`',
    reference: 'rejected',
    simulator: 'refused',
    endpoint: '/v1/messages',
    kind: 'Claude model on /v1/messages',
    fits: onMessages,
    body: (model) => messagesBody(model, { contextTier: 'default' }),
  },
  {
    id: 'context-tier-on-responses',
    section: '§11.4',
    question: 'Does /responses take the field `contextTier`?',
    request: 'a call with `contextTier: "default"`',
    reference: 'taken, by one report',
    simulator: 'accepted',
    endpoint: '/responses',
    kind: 'model on /responses',
    fits: on('/responses'),
    body: (model) => responsesBody(model, { contextTier: 'default' }),
  },
];

export const acceptedPoints: readonly ProbePoint[] = rows.map(
  ({ endpoint, kind, fits, body, hasImages = false, inputTokens = 200, ...known }) => ({
    ...known,
    plan(models) {
      const model = cheapest(models, fits);
      if (model === undefined) return `the seat has no ${kind}`;
      return [{ endpoint, model, body: body(model), hasImages, inputTokens, outputTokens: answerTokens }];
    },
    async observe(world, [call]) {
      if (call === undefined) return undecided('nothing was planned');
      const answer = await world.call(call);
      const evidence = [evidenceOf(`POST ${endpoint}`, answer)];
      if (answer.error === null) return { seen: 'accepted', evidence };
      // Any other status speaks of the seat or of the moment, not of what was asked.
      if (answer.error.upstreamStatus === 400) return { seen: 'refused', evidence };
      return undecided('the call failed for another reason', evidence);
    },
  }),
);
