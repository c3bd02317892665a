/** What `/v1/messages` knows by name: fields, blocks and betas, from Anthropic's published types and reference §6. */
import { wordsOf } from './body-rule.ts';
import type { PlainFields } from './plain-fields.ts';

/** By prefix; the two of computer use only whole. Everything else in `anthropic-beta` is refused. */
export const allowedBetas =
  /^(?:interleaved-thinking-|context-management-|advanced-tool-use-|computer-use-2025-01-24$|computer-use-2025-11-24$)/;

export const topLevelFields = wordsOf(
  'model messages system stream tools tool_choice max_tokens top_p top_k temperature thinking output_config',
  'context_management stop_sequences metadata service_tier speed cache_control output_format container',
  'diagnostics inference_geo user_profile_id workspace_id',
);

export const plainFields: PlainFields = {
  stream: { type: 'boolean' },
  tools: { type: 'array' },
  tool_choice: { type: 'object' },
  temperature: { type: 'number', least: 0 },
  top_p: { type: 'number', least: 0 },
  top_k: { type: 'integer', least: 0 },
  stop_sequences: { type: 'array' },
  metadata: { type: 'object' },
  context_management: { type: 'object' },
  'context_management.edits': { type: 'array' },
};

/** What those two objects may have. */
export const nestedFields: Readonly<Record<string, ReadonlySet<string>>> = {
  metadata: wordsOf('user_id'),
  context_management: wordsOf('edits'),
};

export const messageFields = wordsOf('role content');
export const outputConfigFields = wordsOf('effort format');
export const thinkingFields = wordsOf('type budget_tokens display');
export const markerFields = wordsOf('type ttl');

/** Of the fields of a tool, some need a beta; `eager_input_streaming` is refused in any case. */
export const toolFields = wordsOf('type name description input_schema cache_control strict');
export const advancedToolFields = wordsOf('defer_loading input_examples allowed_callers');

const hostedResult = wordsOf('type tool_use_id content cache_control caller');

/** The fields of each block that may stand in a message. */
export const blockFields: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['text', wordsOf('type text cache_control citations')],
  ['image', wordsOf('type source cache_control transformations')],
  ['document', wordsOf('type source cache_control citations context title')],
  ['search_result', wordsOf('type source title content cache_control citations')],
  ['thinking', wordsOf('type thinking signature')],
  ['redacted_thinking', wordsOf('type data')],
  ['tool_use', wordsOf('type id name input cache_control caller toolset_name')],
  ['tool_result', wordsOf('type tool_use_id content is_error cache_control toolset_name')],
  ['server_tool_use', wordsOf('type id name input cache_control caller')],
  ['web_search_tool_result', hostedResult],
  ['web_fetch_tool_result', hostedResult],
  ['code_execution_tool_result', hostedResult],
  ['bash_code_execution_tool_result', hostedResult],
  ['text_editor_code_execution_tool_result', hostedResult],
  ['tool_search_tool_result', hostedResult],
  ['container_upload', wordsOf('type file_id cache_control')],
]);

/** What a result of a tool may hold; `tool_reference` only with the beta for advanced tools. */
export const resultBlocks = wordsOf('text image document search_result');
export const referenceFields = wordsOf('type tool_name cache_control');

export const contextEdits = wordsOf('clear_thinking_20251015 clear_tool_uses_20250919');
