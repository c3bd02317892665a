/** What `/responses` knows by name: parameters, items, parts and tools, from OpenAI's published types and reference §5. */
import { wordsOf } from './body-rule.ts';
import type { PlainFields } from './plain-fields.ts';

/** `client_metadata` is Codex's own, `initiator`, `intent`, `snippy` and `contextTier` are Copilot's. */
export const knownParameters = wordsOf(
  'model input instructions stream stream_options tools tool_choice parallel_tool_calls max_tool_calls',
  'max_output_tokens temperature top_p top_logprobs store service_tier background previous_response_id conversation',
  'prompt prompt_cache_key reasoning include text truncation context_management metadata user moderation',
  'access_programs client_metadata initiator intent snippy contextTier image',
);

/** OpenAI's own, refused here whatever their value. */
export const refusedParameters = ['prompt_cache_retention', 'prompt_cache_options', 'safety_identifier'] as const;

export const plainParameters: PlainFields = {
  stream: { type: 'boolean' },
  instructions: { type: 'string' },
  tools: { type: 'array' },
  parallel_tool_calls: { type: 'boolean' },
  max_tool_calls: { type: 'integer', least: 1 },
  temperature: { type: 'number', least: 0, most: 2 },
  top_p: { type: 'number', least: 0, most: 1 },
  top_logprobs: { type: 'integer', least: 0, most: 20 },
  metadata: { type: 'object' },
  prompt_cache_key: { type: 'string', longest: 64 },
  truncation: { words: ['auto', 'disabled'] },
  reasoning: { type: 'object' },
  'reasoning.summary': { words: ['auto', 'concise', 'detailed', 'none'] },
  text: { type: 'object' },
  'text.verbosity': { words: ['low', 'medium', 'high'] },
  'text.format.type': { words: ['text', 'json_object', 'json_schema'] },
  include: { type: 'array' },
  'include[]': {
    words: [
      'file_search_call.results',
      'web_search_call.results',
      'web_search_call.action.sources',
      'message.input_image.image_url',
      'computer_call_output.output.image_url',
      'code_interpreter_call.outputs',
      'reasoning.encrypted_content',
      'message.output_text.logprobs',
    ],
  },
};

export const textFields = wordsOf('format verbosity');

/** Of each kind of item: what it may have besides `type` and `id`, and what it must have. */
export interface ItemShape {
  readonly known: ReadonlySet<string>;
  readonly required: readonly string[];
}

const shape = (required: string, optional = ''): ItemShape => ({
  known: wordsOf('type id status created_by caller async', required, optional),
  required: required.split(' ').filter(Boolean),
});

export const itemShapes: ReadonlyMap<string, ItemShape> = new Map([
  ['message', shape('role content', 'phase')],
  ['reasoning', shape('summary', 'encrypted_content content')],
  ['compaction', shape('encrypted_content')],
  ['compaction_trigger', shape('')],
  ['function_call', shape('call_id name arguments', 'namespace')],
  ['function_call_output', shape('call_id output', 'namespace name')],
  ['custom_tool_call', shape('call_id name input', 'namespace')],
  ['custom_tool_call_output', shape('call_id output', 'namespace name')],
  ['local_shell_call', shape('call_id action')],
  ['local_shell_call_output', shape('output', 'call_id')],
  ['shell_call', shape('call_id action', 'environment max_output_length')],
  ['shell_call_output', shape('call_id output', 'max_output_length')],
  ['apply_patch_call', shape('call_id operation')],
  ['apply_patch_call_output', shape('call_id', 'output')],
  ['tool_search_call', shape('arguments', 'call_id execution')],
  ['tool_search_output', shape('tools', 'call_id execution')],
  ['web_search_call', shape('', 'action')],
  ['additional_tools', shape('tools', 'role')],
  ['item_reference', shape('')],
]);

/** What a message of each role may hold. */
export const messageParts: Readonly<Record<string, readonly string[]>> = {
  user: ['input_text', 'input_image', 'input_file'],
  system: ['input_text', 'input_image', 'input_file'],
  developer: ['input_text', 'input_image', 'input_file'],
  assistant: ['output_text', 'refusal'],
};

export const toolTypes = wordsOf(
  'function custom namespace web_search web_search_preview tool_search local_shell shell apply_patch',
);
