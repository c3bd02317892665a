/** A Messages request in our words. */
import type { Item } from '../../canonical/conversation.ts';
import { isObject, numberOrNull, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { OutputRequest, ReasoningRequest } from '../../canonical/model-request.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { checkNumbers, checkStops } from '../checked-values.ts';
import { reportMembers, saysNothing } from '../member-table.ts';
import type { RequestDecoder } from '../protocol.ts';
import { decodeParts, malformed } from './decode-content.ts';
import { decodeMessages } from './decode-items.ts';
import { decodeParallel, decodeToolChoice, decodeTools, referencedTools } from './decode-tools.ts';
import { innerMembers, requestMembers, requestNumbers } from './member-tables.ts';

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const decodeMessagesRequest: RequestDecoder['decodeRequest'] = (body, report) => {
  checkNumbers(requestNumbers, body);
  reportMembers(requestMembers, body, report);
  reportInner(body, report);
  const items = [...decodeSystem(body['system'], report), ...decodeMessages(body['messages'], report)];
  return {
    items,
    tools: decodeTools(body['tools'], referencedTools(body['messages'], body['tool_choice']), report),
    toolChoice: decodeToolChoice(body['tool_choice']),
    parallelToolCalls: decodeParallel(body['tool_choice']),
    maxOutputTokens: numberOrNull(body['max_tokens']),
    sampling: {
      temperature: numberOrNull(body['temperature']),
      topP: numberOrNull(body['top_p']),
      topK: numberOrNull(body['top_k']),
      seed: null,
      presencePenalty: null,
      frequencyPenalty: null,
      logitBias: null,
    },
    stop: decodeStops(body['stop_sequences']),
    reasoning: decodeReasoningRequest(body),
    output: { format: decodeFormat(body), verbosity: null },
    topLogprobs: null,
    cacheKey: null,
    user: textOrNull(objectOf(body['metadata'])['user_id']),
    includeUsage: true,
  };
};

/** Members of members that no other protocol has a word for. */
function reportInner(body: JsonObject, report: Report) {
  for (const [member, known] of Object.entries(innerMembers)) {
    for (const [name, value] of Object.entries(objectOf(body[member]))) {
      if (known.includes(name) || saysNothing(value)) continue;
      report({ rule: 'not-carried', path: `${member}.${name}`, reason: `Only Messages has ${member}.${name}.` });
    }
  }
}

/** Claude Code's first line of the system prompt: it changes with every version and session, and means nothing to a model. */
const billingLine = 'x-anthropic-billing-header';

function decodeSystem(system: unknown, report: Report): readonly Item[] {
  const parts = decodeParts(system, 'system', report);
  const said = parts.filter((part, index) => {
    if (part.kind !== 'text' || !part.text.startsWith(billingLine)) return true;
    const reason = 'A line that changes with every session costs the prompt cache, and tells a model nothing.';
    report({ rule: 'not-carried', path: `system.${index}`, reason });
    return false;
  });
  return said.length === 0 ? [] : [{ kind: 'message', role: 'system', parts: said }];
}

function decodeStops(stops: unknown): readonly string[] {
  const listed: readonly unknown[] = Array.isArray(stops) ? stops : [];
  checkStops(listed, 'stop_sequences');
  return listed.filter((stop) => typeof stop === 'string');
}

function decodeReasoningRequest(body: JsonObject): ReasoningRequest | null {
  const { type, budget_tokens: budget, display } = objectOf(body['thinking']);
  const effort = textOrNull(objectOf(body['output_config'])['effort']);
  if (type === undefined && effort === null) return null;
  return {
    effort,
    budgetTokens: type === 'enabled' ? numberOrNull(budget) : null,
    mode: modeOf(type),
    // Any other word than this one shows some of it.
    show: typeof display === 'string' ? display !== 'omitted' : null,
  };
}

function modeOf(type: unknown): ReasoningRequest['mode'] {
  switch (type) {
    case 'enabled':
      return 'on';
    case 'disabled':
      return 'off';
    case undefined:
    case null:
      return null;
    default:
      return 'adaptive';
  }
}

function decodeFormat(body: JsonObject): OutputRequest['format'] {
  const format = objectOf(body['output_config'])['format'] ?? body['output_format'];
  if (!isObject(format)) return { kind: 'text' };
  const { type, schema, name } = format;
  if (type !== 'json_schema') return { kind: 'text' };
  if (!isObject(schema)) throw malformed('output_config.format.schema', 'a JSON schema is required.');
  return { kind: 'json-schema', name: textOrNull(name), description: null, schema, strict: null };
}
