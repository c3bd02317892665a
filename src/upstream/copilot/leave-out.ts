/** What of a request may be left out because the upstream refuses it: a client's envelope, never what somebody wrote. */

/** Keys and indices from the top of the body; `*` stands for any index. */
export type Steps = readonly (string | number)[];

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/**
 * Top-level fields that stay, whatever the upstream says: what was written, which tools there are, and what a caller
 * would get something else for (a form of the answer, a limit, a forced tool). The refusal is theirs to see.
 */
const kept = words(
  `model messages system input instructions prompt tools functions stream max_tokens max_completion_tokens
  max_output_tokens stop stop_sequences response_format tool_choice function_call n logprobs top_logprobs modalities
  audio previous_response_id conversation prediction dimensions suffix`,
);

/** Names of one and the same limit. */
const limitNames = words('max_tokens max_completion_tokens max_output_tokens');

/** A limit stays what it is under the name that the upstream asks for. */
export function mayRename(name: string, wanted: string): boolean {
  return name !== wanted && limitNames.has(name) && limitNames.has(wanted);
}

/** Their `format` and `schema` say what the answer must look like. */
const keptBelow = words('format schema json_schema');

const keptOfTool = words(
  `type name description input_schema parameters function custom format tools allowed_domains blocked_domains filters
  max_uses user_location`,
);

const keptOfMessage = words('role content tool_calls tool_call_id name function_call refusal');

/** Of blocks and items only what is known to hold nobody's words. */
const looseOfBlock = words('cache_control citations caller annotations logprobs phase status prompt_cache_breakpoint');
const looseOfItem = words('id status phase annotations logprobs namespace metadata');

/** A flag says nothing that a person wrote; `is_error` tells the model how a tool fared. */
function isFlag(name: string, value: unknown): boolean {
  return name !== 'is_error' && (typeof value === 'boolean' || value === null);
}

/** Whether the value at `steps` may be left out. `value` is what stands there. */
export function mayLeaveOut(steps: Steps, value: unknown): boolean {
  const [top, , field, ...rest] = steps;
  if (steps.length === 0 || typeof top !== 'string') return false;
  // An element of a list is content; only members of objects are envelope.
  if (typeof steps.at(-1) !== 'string' || steps.at(-1) === '*') return false;
  switch (top) {
    case 'tools':
      return typeof field === 'string' && isLooseOfTool(field, rest);
    case 'system':
      return isLooseOfBlock(steps.slice(2), value);
    case 'messages':
      if (typeof field !== 'string') return false;
      return field === 'content' ? isLooseOfBlock(rest.slice(1), value) : !keptOfMessage.has(field);
    case 'input':
      if (field === 'content' || field === 'output') return isLooseOfBlock(rest.slice(1), value);
      return typeof field === 'string' && (looseOfItem.has(field) || (rest.length === 0 && isFlag(field, value)));
    default:
      return !kept.has(top) && !steps.some((step) => typeof step === 'string' && keptBelow.has(step));
  }
}

function isLooseOfTool(field: string, rest: Steps): boolean {
  const [inner] = rest;
  // Chat wraps a tool in an object of its kind.
  if (field === 'function' || field === 'custom') return typeof inner === 'string' && !keptOfTool.has(inner);
  return !keptOfTool.has(field);
}

/** `steps` begins within a block; a tool result holds more blocks. */
function isLooseOfBlock(steps: Steps, value: unknown): boolean {
  const [field, , ...rest] = steps;
  if (typeof field !== 'string') return false;
  if (field === 'content') return isLooseOfBlock(rest, value);
  return looseOfBlock.has(field) || (steps.length === 1 && isFlag(field, value));
}
