/** What `/v1/messages` refuses, rule by rule, in the upstream's words (reference §6). The names are stable. */
import { firstOf, judge, unknownField, type BodyRule } from './body-rule.ts';
import { messagesFieldRefusal } from './field-words.ts';
import { refuseMessageImages } from './image-rules.ts';
import { arrayOf, numberOf, objectOf, stringOf } from './json-value.ts';
import { refuseBlocks, refuseMessageShapes, refuseSystem, refuseThoughts } from './messages-block-rules.ts';
import { refuseMarkers } from './messages-cache-rules.ts';
import { allowedBetas, contextEdits, nestedFields, plainFields, topLevelFields } from './messages-fields.ts';
import { betasOf, hasBeta } from './messages-headers.ts';
import { refuseBesideThinking, refuseOutputConfig, refuseThinking } from './messages-thinking-rules.ts';
import {
  refuseAllDeferred,
  refuseHostedTools,
  refuseToolChoice,
  refuseToolFields,
  refuseToolNames,
  refuseToolSchemas,
  refuseToolTypes,
} from './messages-tool-rules.ts';
import { refuseLostThought, refuseOpening, refusePairs, refusePrefill } from './messages-turn-rules.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { fieldFault } from './plain-fields.ts';
import { anthropicRefusal, nestedRefusal, type Refusal } from './refusal.ts';

const messagesRules: readonly BodyRule[] = [
  { name: 'beta', refuse: refuseBetas },
  { name: 'unknown-field', refuse: refuseTopLevel },
  { name: 'field-type', refuse: refuseFields },
  { name: 'max-tokens', refuse: refuseMaxTokens },
  { name: 'output-config', refuse: refuseOutputConfig },
  { name: 'hosted-tool', refuse: refuseHostedTools },
  { name: 'tool', refuse: refuseToolTypes },
  { name: 'unknown-field', refuse: refuseToolFields },
  { name: 'tool', refuse: refuseAllDeferred },
  { name: 'tool-name', refuse: refuseToolNames },
  { name: 'tool-schema', refuse: refuseToolSchemas },
  { name: 'tool-choice', refuse: refuseToolChoice },
  { name: 'thinking', refuse: refuseThinking },
  { name: 'thinking', refuse: refuseBesideThinking },
  { name: 'sampling', refuse: refuseSampling },
  { name: 'context-management', refuse: refuseContextEdits },
  { name: 'body', refuse: refuseSystem },
  { name: 'body', refuse: refuseMessageShapes },
  { name: 'cache-marker', refuse: refuseMarkers },
  { name: 'block', refuse: refuseBlocks },
  { name: 'image', refuse: refuseMessageImages },
  { name: 'turn-order', refuse: refuseOpening },
  { name: 'tool-pairs', refuse: refusePairs },
  { name: 'prefill', refuse: refusePrefill },
  { name: 'lost-thought', refuse: refuseLostThought },
  { name: 'signature', refuse: refuseThoughts },
];

export function refuseMessages(call: EndpointCall): Refusal | undefined {
  return judge(messagesRules, call);
}

function refuseBetas(call: EndpointCall): Refusal | undefined {
  const unknown = betasOf(call).filter((beta) => !allowedBetas.test(beta));
  if (unknown.length === 0) return undefined;
  return nestedRefusal(400, `unsupported beta header(s): ${unknown.join(', ')}`, 'invalid_request_body');
}

function refuseTopLevel(call: EndpointCall): Refusal | undefined {
  const { contextTier, ...rest } = call.body;
  const body = call.disputed.contextTierOnMessages
    ? rest
    : { ...rest, ...(contextTier === undefined ? {} : { contextTier }) };
  const extra = unknownField(body, topLevelFields);
  if (extra !== undefined) return anthropicRefusal(`${extra}: Extra inputs are not permitted`);
  if ('context_management' in body && !hasBeta(call, 'context-management-'))
    return anthropicRefusal('context_management: Extra inputs are not permitted');
  if (body['messages'] === undefined) return anthropicRefusal('messages: Field required');
  if (!Array.isArray(body['messages'])) return anthropicRefusal('messages: Input should be a valid list');
  return body['messages'].length === 0 ? anthropicRefusal('messages: at least one message is required') : undefined;
}

function refuseFields({ body }: EndpointCall): Refusal | undefined {
  const fault = fieldFault(body, plainFields);
  if (fault !== undefined) return messagesFieldRefusal(fault);
  const extra = ['metadata', 'context_management'].flatMap((name) =>
    Object.keys(objectOf(body[name])).flatMap((key) => (nestedFields[name]?.has(key) ? [] : [`${name}.${key}`])),
  )[0];
  return extra === undefined ? undefined : anthropicRefusal(`${extra}: Extra inputs are not permitted`);
}

function refuseMaxTokens({ body, model }: EndpointCall): Refusal | undefined {
  if (body['max_tokens'] === undefined) return anthropicRefusal('max_tokens: Field required');
  const maxTokens = numberOf(body['max_tokens']);
  if (maxTokens === undefined || !Number.isInteger(maxTokens))
    return anthropicRefusal('max_tokens: Input should be a valid integer');
  if (maxTokens < 1) return anthropicRefusal('max_tokens: Input should be greater than or equal to 1');
  if (maxTokens <= model.outputTokens) return undefined;
  return anthropicRefusal(
    `max_tokens: ${maxTokens} > ${model.outputTokens}, which is the maximum allowed number of output tokens for ${model.version}`,
  );
}

/** Temperature and service tier have no effect on some models, and are tolerated within their bounds. */
function refuseSampling({ body }: EndpointCall): Refusal | undefined {
  const outside = ['temperature', 'top_p'].find((name) => (numberOf(body[name]) ?? 0) > 1);
  if (outside !== undefined) return anthropicRefusal(`${outside}: Input should be less than or equal to 1`);
  const blank = arrayOf(body['stop_sequences']).some((stop) => stringOf(stop).trim() === '');
  if (blank) return anthropicRefusal('stop_sequences: each stop sequence must contain non-whitespace');
  return undefined;
}

function refuseContextEdits({ body }: EndpointCall): Refusal | undefined {
  const isThinking = ['enabled', 'adaptive'].includes(stringOf(objectOf(body['thinking'])['type']));
  return firstOf(arrayOf(objectOf(body['context_management'])['edits']), (edit, index) => {
    const type = stringOf(objectOf(edit)['type']);
    if (!contextEdits.has(type))
      return anthropicRefusal(
        `context_management.edits.${index}: Input tag '${type}' found using 'type' does not match any of the expected tags: ${[...contextEdits].map((name) => `'${name}'`).join(', ')}`,
      );
    if (type === 'clear_thinking_20251015' && !isThinking)
      return anthropicRefusal('`clear_thinking_20251015` strategy requires `thinking` to be enabled or adaptive');
    return undefined;
  });
}
