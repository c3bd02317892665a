/** The response object that the first and the last events of a stream repeat, as JSON text. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { ModelRequest, ReasoningRequest } from '../../canonical/model-request.ts';
import type { StreamEncoderOptions } from '../protocol.ts';
import { encodeText } from './encode-request.ts';
import { encodeToolChoice, encodeTools } from './encode-tools.ts';

/** What differs between the events; each as JSON text. */
export interface ResponseState {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  readonly error: string;
  readonly incompleteDetails: string;
  readonly output: string;
  readonly usage: string;
}

export const nothingYet: ResponseState = {
  status: 'in_progress',
  error: 'null',
  incompleteDetails: 'null',
  output: '[]',
  usage: 'null',
};

/** Writes the object; what stays the same is put together once. */
export function createResponseWriter(options: Omit<StreamEncoderOptions, 'write' | 'seal' | 'report'>) {
  const { model, createdAtS, nowS = () => createdAtS, mint, request } = options;
  const head = `{"id":${JSON.stringify(`resp_${mint('resp', 0)}`)},"object":"response","created_at":${createdAtS},`;
  const echo = JSON.stringify(echoOf(model, request)).slice(1);
  return ({ status, error, incompleteDetails, output, usage }: ResponseState): string =>
    `${head}"completed_at":${status === 'completed' ? nowS() : null},` +
    `"status":"${status}","error":${error},"incomplete_details":${incompleteDetails},` +
    `"output":${output},"usage":${usage},${echo}`;
}

/** The caller's own settings, with the vendor's defaults where nothing was said: SDKs want every member. */
function echoOf(model: string, request: ModelRequest): JsonObject {
  const { tools, toolChoice, sampling } = request;
  return {
    model,
    instructions: null,
    metadata: {},
    background: false,
    frequency_penalty: sampling.frequencyPenalty ?? 0,
    max_output_tokens: request.maxOutputTokens,
    max_tool_calls: null,
    parallel_tool_calls: request.parallelToolCalls ?? true,
    presence_penalty: sampling.presencePenalty ?? 0,
    previous_response_id: null,
    prompt_cache_key: request.cacheKey,
    reasoning: reasoningOf(request.reasoning),
    service_tier: 'default',
    store: false,
    temperature: sampling.temperature ?? 1,
    text: { format: { type: 'text' }, ...(encodeText(request.output)['text'] as JsonObject | undefined) },
    tool_choice: toolChoice === null ? 'auto' : encodeToolChoice(toolChoice, tools),
    tools: encodeTools(tools),
    top_logprobs: request.topLogprobs ?? 0,
    top_p: sampling.topP ?? 1,
    truncation: 'disabled',
    safety_identifier: request.user,
  };
}

function reasoningOf(reasoning: ReasoningRequest | null): JsonObject {
  return { effort: reasoning?.effort ?? null, summary: reasoning?.show === true ? 'auto' : null };
}
