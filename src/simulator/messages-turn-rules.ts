/** What `/v1/messages` refuses about the order of turns: who begins, who ends, which result answers which call. */
import { arrayOf, objectOf, stringOf, type JsonObject } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { anthropicRefusal, type Refusal } from './refusal.ts';

interface PlacedBlock {
  readonly block: JsonObject;
  readonly path: string;
}

/** Neighbours of one role, merged as the API merges them; `system` turns in between do not count. */
interface MergedTurn {
  readonly role: string;
  /** Of the first of its messages. */
  readonly index: number;
  readonly blocks: readonly PlacedBlock[];
}

function mergedTurns(body: JsonObject): MergedTurn[] {
  const turns: (MergedTurn & { readonly blocks: PlacedBlock[] })[] = [];
  for (const [index, message] of arrayOf(body['messages']).map(objectOf).entries()) {
    const role = stringOf(message['role']);
    if (role === 'system') continue;
    const { content } = message;
    const written = typeof content === 'string' ? [{ type: 'text', text: content }] : arrayOf(content);
    const blocks = written.map((block, place) => ({
      block: objectOf(block),
      path: `messages.${index}.content.${place}`,
    }));
    const last = turns.at(-1);
    if (last?.role === role) last.blocks.push(...blocks);
    else turns.push({ role, index, blocks });
  }
  return turns;
}

export function refuseOpening({ body }: EndpointCall): Refusal | undefined {
  if (mergedTurns(body)[0]?.role !== 'assistant') return undefined;
  return anthropicRefusal('messages: first message must use the "user" role');
}

/**
 * Every call is answered in the very next turn, once, and nothing else is. Between the two stands nothing: a text behind
 * the calls or in front of the results is refused as if the results were not there (a recorded refusal, and
 * Anthropic's guide).
 */
export function refusePairs({ body }: EndpointCall): Refusal | undefined {
  let calls: string[] = [];
  let before = 0;
  const seen = new Set<string>();
  for (const { index, blocks } of mergedTurns(body)) {
    const results = blocks.filter(({ block }) => block['type'] === 'tool_result');
    const ids = results.map(({ block }) => stringOf(block['tool_use_id']));
    const open = calls.filter((id) => !ids.includes(id));
    if (open.length > 0) return unanswered(before, open);
    const lastResult = blocks.findLastIndex(({ block }) => block['type'] === 'tool_result');
    if (blocks.slice(0, Math.max(lastResult, 0)).some(isText)) return unanswered(before, ids);
    const orphan = results.find(({ block }) => !calls.includes(stringOf(block['tool_use_id'])));
    if (orphan !== undefined)
      return anthropicRefusal(
        `${orphan.path}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stringOf(orphan.block['tool_use_id'])}. ` +
          'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
      );
    const twice = results.find((_, place) => ids.indexOf(ids[place] ?? '') !== place);
    if (twice !== undefined)
      return anthropicRefusal(
        `${twice.path}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${stringOf(twice.block['tool_use_id'])}`,
      );
    calls = blocks.filter(({ block }) => block['type'] === 'tool_use').map(({ block }) => stringOf(block['id']));
    before = index;
    const firstCall = blocks.findIndex(({ block }) => block['type'] === 'tool_use');
    if (firstCall >= 0 && blocks.slice(firstCall).some(isText)) return unanswered(before, calls);
    for (const id of calls) {
      if (seen.has(id)) return anthropicRefusal('messages: `tool_use` ids must be unique');
      seen.add(id);
    }
  }
  return calls.length === 0 ? undefined : unanswered(before, calls);
}

const isText = ({ block }: PlacedBlock) => block['type'] === 'text';

function unanswered(index: number, ids: readonly string[]): Refusal {
  return anthropicRefusal(
    `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids.join(', ')}. ` +
      'Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
  );
}

export function refusePrefill({ body, model }: EndpointCall): Refusal | undefined {
  const last = arrayOf(body['messages']).map(objectOf).at(-1);
  if (last?.['role'] !== 'assistant') return undefined;
  if (model.newest)
    return anthropicRefusal(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  const { content } = last;
  const said = typeof content === 'string' ? content : stringOf(objectOf(arrayOf(content).at(-1))['text']);
  if (said === said.trimEnd()) return undefined;
  return anthropicRefusal('messages: final assistant content cannot end with trailing whitespace');
}

/** With a budget on, the thought in front of the calls that are just being answered has to be there. */
export function refuseLostThought({ body }: EndpointCall): Refusal | undefined {
  if (objectOf(body['thinking'])['type'] !== 'enabled') return undefined;
  const turns = mergedTurns(body);
  const answered = turns.at(-1)?.blocks.some(({ block }) => block['type'] === 'tool_result') ?? false;
  const first = turns.at(-2)?.blocks[0];
  if (!answered || first === undefined) return undefined;
  const type = stringOf(first.block['type']);
  if (type === 'thinking' || type === 'redacted_thinking') return undefined;
  return anthropicRefusal(
    `${first.path}.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${type}\`. When \`thinking\` is ` +
      'enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of ' +
      '`tool_use` and `tool_result` blocks). We recommend you include thinking blocks from previous turns. To avoid ' +
      'this requirement, disable `thinking`.',
  );
}
