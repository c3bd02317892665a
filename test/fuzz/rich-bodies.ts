/** One body for each protocol with as much in it as the vendor documents: nothing of ours writes them. */

export const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const schema = {
  type: 'object',
  properties: { city: { type: 'string', enum: ['Köln', 'Rom'] }, days: { type: ['integer', 'null'], minimum: 1 } },
  required: ['city'],
  additionalProperties: false,
};

export const chat = {
  model: 'm-chat',
  messages: [
    { role: 'system', content: 'Be short.' },
    { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
    {
      role: 'user',
      name: 'ann',
      content: [
        { type: 'text', text: 'What is this?', cache_control: { type: 'ephemeral' } },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${png}`, detail: 'low' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      reasoning_text: 'hm',
      reasoning_opaque: 'b3BhcXVl',
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Köln"}' } },
        { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '{"city":"Rom"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
    { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: 'sun' }] },
    { role: 'user', content: 'Thanks 😀' },
  ],
  tools: [{ type: 'function', function: { name: 'weather', description: 'd', parameters: schema, strict: true } }],
  tool_choice: { type: 'function', function: { name: 'weather' } },
  parallel_tool_calls: true,
  response_format: { type: 'json_schema', json_schema: { name: 'a', schema, strict: true } },
  max_completion_tokens: 50,
  temperature: 0.5,
  top_p: 0.9,
  n: 1,
  stop: ['END'],
  seed: 7,
  reasoning_effort: 'low',
  logit_bias: { 50: -1 },
  metadata: { a: 'b' },
  user: 'u',
  stream: true,
  stream_options: { include_usage: true },
};

export const responses = {
  model: 'm-responses',
  instructions: 'Be short.',
  input: [
    { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be kind.' }] },
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'What is this?' },
        { type: 'input_image', image_url: `data:image/png;base64,${png}`, detail: 'low' },
        { type: 'input_file', filename: 'a.txt', file_data: 'data:text/plain;base64,aGk=' },
      ],
    },
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'hm' }],
      encrypted_content: 'b3BhcXVl',
    },
    { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'weather', arguments: '{"city":"Köln"}' },
    { type: 'custom_tool_call', call_id: 'call_2', name: 'patch', input: '*** Begin' },
    { type: 'function_call_output', call_id: 'call_1', output: 'rain' },
    { type: 'custom_tool_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'done' }] },
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Rain.', annotations: [] }],
    },
    { role: 'user', content: 'Thanks 😀' },
  ],
  tools: [
    { type: 'function', name: 'weather', description: 'd', parameters: schema, strict: true },
    { type: 'custom', name: 'patch', format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } },
    {
      type: 'namespace',
      name: 'mcp__x',
      description: 'd',
      tools: [{ type: 'function', name: 'y', parameters: schema }],
    },
    { type: 'web_search' },
  ],
  tool_choice: 'auto',
  parallel_tool_calls: false,
  reasoning: { effort: 'low', summary: 'auto' },
  text: { format: { type: 'json_schema', name: 'a', schema, strict: true }, verbosity: 'low' },
  include: ['reasoning.encrypted_content'],
  store: false,
  max_output_tokens: 50,
  temperature: 1,
  metadata: { a: 'b' },
  prompt_cache_key: 'k',
  truncation: 'auto',
  stream: true,
};

export const messages = {
  model: 'm-messages',
  max_tokens: 2000,
  system: [{ type: 'text', text: 'Be short.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'hi' }, title: 't' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'ZGF0YQ==' },
        { type: 'text', text: 'Let me see.' },
        { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Köln', days: 2 } },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'toolu_1',
          is_error: false,
          content: [
            { type: 'text', text: 'rain' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
          ],
          cache_control: { type: 'ephemeral' },
        },
      ],
    },
    { role: 'assistant', content: 'Rain.' },
    { role: 'user', content: 'Thanks 😀' },
  ],
  tools: [
    { name: 'weather', description: 'd', input_schema: schema, cache_control: { type: 'ephemeral' } },
    { type: 'web_search_20250305', name: 'web_search', max_uses: 3 },
  ],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  thinking: { type: 'enabled', budget_tokens: 1024 },
  stop_sequences: ['END'],
  temperature: 1,
  top_k: 5,
  metadata: { user_id: 'u' },
  context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
  stream: true,
};

export const gemini = {
  systemInstruction: { parts: [{ text: 'Be short.' }] },
  contents: [
    {
      role: 'user',
      parts: [{ text: 'What is this?' }, { inlineData: { mimeType: 'image/png', data: png } }],
    },
    {
      role: 'model',
      parts: [
        { text: 'hm', thought: true, thoughtSignature: 'c2ln' },
        { functionCall: { id: 'c1', name: 'weather', args: { city: 'Köln', days: 2 } } },
      ],
    },
    { role: 'user', parts: [{ functionResponse: { id: 'c1', name: 'weather', response: { output: 'rain' } } }] },
    { role: 'user', parts: [{ text: 'Thanks 😀' }] },
  ],
  tools: [
    {
      functionDeclarations: [
        {
          name: 'weather',
          description: 'd',
          parameters: {
            type: 'OBJECT',
            properties: { city: { type: 'STRING', nullable: true }, days: { type: 'INTEGER', format: 'int32' } },
            required: ['city'],
          },
        },
      ],
    },
  ],
  toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['weather'] } },
  safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
  generationConfig: {
    temperature: 0.5,
    topP: 0.9,
    maxOutputTokens: 500,
    stopSequences: ['END'],
    candidateCount: 1,
    responseMimeType: 'application/json',
    responseSchema: { type: 'OBJECT', properties: { a: { type: 'STRING' } } },
    thinkingConfig: { includeThoughts: true, thinkingBudget: 100 },
  },
};

export const ollama = {
  model: 'm-chat',
  messages: [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: 'What is this?', images: [png] },
    {
      role: 'assistant',
      content: '',
      thinking: 'hm',
      tool_calls: [{ id: 'c1', function: { index: 0, name: 'weather', arguments: { city: 'Köln', days: 2 } } }],
    },
    { role: 'tool', tool_name: 'weather', tool_call_id: 'c1', content: 'rain' },
    { role: 'user', content: 'Thanks 😀' },
  ],
  tools: [{ type: 'function', function: { name: 'weather', description: 'd', parameters: schema } }],
  format: schema,
  options: { temperature: 0.5, num_predict: 50, num_ctx: 4096, top_p: 0.9, stop: ['END'], seed: 7 },
  think: 'low',
  keep_alive: '5m',
  stream: true,
};
