/** The seat's models as Codex lists them: the answer to `?client_version=`, which also works as a `model_catalog_json`. */
import { advertisedLimits } from '../canonical/advertised-limits.ts';
import type { ListedModel } from './models-list.ts';
import { titleOf } from './models-list.ts';

/** What Codex tells a model of itself where it has nothing of its own for that name. */
const instructions = [
  'You are a coding agent that works in the terminal and the files of the person you talk to, through the tools you are given.',
  'Look before you change something, keep changes small and in the style of what is there, and check that they work.',
  'Go on until what was asked is done; ask only where a decision is not yours. Then say briefly what you did and what is open.',
].join(' ');

/** Levels with words for them; older versions of Codex refuse a whole list over one that they do not know. */
const levels: Readonly<Record<string, string>> = {
  none: 'Answers at once',
  minimal: 'Hardly any reasoning',
  low: 'Fast answers with lighter reasoning',
  medium: 'Speed and depth in balance',
  high: 'Deeper reasoning for hard problems',
  xhigh: 'Still deeper reasoning',
  max: 'The deepest reasoning',
};

/** Models that cannot be called by Responses are left out: Codex speaks nothing else. */
export function codexCatalogue(listed: readonly ListedModel[]) {
  const models = listed.filter(({ model }) => model.endpoints.includes('/responses') && model.kind === 'chat');
  return { models: models.map(codexModel) };
}

function codexModel({ id, model, tier }: ListedModel, position: number) {
  const { supports } = model;
  const { contextTokens, promptTokens } = advertisedLimits(model, tier);
  // Codex compacts by the window, and what counts against the price is the prompt.
  const window = promptTokens ?? contextTokens ?? null;
  const efforts = supports.reasoningEfforts.filter((effort) => Object.hasOwn(levels, effort));
  return {
    slug: id,
    display_name: model.name,
    description: titleOf(model),
    default_reasoning_level: efforts.includes('medium') ? 'medium' : (efforts[0] ?? null),
    supported_reasoning_levels: efforts.map((effort) => ({ effort, description: levels[effort] })),
    shell_type: 'shell_command',
    visibility: 'list',
    supported_in_api: true,
    priority: position + 1,
    availability_nux: null,
    upgrade: null,
    base_instructions: instructions,
    supports_reasoning_summaries: efforts.length > 0,
    support_verbosity: false,
    default_verbosity: null,
    apply_patch_tool_type: 'freeform',
    truncation_policy: { mode: 'tokens', limit: 10_000 },
    supports_parallel_tool_calls: supports.parallelToolCalls === true,
    context_window: window,
    max_context_window: window,
    auto_compact_token_limit: null,
    experimental_supported_tools: [],
    input_modalities: supports.vision ? ['text', 'image'] : ['text'],
  };
}
