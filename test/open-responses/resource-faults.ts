/** What the Open Responses specification (2026-04-24) says every object and event must hold, as checks that name what is missing. */

// oxlint-disable-next-line typescript/no-explicit-any -- foreign JSON, looked at by tests only
export type Json = any;

/** Whether a value is of the kind; the name of the kind is in the fault. */
type Kind = (value: Json) => boolean;

const text: Kind = (value) => typeof value === 'string';
const whole: Kind = (value) => Number.isInteger(value);
const amount: Kind = (value) => typeof value === 'number';
const flag: Kind = (value) => typeof value === 'boolean';
const list: Kind = (value) => Array.isArray(value);
const object: Kind = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const nullOr =
  (kind: Kind): Kind =>
  (value) =>
    value === null || kind(value);
/** The member may be away, but not null. */
const maybe =
  (kind: Kind): Kind =>
  (value) =>
    value === undefined || kind(value);
const one =
  (...values: readonly unknown[]): Kind =>
  (value) =>
    values.includes(value);

type Form = Readonly<Record<string, Kind>>;

const resource: Form = {
  id: text,
  object: one('response'),
  created_at: whole,
  completed_at: nullOr(whole),
  status: one('in_progress', 'completed', 'incomplete', 'failed'),
  incomplete_details: nullOr(object),
  model: text,
  previous_response_id: nullOr(text),
  instructions: nullOr(text),
  output: list,
  error: nullOr(object),
  tools: list,
  tool_choice: (value) => text(value) || object(value),
  truncation: one('auto', 'disabled'),
  parallel_tool_calls: flag,
  text: object,
  top_p: amount,
  presence_penalty: amount,
  frequency_penalty: amount,
  top_logprobs: whole,
  temperature: amount,
  reasoning: nullOr(object),
  usage: nullOr(object),
  max_output_tokens: nullOr(whole),
  max_tool_calls: nullOr(whole),
  store: flag,
  background: flag,
  service_tier: text,
  metadata: object,
  safety_identifier: nullOr(text),
  prompt_cache_key: nullOr(text),
};

const usage: Form = {
  input_tokens: whole,
  output_tokens: whole,
  total_tokens: whole,
  input_tokens_details: (value) => object(value) && whole(value.cached_tokens),
  output_tokens_details: (value) => object(value) && whole(value.reasoning_tokens),
};

const compaction: Form = {
  id: text,
  object: one('response.compaction'),
  output: list,
  created_at: whole,
  usage: object,
};

const statuses = one('in_progress', 'completed', 'incomplete');
const itemForms: Readonly<Record<string, Form>> = {
  message: {
    id: text,
    status: statuses,
    role: one('user', 'assistant', 'system', 'developer'),
    content: list,
    phase: maybe(one('commentary', 'final_answer')),
  },
  function_call: { id: text, call_id: text, name: text, arguments: text, status: statuses },
  reasoning: { id: text, summary: list, encrypted_content: maybe(text) },
  compaction: { id: text, encrypted_content: text },
};

const partForms: Readonly<Record<string, Form>> = {
  input_text: { text },
  output_text: { text, annotations: list, logprobs: maybe(list) },
  refusal: { refusal: text },
  summary_text: { text },
};

const tool: Form = {
  type: one('function'),
  name: text,
  description: nullOr(text),
  parameters: nullOr(object),
  strict: nullOr(flag),
};

const place: Form = { item_id: text, output_index: whole };
const spot: Form = { ...place, content_index: whole };
const summary: Form = { ...place, summary_index: whole };
const eventForms: Readonly<Record<string, Form>> = {
  'response.created': { response: object },
  'response.in_progress': { response: object },
  'response.completed': { response: object },
  'response.incomplete': { response: object },
  'response.failed': { response: object },
  'response.output_item.added': { output_index: whole, item: object },
  'response.output_item.done': { output_index: whole, item: object },
  'response.content_part.added': { ...spot, part: object },
  'response.content_part.done': { ...spot, part: object },
  'response.output_text.delta': { ...spot, delta: text, logprobs: list },
  'response.output_text.done': { ...spot, text, logprobs: list },
  'response.function_call_arguments.delta': { ...place, delta: text },
  'response.function_call_arguments.done': { ...place, arguments: text },
  'response.reasoning_summary_part.added': { ...summary, part: object },
  'response.reasoning_summary_part.done': { ...summary, part: object },
  'response.reasoning_summary_text.delta': { ...summary, delta: text },
  'response.reasoning_summary_text.done': { ...summary, text },
};

function faults(form: Form | undefined, value: Json, path: string): string[] {
  if (form === undefined) return [`${path}: the specification has no type ${String(value?.type)}`];
  return Object.entries(form).flatMap(([member, kind]) =>
    kind(value?.[member]) ? [] : [`${path}.${member}: ${JSON.stringify(value?.[member])}`],
  );
}

function itemFaults(item: Json, path: string): string[] {
  const parts: Json[] = [...(item.content ?? []), ...(item.summary ?? [])];
  return [
    ...faults(itemForms[item.type], item, path),
    ...parts.flatMap((part) => faults(partForms[part.type], part, `${path}.${part.type}`)),
  ];
}

const outputFaults = ({ output }: Json) =>
  (output ?? []).flatMap((item: Json, index: number) => itemFaults(item, `output[${index}]`)) as string[];

/** A response, finished or not. */
export function responseFaults(response: Json): string[] {
  const { tools = [], usage: used } = response as { tools?: Json[]; usage: Json };
  return [
    ...faults(resource, response, 'response'),
    ...outputFaults(response),
    ...tools.flatMap((one_: Json) => faults(tool, one_, 'tool')),
    ...(used === null || used === undefined ? [] : faults(usage, used, 'usage')),
    ...(response.status === 'completed' && !whole(response.completed_at) ? ['completed, and not said when'] : []),
  ];
}

/** What `POST /v1/responses/compact` answers. */
export function compactionFaults(answer: Json): string[] {
  return [
    ...faults(compaction, answer, 'compaction'),
    ...outputFaults(answer),
    ...faults(usage, answer.usage, 'usage'),
  ];
}

/** One event of a stream or of a socket, with all that it carries. */
export function eventFaults(event: Json): string[] {
  const { type, response, item, part } = event;
  return [
    ...faults(eventForms[type], event, type),
    ...faults({ sequence_number: whole }, event, type),
    ...(response === undefined ? [] : responseFaults(response)),
    ...(item === undefined ? [] : itemFaults(item, type)),
    ...(part === undefined ? [] : faults(partForms[part.type], part, type)),
  ];
}
