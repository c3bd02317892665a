/** What `/responses` knows by name: parameters, items, parts and tools, from OpenAI's published types and reference §5. */
import { wordsOf } from './body-rule.ts';

/** `client_metadata` is Codex's own, `initiator`, `intent`, `snippy` and `contextTier` are Copilot's. */
export const knownParameters = wordsOf(
  'model input instructions stream stream_options tools tool_choice parallel_tool_calls max_tool_calls',
  'max_output_tokens temperature top_p top_logprobs store service_tier background previous_response_id conversation',
  'prompt prompt_cache_key reasoning include text truncation context_management metadata user moderation',
  'access_programs client_metadata initiator intent snippy contextTier image',
);

/** OpenAI's own, refused here whatever their value. */
export const refusedParameters = ['prompt_cache_retention', 'prompt_cache_options', 'safety_identifier'] as const;

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
