/** What becomes of each member of a Messages request when it is translated: the code reads it, and so does the docs page. */
import { tokens, type NumberTable } from '../checked-values.ts';
import { dropped, kept, mapped, type MemberTable } from '../member-table.ts';

/** Members of the body. */
export const requestMembers: MemberTable = {
  model: kept('Chooses the model.'),
  messages: kept('Turns, block by block; system turns stay in their place.'),
  system: kept('A system turn before all others, less the changing line with which Claude Code is billed.'),
  tools: kept('Tools with a schema; those that Anthropic runs or knows by heart stay behind.'),
  tool_choice: kept('With disable_parallel_tool_use.'),
  max_tokens: kept('The output limit.'),
  temperature: kept('Where the model takes it.'),
  top_p: kept('Where the model takes it.'),
  top_k: kept('Where the endpoint has it.'),
  stop_sequences: kept('Looked for by the proxy where the endpoint has none.'),
  thinking: mapped('Budget, adaptive or off, and whether its text is shown.'),
  output_config: mapped('Effort and format.'),
  output_format: mapped('The format, as older clients spell it.'),
  metadata: mapped('user_id: who is served.'),
  stream: kept('Translated answers are always streamed upstream, and folded for a caller who does not stream.'),
  cache_control: dropped('Only Messages has one marker for the request as a whole.'),
  context_management: dropped('The upstream of another protocol clears and compacts nothing.'),
  mcp_servers: dropped('Only Anthropic calls servers for the model.'),
  container: dropped('Containers live at Anthropic.'),
  inference_geo: dropped('The upstream decides where it runs.'),
  service_tier: dropped('The upstream has one tier.', 'auto', 'standard_only'),
  speed: dropped('The upstream has one speed.', 'standard'),
};

export const requestNumbers: NumberTable = {
  max_tokens: { ...tokens, isRequired: true },
  temperature: { min: 0, max: 1 },
  top_p: { min: 0, max: 1 },
  top_k: { min: 0, max: Infinity, isWhole: true },
};

/** Members of members of the body that have a word in our form. */
export const innerMembers: Readonly<Record<string, readonly string[]>> = {
  thinking: ['type', 'budget_tokens', 'display'],
  output_config: ['effort', 'format'],
  metadata: ['user_id'],
  tool_choice: ['type', 'name', 'disable_parallel_tool_use'],
};

/** Members of blocks, by type, that have a word in our form. */
export const blockMembers: Readonly<Record<string, readonly string[]>> = {
  text: ['text', 'citations', 'cache_control'],
  image: ['source', 'cache_control'],
  document: ['source', 'title', 'context', 'citations', 'cache_control'],
  search_result: ['source', 'title', 'content', 'citations', 'cache_control'],
  tool_use: ['id', 'name', 'input', 'cache_control', 'caller'],
  tool_result: ['tool_use_id', 'content', 'is_error', 'cache_control'],
  thinking: ['thinking', 'signature'],
  redacted_thinking: ['data'],
  tool_reference: ['tool_name'],
};

/** Members of a tool that have a word in our form, or that only say how its input is streamed. */
export const toolMembers: ReadonlySet<string> = new Set([
  'type',
  'name',
  'description',
  'input_schema',
  'strict',
  'defer_loading',
  'cache_control',
  'eager_input_streaming',
  'allowed_callers',
]);
