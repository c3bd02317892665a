/** What becomes of each member of a request to Ollama: the code reads it, and so does the docs page. */
import { tokens, type NumberTable } from '../checked-values.ts';
import { dropped, kept, mapped, type MemberTable } from '../member-table.ts';

const shared = {
  model: kept('Chooses the model; `:latest` behind its name says nothing.'),
  stream: kept('True where it is left out. The upstream is always streamed, and folded where it is `false`.'),
  think: mapped(
    'How much the model thinks: `true`, `false`, or a word such as `high`. Left out, the model has its own way; what it shows of its thoughts is shown unless this is `false`.',
  ),
  format: mapped(
    'A JSON schema that the answer follows. `json` is asked for in words as well, since Claude has no such mode.',
  ),
  options: mapped('See the table of options.'),
  keep_alive: mapped(
    'Nothing is loaded here. Without a prompt it says which answer is given: `load`, or `unload` for 0.',
  ),
  logprobs: kept('Where the endpoint has them.'),
  top_logprobs: kept('Where the endpoint has them.'),
  truncate: dropped('No prompt is cut here: one that is too long is refused.', true, false),
  shift: dropped('No prompt is cut here: an answer ends where the window is full.', true, false),
  _debug_render_only: mapped('Refused where true: there is no template to show.'),
} as const satisfies MemberTable;

/** Members of `/api/chat`. */
export const chatMembers: MemberTable = {
  ...shared,
  messages: kept('Turns in their order; system turns stay in their place.'),
  tools: kept('Functions.'),
};

/** Members of `/api/generate`. */
export const generateMembers: MemberTable = {
  ...shared,
  prompt: mapped('A user turn.'),
  system: mapped('A system turn before it.'),
  images: mapped('Images of the user turn.'),
  suffix: mapped('Refused: no model of a seat fills in the middle here.'),
  raw: mapped("The prompt goes up as it is either way: templates are the vendor's own."),
  template: dropped("Templates are the vendor's own.", ''),
  context: dropped('Tokens of another model mean nothing here: earlier turns are for /api/chat.'),
  width: dropped('No model of a seat draws.', 0),
  height: dropped('No model of a seat draws.', 0),
  steps: dropped('No model of a seat draws.', 0),
};

const ofTheMachine = dropped('Of the machine that runs a model: nothing to set here.');
const ofTheSampler = dropped('No endpoint of the upstream has such a sampler.');

/** Members of `options`. */
export const optionMembers: MemberTable = {
  temperature: kept('Where the model takes it.'),
  top_p: kept('Where the model takes it.'),
  top_k: kept('Where the endpoint has it; 0 is none.'),
  seed: kept('Where the endpoint has it; a negative one is none.'),
  stop: kept('One or several; looked for by the proxy where the endpoint has none.'),
  num_predict: mapped("The output limit; 0, -1 and -2 leave it to the model's own."),
  presence_penalty: kept('Where the endpoint has it; 0 is none.'),
  frequency_penalty: kept('Where the endpoint has it; 0 is none.'),
  num_ctx: dropped("The window is the model's own."),
  num_keep: dropped('No prompt is cut here.'),
  repeat_penalty: dropped('No endpoint of the upstream has one.', 1),
  repeat_last_n: dropped('No endpoint of the upstream has a repeat penalty.'),
  penalize_newline: dropped('No endpoint of the upstream has a repeat penalty.'),
  min_p: { ...ofTheSampler, harmless: [0] },
  typical_p: { ...ofTheSampler, harmless: [1] },
  tfs_z: { ...ofTheSampler, harmless: [1] },
  mirostat: { ...ofTheSampler, harmless: [0] },
  mirostat_tau: ofTheSampler,
  mirostat_eta: ofTheSampler,
  numa: ofTheMachine,
  num_batch: ofTheMachine,
  num_gpu: ofTheMachine,
  main_gpu: ofTheMachine,
  low_vram: ofTheMachine,
  f16_kv: ofTheMachine,
  logits_all: ofTheMachine,
  vocab_only: ofTheMachine,
  use_mmap: ofTheMachine,
  use_mlock: ofTheMachine,
  embedding_only: ofTheMachine,
  num_thread: ofTheMachine,
};

/** Of `options`, under the names that a refusal says. */
export const optionNumbers: NumberTable = {
  'options.temperature': { min: 0, max: 2 },
  'options.top_p': { min: 0, max: 1 },
  'options.top_k': { min: 0, max: Infinity, isWhole: true },
  'options.num_predict': { min: -2, max: Infinity, isWhole: true },
  'options.presence_penalty': { min: -2, max: 2 },
  'options.frequency_penalty': { min: -2, max: 2 },
};

export const requestNumbers: NumberTable = {
  top_logprobs: { min: 0, max: 20, isWhole: true },
};

/** Members of `/api/embed` and `/api/embeddings`. */
export const embeddingMembers: MemberTable = {
  model: shared.model,
  input: kept('A text or several (`/api/embed`); an empty one among several is refused.'),
  prompt: kept('A text (`/api/embeddings`).'),
  dimensions: kept('Where the model takes it (`/api/embed`).'),
  keep_alive: mapped('Nothing is loaded here.'),
  options: dropped('Of the machine that runs a model: nothing to set here.'),
  truncate: dropped('No text is cut here: one that is too long is refused.', true, false),
};

export const embeddingNumbers: NumberTable = { dimensions: tokens };

/** Members of messages, by role, that have a word in our form. */
export const messageMembers: Readonly<Record<string, readonly string[]>> = {
  system: ['content'],
  developer: ['content'],
  user: ['content', 'images'],
  assistant: ['content', 'thinking', 'tool_calls'],
  tool: ['content', 'images', 'tool_name', 'tool_call_id', 'name'],
};
