/** What becomes of each member of a Chat Completions request when it is translated: the code reads it, and so does the docs page. */
import { tokens, type NumberTable } from '../checked-values.ts';
import { dropped, kept, mapped, type MemberTable } from '../member-table.ts';

/** Members of the body. */
export const requestMembers: MemberTable = {
  model: kept('Chooses the model.'),
  messages: kept('Turns in their order; system and developer turns stay in their place.'),
  tools: kept('Functions and custom tools.'),
  tool_choice: kept('All forms.'),
  parallel_tool_calls: kept('Where there are tools.'),
  functions: mapped('Tools, as older clients spell them.'),
  function_call: mapped('The tool choice, as older clients spell it.'),
  max_completion_tokens: kept('The output limit.'),
  max_tokens: mapped('The output limit, where there is no max_completion_tokens.'),
  temperature: kept('Where the model takes it.'),
  top_p: kept('Where the model takes it.'),
  top_k: kept('Where the endpoint has it.'),
  seed: kept('Where the endpoint has it.'),
  presence_penalty: kept('Where the endpoint has it.'),
  frequency_penalty: kept('Where the endpoint has it.'),
  logit_bias: kept('Where the endpoint has it.'),
  stop: kept('Looked for by the proxy where the endpoint has none.'),
  logprobs: kept('Where the endpoint has them.'),
  top_logprobs: kept('Where the endpoint has them.'),
  reasoning_effort: mapped('How much the model thinks, in words.'),
  thinking_budget: mapped('How much the model thinks, in tokens (Copilot).'),
  response_format: kept('Text, JSON, or JSON by a schema.'),
  verbosity: kept('Where the endpoint has it.'),
  prompt_cache_key: kept('The cache key.'),
  safety_identifier: mapped('Who is served.'),
  user: mapped('Who is served, where there is no safety_identifier.'),
  stream: kept('Translated answers are always streamed upstream, and folded for a caller who does not stream.'),
  stream_options: mapped('Whether usage is told. No chunk is obfuscated.'),
  n: mapped('One answer; more are refused.'),
  modalities: mapped('Text alone; sound is refused.'),
  audio: dropped('No model of a Copilot seat speaks.'),
  prediction: dropped('No other endpoint takes a predicted answer.'),
  web_search_options: {
    ...dropped('Only OpenAI searches the web for the model here; the proxy does where `webSearch.via` says how.'),
    saysMuchEmpty: true,
  },
  service_tier: dropped('The upstream has one tier.', 'auto', 'default'),
  store: dropped('Nothing is stored at the upstream.', false),
  metadata: dropped('The upstream keeps none.'),
  prompt_cache_retention: dropped('The vendor decides how long a prompt is cached.'),
  prompt_cache_options: dropped('The vendor decides how a prompt is cached.'),
  moderation: dropped('The upstream moderates in its own way.'),
  snippy: dropped('Of Copilot Chat alone.'),
  intent: dropped('Of Copilot Chat alone.', false),
};

export const requestNumbers: NumberTable = {
  n: tokens,
  max_tokens: tokens,
  max_completion_tokens: tokens,
  temperature: { min: 0, max: 2 },
  top_p: { min: 0, max: 1 },
  presence_penalty: { min: -2, max: 2 },
  frequency_penalty: { min: -2, max: 2 },
};

/** Members of messages, by role, that have a word in our form. */
export const messageMembers: Readonly<Record<string, readonly string[]>> = {
  system: ['content', 'name', 'copilot_cache_control'],
  developer: ['content', 'name', 'copilot_cache_control'],
  user: ['content', 'name', 'copilot_cache_control'],
  assistant: [
    'content',
    'name',
    'refusal',
    'annotations',
    'tool_calls',
    'function_call',
    'reasoning_text',
    'reasoning_content',
    'reasoning',
    'reasoning_opaque',
    'copilot_cache_control',
  ],
  tool: ['content', 'tool_call_id', 'name', 'copilot_cache_control'],
  function: ['content', 'name', 'copilot_cache_control'],
};

/** Members of an answer that clients send back and that tell a model nothing: left out without an edit. */
export const ignoredMembers: ReadonlySet<string> = new Set(['id', 'padding', 'cot_id', 'cot_summary']);

/** Members of a content part, by type, that have a word in our form. */
export const partMembers: Readonly<Record<string, readonly string[]>> = {
  text: ['text', 'cache_control', 'prompt_cache_breakpoint'],
  refusal: ['refusal'],
  image_url: ['image_url', 'cache_control', 'prompt_cache_breakpoint'],
  file: ['file', 'cache_control', 'prompt_cache_breakpoint'],
  input_audio: ['input_audio', 'prompt_cache_breakpoint'],
};
