/** What becomes of each member of a Responses request when it is translated: the code reads it, and so does the docs page. */
import { ownEntry, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { tokens, type NumberTable } from '../checked-values.ts';
import { dropped, kept, mapped, saysNothing, type MemberTable } from '../member-table.ts';

/** Members of the body. */
export const requestMembers: MemberTable = {
  model: kept('Chooses the model.'),
  input: kept('Items in their order.'),
  instructions: mapped('Becomes a system turn before all others.'),
  tools: kept('Functions, custom tools and namespaces; hosted tools only where the model has this endpoint.'),
  tool_choice: kept('All forms but a forced hosted tool.'),
  parallel_tool_calls: kept('Where there are tools.'),
  max_output_tokens: kept('The output limit.'),
  temperature: kept('Where the model takes it.'),
  top_p: kept('Where the model takes it.'),
  presence_penalty: kept('Where the endpoint has it.'),
  frequency_penalty: kept('Where the endpoint has it.'),
  top_logprobs: mapped('Together with `include: ["message.output_text.logprobs"]`.'),
  text: mapped('Format and verbosity.'),
  reasoning: mapped('Effort, and whether a summary is shown.'),
  include: mapped('Sealed reasoning always comes; log probabilities where asked for.'),
  prompt_cache_key: kept('The cache key.'),
  safety_identifier: mapped('Who is served.'),
  user: mapped('Who is served, where there is no safety_identifier.'),
  stream: kept('Translated answers are always streamed upstream, and folded for a caller who does not stream.'),
  stream_options: mapped('No event is obfuscated.'),
  previous_response_id: mapped(
    'What was said before is put in front of the input, from the responses that are kept here.',
  ),
  conversation: mapped('Refused: conversations live at OpenAI.'),
  prompt: mapped('Refused: prompt templates live at OpenAI.'),
  store: dropped('Kept here, not at the upstream.', false),
  background: dropped('The answer comes at once.', false),
  truncation: dropped('A conversation is never cut by us.', 'disabled'),
  service_tier: dropped('The upstream has one tier.', 'auto', 'default'),
  metadata: dropped('The upstream keeps none.'),
  client_metadata: dropped('The upstream keeps none.'),
  max_tool_calls: dropped('It limits hosted tools only.'),
  context_management: dropped('The upstream of another protocol compacts nothing.'),
  prompt_cache_retention: dropped('The vendor decides how long a prompt is cached.'),
  prompt_cache_options: dropped('The vendor decides how a prompt is cached.'),
  moderation: dropped('The upstream moderates in its own way.'),
  access_programs: dropped('Of OpenAI alone.'),
  image: dropped('Of OpenAI alone.'),
};

export const requestNumbers: NumberTable = {
  max_output_tokens: tokens,
  temperature: { min: 0, max: 2 },
  top_p: { min: 0, max: 1 },
};

/** Members of items and tools that mean nothing to a model: left out without an edit. */
export const ignoredMembers: Readonly<Record<string, string>> = {
  id: 'Ids of items, also those that a client made: replayed items go up without.',
  status: 'Every replayed item is complete.',
  internal_chat_message_metadata_passthrough: 'A note that Codex writes to itself.',
};

/** Members of items, by type, that have a word in our form. */
export const itemMembers: Readonly<Record<string, readonly string[]>> = {
  message: ['role', 'content', 'phase'],
  reasoning: ['summary', 'content', 'encrypted_content'],
  function_call: ['call_id', 'name', 'namespace', 'arguments'],
  function_call_output: ['call_id', 'output'],
  custom_tool_call: ['call_id', 'name', 'namespace', 'input'],
  custom_tool_call_output: ['call_id', 'output'],
  local_shell_call: ['call_id', 'action'],
  local_shell_call_output: ['call_id', 'output'],
  additional_tools: ['role', 'tools'],
};

/** Members of tools, by type, that have a word in our form. */
export const toolMembers: Readonly<Record<string, readonly string[]>> = {
  function: ['name', 'description', 'parameters', 'strict', 'defer_loading'],
  custom: ['name', 'description', 'format'],
  namespace: ['name', 'description', 'tools'],
  local_shell: [],
};

/** Reports members of items and tools that have no word in our form: each member of each type once. */
export function createMemberCheck(table: Readonly<Record<string, readonly string[]>>, report: Report) {
  const reported = new Set<string>();
  return (value: JsonObject, type: string, path: string): void => {
    const known = ownEntry(table, type) ?? [];
    for (const member of Object.keys(value)) {
      if (member === 'type' || known.includes(member) || Object.hasOwn(ignoredMembers, member)) continue;
      const key = `${type}.${member}`;
      if (saysNothing(value[member]) || value[member] === false || reported.has(key)) continue;
      reported.add(key);
      report({ rule: 'not-carried', path: `${path}.${member}`, reason: `Only Responses has ${member} on ${type}.` });
    }
  };
}
