/** The answer to a call that only makes a connection ready: a response that says nothing and used nothing. */

/** The events' data as JSON texts. `model` is a latin1 view, and so are they. */
export function prewarmEvents(responseId: string, model: string, createdAtS: number): readonly string[] {
  const response = { id: responseId, object: 'response', created_at: createdAtS, model, ...settings };
  const usage = {
    input_tokens: 0,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 0,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 0,
  };
  const done = { ...response, completed_at: createdAtS, status: 'completed', usage };
  return [
    { type: 'response.created', sequence_number: 0, response: { ...response, status: 'in_progress', usage: null } },
    { type: 'response.completed', sequence_number: 1, response: done },
  ].map((event) => JSON.stringify(event));
}

/** SDKs want every member; none of these was asked for. */
const settings = {
  background: false,
  completed_at: null,
  error: null,
  frequency_penalty: 0,
  incomplete_details: null,
  output: [],
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  presence_penalty: 0,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: null,
  safety_identifier: null,
  service_tier: 'default',
  store: false,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
};
