/** The seat's models as Ollama's clients list and ask for them. */
import { createHash } from 'node:crypto';
import { advertisedLimits } from '../canonical/advertised-limits.ts';
import type { Model } from '../canonical/model.ts';
import { titleOf, type ListedModel } from './models-list.ts';

/**
 * The release whose calls are answered here. Clients ask before they use something: VS Code wants 0.6.4, thoughts came with
 * 0.9, Codex wants 0.13.4 to speak Responses, others 0.14.2 to speak Messages. Newer ones would promise what nobody has here.
 */
export const ollamaVersion = '0.15.0';

/** The catalogue dates nothing. */
const unknownDate = '1970-01-01T00:00:00Z';

/**
 * Under the ids of every other list, without `:latest`: Codex compares with what its user typed, and a name with the tag
 * resolves all the same.
 */
export function ollamaTags(listed: readonly ListedModel[]) {
  return { models: listed.map(ollamaTag) };
}

function ollamaTag({ id, model }: ListedModel) {
  return {
    name: id,
    model: id,
    modified_at: unknownDate,
    size: 0,
    digest: createHash('sha256').update(id).digest('hex'),
    details: detailsOf(model),
  };
}

/** The window is that of the price tier that may be reached, in the two places where clients look for it. */
export function ollamaShow({ id, model, tier }: ListedModel) {
  const { contextTokens, promptTokens } = advertisedLimits(model, tier);
  const window = contextTokens ?? promptTokens;
  const architecture = architectureOf(model);
  return {
    modelfile: `# ${titleOf(model)}\nFROM ${id}\n`,
    parameters: window === undefined ? '' : `num_ctx                        ${window}`,
    template: '{{ .Prompt }}',
    details: detailsOf(model),
    model_info: {
      'general.architecture': architecture,
      'general.basename': model.id,
      ...(window === undefined ? {} : { [`${architecture}.context_length`]: window }),
    },
    capabilities: capabilitiesOf(model),
    modified_at: unknownDate,
  };
}

/** Nothing is ever in this machine's memory. */
export function ollamaPs() {
  return { models: [] };
}

/** How it was quantized, and how large it is, nobody says. */
function detailsOf(model: Model) {
  const family = architectureOf(model);
  return {
    parent_model: '',
    format: '',
    family,
    families: [family],
    parameter_size: '',
    quantization_level: '',
  };
}

/** Clients put it before `.context_length`, so it is one word. */
function architectureOf({ vendor }: Model): string {
  return vendor.toLowerCase().replaceAll(/[^a-z0-9]/g, '') || 'copilot';
}

/** Where the catalogue says nothing of a model, nothing is held back from it. */
function capabilitiesOf({ kind, supports }: Model): readonly string[] {
  if (kind === 'embeddings') return ['embedding'];
  const can: readonly (readonly [capability: string, does: boolean])[] = [
    ['completion', true],
    ['tools', supports.toolCalls || supports.unstated === true],
    ['vision', supports.vision],
    ['thinking', supports.reasoning],
  ];
  return can.filter(([, does]) => does).map(([capability]) => capability);
}
