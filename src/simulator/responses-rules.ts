/** What `POST /responses` refuses, rule by rule, in the upstream's words (reference §5). The names are stable. */
import { invalidBody, judge, quotedList, type BodyRule } from './body-rule.ts';
import { responsesFieldRefusal } from './field-words.ts';
import { refusePartImages } from './image-rules.ts';
import { numberOf, objectOf, stringOf } from './json-value.ts';
import type { EndpointCall } from './model-endpoint.ts';
import { reasons } from './models.ts';
import { fieldFault } from './plain-fields.ts';
import { nestedRefusal, type Refusal } from './refusal.ts';
import { knownParameters, plainParameters, refusedParameters } from './responses-fields.ts';
import {
  refuseIds,
  refuseItemShapes,
  refuseLoneReasoning,
  refusePairs,
  refuseParts,
  refuseSealed,
} from './responses-item-rules.ts';
import { refuseText, refuseToolChoice, refuseTools } from './responses-tool-rules.ts';

const responsesRules: readonly BodyRule[] = [
  { name: 'unknown-field', refuse: refuseUnknown },
  { name: 'refused-field', refuse: refuseUnsupported },
  { name: 'field-type', refuse: refuseFields },
  { name: 'max-tokens', refuse: refuseMaxTokens },
  { name: 'effort', refuse: refuseEffort },
  { name: 'sampling', refuse: refuseSampling },
  { name: 'tool', refuse: refuseTools },
  { name: 'tool-choice', refuse: refuseToolChoice },
  { name: 'text-format', refuse: refuseText },
  { name: 'item-id', refuse: refuseIds },
  { name: 'item', refuse: refuseItemShapes },
  { name: 'item', refuse: refuseParts },
  { name: 'image', refuse: refusePartImages },
  { name: 'sealed-item', refuse: refuseSealed },
  { name: 'lone-reasoning', refuse: refuseLoneReasoning },
  { name: 'tool-pairs', refuse: refusePairs },
];

export function refuseResponses(call: EndpointCall): Refusal | undefined {
  return judge(responsesRules, call);
}

const unsupported = (name: string) => nestedRefusal(400, `${name} is not supported`, 'unsupported_value', name);

function refuseUnknown({ body, disputed }: EndpointCall): Refusal | undefined {
  const { input } = body;
  const refused = refusedParameters.find((name) => body[name] != null);
  if (refused !== undefined)
    return nestedRefusal(400, `Unsupported parameter: '${refused}'.`, 'unsupported_parameter', refused);
  const isKnown = (name: string) =>
    name === 'contextTier' ? disputed.contextTierOnResponses : knownParameters.has(name);
  const unknown = Object.keys(body).find((name) => !isKnown(name) && body[name] != null);
  if (unknown !== undefined)
    return nestedRefusal(400, `Unknown parameter: '${unknown}'.`, 'unknown_parameter', unknown);
  if (Array.isArray(input) && input.length === 0)
    return nestedRefusal(
      400,
      'One of "input" or "previous_response_id" or \'prompt\' or \'conversation_id\' must be provided.',
      'missing_required_parameter',
      'input',
    );
  return typeof input === 'string' || Array.isArray(input) ? undefined : invalidBody('input is required', 'input');
}

function refuseUnsupported({ body }: EndpointCall): Refusal | undefined {
  if (body['store'] === true) return unsupported('store');
  if (body['background'] === true) return unsupported('background');
  const given = ['service_tier', 'conversation', 'prompt'].find((name) => body[name] != null);
  if (given !== undefined) return unsupported(given);
  if (body['previous_response_id'] == null) return undefined;
  return nestedRefusal(
    400,
    `Previous response with id '${stringOf(body['previous_response_id'])}' not found.`,
    'previous_response_not_found',
    'previous_response_id',
  );
}

function refuseFields({ body }: EndpointCall): Refusal | undefined {
  const fault = fieldFault(body, plainParameters);
  return fault === undefined ? undefined : responsesFieldRefusal(fault);
}

function refuseMaxTokens({ body, model }: EndpointCall): Refusal | undefined {
  const asked = body['max_output_tokens'];
  if (asked == null) return undefined;
  const tokens = numberOf(asked);
  const name = 'max_output_tokens';
  if (tokens === undefined || !Number.isInteger(tokens))
    return invalidBody(`Invalid type for '${name}': expected an integer.`, name);
  if (tokens < 16)
    return nestedRefusal(
      400,
      `Invalid '${name}': integer below minimum value. Expected a value >= 16, but got ${tokens} instead.`,
      'integer_below_min_value',
      name,
    );
  if (tokens <= model.outputTokens) return undefined;
  return invalidBody(
    `${name} is too large: ${tokens}. This model supports at most ${model.outputTokens} completion tokens, whereas you provided ${tokens}.`,
    name,
  );
}

function refuseEffort({ body, model }: EndpointCall): Refusal | undefined {
  const { effort } = objectOf(body['reasoning']);
  if (effort == null || (model.efforts ?? []).includes(stringOf(effort))) return undefined;
  return nestedRefusal(
    400,
    `Unsupported value: '${stringOf(effort)}' is not supported with the '${model.id}' model. ` +
      `Supported values are: ${quotedList(model.efforts ?? [])}.`,
    'unsupported_value',
    'reasoning.effort',
  );
}

function refuseSampling({ body, model }: EndpointCall): Refusal | undefined {
  const odd = ['temperature', 'top_p'].find((name) => reasons(model) && (body[name] ?? 1) !== 1);
  return odd === undefined
    ? undefined
    : invalidBody(`Unsupported parameter: '${odd}' is not supported with this model.`, odd);
}
