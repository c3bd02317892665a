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
  return [
    { type: 'response.created', sequence_number: 0, response: { ...response, status: 'in_progress', usage: null } },
    { type: 'response.completed', sequence_number: 1, response: { ...response, status: 'completed', usage } },
  ].map((event) => JSON.stringify(event));
}

/** SDKs want every member; none of these was asked for. */
const settings = {
  error: null,
  incomplete_details: null,
  output: [],
  instructions: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  store: false,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
};
